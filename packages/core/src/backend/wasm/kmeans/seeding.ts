import { WellbegunError } from "../../../errors.ts";
import type { Seeding } from "../../backend.ts";
import { SEEDING_LEAST_POINTS } from "../../seeding.ts";
import type { WasmMatrix } from "../matrix.ts";
import { integerRounding } from "../products/integer-rounding.ts";
import { packRows } from "../products/multiply.ts";
import { rowBlocks } from "../rows.ts";
import { type Engine, withTemporaries } from "../runtime/engine.ts";
import { INTEGER_LENGTH, roundUp, SCORE_BYTES, TILE_COLUMNS } from "../runtime/layout.ts";
import { multiplyRows } from "./basis.ts";
import { LEAST_COLUMNS } from "./basis-capacity.ts";
import { basisError, integerUnit, productError } from "./score-error.ts";

const COMPARING = "comparing rows with points";

/** Directions of the basis in which wide rows are sketched: most of what distinguishes rows lies in few of them. */
const DIRECTIONS = 32;
/** The most that sketches may miss of the squared norms; beyond it they leave too many distances to compute. */
const MOST_MISSED = 0.25;
/** Values from one sketch to the next: the coordinates and the norm of the rest, a multiple of a vector. */
const SKETCH_VALUES: number = DIRECTIONS + 4;
/** Relative error of the units of integers and of what is multiplied with them, with a margin. */
const INTEGER_UNITS: number = 16 * 2 ** -24;
/** Smallest step of float32 above zero. */
const SMALLEST = 2 ** -149;
/** Most points of a comparison: four rows of products must fit a thread's scratch memory. */
const MAX_POINTS: number = SCORE_BYTES / 16;

/**
 * Distances of rows to the nearest of the points kept so far, for k-means++ with many clusters. Most points are farther
 * from most rows than the nearest so far. A product shows that without the distance: of the rows with the points, or of
 * sketches of both, their coordinates along 32 directions and the norm of the rest.
 */
export class WasmSeeding implements Seeding<WasmMatrix> {
  readonly #engine: Engine;
  readonly #rows: number;
  readonly #columns: number;
  readonly #addresses: Set<number> = new Set();
  /** float64 for each row: its norm, and the error of its sketch. */
  #norms = 0;
  #slacks = 0;
  /** The rows' sketches and the directions packed for products; 0 where rows are not sketched. */
  #sketches = 0;
  #panels = 0;
  /** The rows as 16-bit integers where they are not sketched. */
  #integers = 0;
  /** float32 for each row: its distance to the nearest point that was kept. */
  #closest = 0;
  /** float32, rows x padded: the smaller of that and the distance to each point of the last comparison. */
  #nearer = 0;
  #padded = 0;
  #reserved = 0;

  private constructor(engine: Engine, { rows, columns }: WasmMatrix) {
    this.#engine = engine;
    this.#rows = rows;
    this.#columns = columns;
  }

  /** Undefined where computing every distance is as fast: for few points, and for wide rows without main directions. */
  static async create(
    engine: Engine,
    x: WasmMatrix,
    closest: Float32Array,
    total: number,
  ): Promise<WasmSeeding | undefined> {
    if (total < SEEDING_LEAST_POINTS || x.rows === 0) return undefined;
    const seeding = new WasmSeeding(engine, x);
    try {
      seeding.#closest = await seeding.#allocate(x.rows * 4);
      engine.heap.f32(seeding.#closest, x.rows).set(closest);
      if (await seeding.#measure(x)) return seeding;
      seeding.dispose();
      return undefined;
    } catch (error) {
      seeding.dispose();
      throw error;
    }
  }

  /** Sketches or at least measures the rows; false where neither gains anything. */
  async #measure(x: WasmMatrix): Promise<boolean> {
    const [rows, columns] = [this.#rows, this.#columns];
    this.#norms = await this.#allocate(rows * 8);
    this.#slacks = await this.#allocate(rows * 8);
    if (columns >= 3 * DIRECTIONS) {
      this.#sketches = await this.#allocate(rows * SKETCH_VALUES * 4);
      this.#panels = await this.#allocate(DIRECTIONS * columns * 4);
      await this.#chooseDirections(x);
      await this.#sketch(x.address, rows, this.#sketches, this.#norms, this.#slacks);
      if (this.#missed() <= MOST_MISSED) return true;
      this.#release(this.#sketches);
      this.#release(this.#panels);
      this.#sketches = 0;
    }
    if (columns >= LEAST_COLUMNS) return false;
    this.#integers = await this.#allocate(rows * this.#stride);
    await this.#sketch(x.address, rows, this.#integers, this.#norms, this.#slacks);
    return true;
  }

  /** The share of the rows' squared norms that lies outside of the directions. */
  #missed(): number {
    const { heap } = this.#engine;
    const norms = heap.f64(this.#norms, this.#rows);
    const sketches = heap.f32(this.#sketches, this.#rows * SKETCH_VALUES);
    let all = 0;
    let rest = 0;
    for (let row = 0; row < norms.length; row++) {
      all += norms[row]! ** 2;
      rest += sketches[row * SKETCH_VALUES + DIRECTIONS]! ** 2;
    }
    return rest / all;
  }

  /** The span of rows taken at even distances. */
  async #chooseDirections(x: WasmMatrix): Promise<void> {
    const [engine, columns] = [this.#engine, this.#columns];
    await withTemporaries(engine.heap, "sketching rows", async (temporaries) => {
      const even = Uint32Array.from({ length: DIRECTIONS }, (_, i) => Math.floor((i * x.rows) / DIRECTIONS));
      const list = await temporaries.copy(even);
      const directions = await temporaries.zeros(DIRECTIONS * columns * 4);
      const row = await temporaries.allocate(columns * 8);
      await engine.run("extendBasis", [[x.address, list, DIRECTIONS, columns, directions, 0, row]]);
      await packRows(engine, directions, columns * 4, columns, DIRECTIONS, this.#panels);
    });
  }

  /** Bytes from the coordinates of one row to those of the next. */
  get #stride(): number {
    return this.#sketches !== 0 ? SKETCH_VALUES * 4 : 2 * roundUp(this.#columns, 8);
  }

  /** Writes sketches or integers (unless `to` is 0), norms and errors of rows at an address. */
  async #sketch(from: number, rows: number, to: number, norms: number, slacks: number): Promise<void> {
    const columns = this.#columns;
    const size = this.#sketches === 0 ? 0 : DIRECTIONS;
    const stride = this.#stride;
    if (size > 0) {
      const shape = [columns, this.#panels, size, size] as const;
      await multiplyRows(this.#engine, from, columns * 4, rows, shape, to, stride, false);
    }
    const share =
      size > 0
        ? 1.01 * (productError(columns) * Math.sqrt(size) + basisError(size))
        : integerRounding(columns) / INTEGER_LENGTH + INTEGER_UNITS;
    const calls = [...rowBlocks(rows, columns)].map(([row, count]) => [
      ...[from + row * columns * 4, count, columns],
      ...[to && to + row * stride, stride, size, share, this.#tiny],
      ...[norms + row * 8, slacks + row * 8],
    ]);
    await this.#engine.run("sketchRows", calls);
  }

  /** What underflow can take from a product or a squared length. */
  get #tiny(): number {
    return 16 * this.#columns * SMALLEST;
  }

  async compare(x: WasmMatrix, points: Float32Array, count: number, sums: Float64Array): Promise<void> {
    if (count > MAX_POINTS) {
      const expected = `at most ${MAX_POINTS} points`;
      throw new WellbegunError("limit", { doing: COMPARING, expected, found: `${count}` });
    }
    const engine = this.#engine;
    const { heap } = engine;
    const [rows, columns, sketched] = [this.#rows, this.#columns, this.#sketches !== 0];
    const [stride, coordinates] = [this.#stride, sketched ? this.#sketches : this.#integers];
    // Values of a sketch, or pairs of integers.
    const depth = sketched ? DIRECTIONS + 1 : Math.ceil(columns / 2);
    const padded = roundUp(count, TILE_COLUMNS);
    await this.#reserve(padded);
    await withTemporaries(heap, COMPARING, async (temporaries) => {
      // Zeros up to the width of a panel: where products do not bound distances, the kernel reads these rows too.
      const pointsAt = await temporaries.zeros(padded * columns * 4);
      heap.f32(pointsAt, points.length).set(points);
      const sketches = sketched ? await temporaries.allocate(count * stride) : 0;
      const [norms, slacks] = [await temporaries.allocate(count * 8), await temporaries.allocate(count * 8)];
      await this.#sketch(pointsAt, count, sketches, norms, slacks);
      const panels = await temporaries.allocate(padded * depth * 4);
      const sizes = heap.f64(norms, count).slice();
      let units = 0;
      if (sketched) await packRows(engine, sketches, stride, depth, count, panels);
      else {
        const factors = await temporaries.copy(Float32Array.from(sizes, (norm) => INTEGER_LENGTH / norm));
        const from = [pointsAt, columns * 4, count, columns, factors, 4, TILE_COLUMNS] as const;
        await engine.run("quantizeRows", [[...from, panels]]);
        units = await temporaries.zeros(padded * 4);
        heap.f32(units, count).set(sizes.map(integerUnit));
      }
      const longest = Math.max(...sizes);
      const slack = Math.max(...heap.f64(slacks, count));
      const lengths = await temporaries.copy(
        // Rounded down, the error of a squared length included.
        Float32Array.from({ length: padded }, (_, p) => (sizes[p] ?? Infinity) ** 2 * (1 - 3e-6)),
      );
      const sumsAt = await temporaries.zeros(padded * 8);
      heap.f64(sumsAt, count).set(sums);
      const reach = 1.001 * (longest + slack);
      // Sums of integers are exact.
      const rounding = sketched ? productError(depth) * reach : 0;
      const bound = [reach, slack + rounding, longest * longest, this.#tiny] as const;
      const calls = [...rowBlocks(rows, depth)].map(([row, length]) => [
        ...[x.rowAddress(row), length, columns, coordinates + row * stride, stride, depth],
        ...[this.#norms + row * 8, this.#slacks + row * 8],
        ...[pointsAt, panels, padded, units, lengths, ...bound],
        ...[this.#closest + row * 4, this.#nearer + row * padded * 4],
      ]);
      await engine.run("nearerRows", calls);
      engine.kernels.sumNearer(this.#nearer, rows, padded, sumsAt);
      sums.set(heap.f64(sumsAt, count));
    });
  }

  async keep(point: number): Promise<Float32Array> {
    const { heap, kernels } = this.#engine;
    kernels.takeColumn(this.#nearer + point * 4, this.#rows, this.#padded, this.#closest);
    return heap.f32(this.#closest, this.#rows).slice();
  }

  /** Room for the comparison with that many points. */
  async #reserve(padded: number): Promise<void> {
    if (padded > this.#reserved) {
      this.#release(this.#nearer);
      this.#nearer = await this.#allocate(this.#rows * padded * 4);
    }
    this.#reserved = Math.max(padded, this.#reserved);
    this.#padded = padded;
  }

  async #allocate(bytes: number): Promise<number> {
    const address = await this.#engine.heap.allocate(bytes, "starting the seeding of clusters");
    this.#addresses.add(address);
    return address;
  }

  /** Gives back one allocation; 0 for none. */
  #release(address: number): void {
    if (this.#addresses.delete(address)) this.#engine.heap.release(address);
  }

  dispose(): void {
    for (const address of this.#addresses) this.#release(address);
  }
}
