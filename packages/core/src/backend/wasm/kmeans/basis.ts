import { packColumns, packRows } from "../products/multiply.ts";
import type { Engine } from "../runtime/engine.ts";
import { BLOCK_ROWS, blocks, roundUp, TILE_COLUMNS } from "../runtime/layout.ts";
import type { EachRows } from "./each-rows.ts";
import type { CoordinateSizes } from "./score-error.ts";

/** A part of the centroids outside the basis below this share of their size leaves no row undecided. */
const LEAST_RESIDUAL = 1e-4;
/** Distances that cost about as much as one direction for one row: they run at half the speed of a product. */
const DISTANCES_A_DIRECTION = 0.25;

/** Addresses of the arrays of a basis. */
interface BasisBlocks {
  /** float32, rows x capacity: the rows' coordinates. */
  readonly coordinates: number;
  /** float32, capacity x columns: the directions, and the same packed for products with rows and with coefficients. */
  readonly directions: number;
  readonly forRows: number;
  readonly forCoefficients: number;
  /** float32, clusters x capacity: the centroids' coordinates, and their negatives. */
  readonly coefficients: number;
  readonly negatives: number;
  /** float32, clusters x columns: the part of the centroids outside the basis. */
  readonly residuals: number;
  readonly list: number;
  readonly row: number;
  readonly sizes: number;
}

/** Directions that were added together. */
interface Panel {
  readonly first: number;
  readonly width: number;
}

/**
 * An orthonormal basis of the centroids of past passes, and the rows' coordinates in it. Centroids move little
 * from pass to pass, and along few directions, so the coordinates give their products with the rows up to a
 * small rest. The rows themselves are only visited when that rest has left too many of them undecided.
 */
export class Basis {
  readonly capacity: number;
  readonly #rows: number;
  readonly #columns: number;
  readonly #clusters: number;
  readonly #memory: BasisBlocks;
  #panels: Panel[] = [];

  private constructor(
    rows: number,
    columns: number,
    clusters: number,
    capacity: number,
    memory: BasisBlocks,
  ) {
    this.#rows = rows;
    this.#columns = columns;
    this.#clusters = clusters;
    this.capacity = capacity;
    this.#memory = memory;
  }

  static async create(
    rows: number,
    columns: number,
    clusters: number,
    capacity: number,
    allocate: (bytes: number) => Promise<number>,
  ): Promise<Basis> {
    const padded = roundUp(columns, TILE_COLUMNS);
    return new Basis(rows, columns, clusters, capacity, {
      coordinates: await allocate(rows * capacity * 4),
      directions: await allocate(capacity * columns * 4),
      forRows: await allocate(capacity * columns * 4),
      forCoefficients: await allocate(capacity * padded * 4),
      coefficients: await allocate(clusters * capacity * 4),
      negatives: await allocate(clusters * capacity * 4),
      residuals: await allocate(clusters * columns * 4),
      list: await allocate(clusters * 4),
      row: await allocate(columns * 8),
      sizes: await allocate(clusters * 16),
    });
  }

  /** Directions so far. */
  get size(): number {
    return this.#panels.reduce((sum, { width }) => sum + width, 0);
  }

  get coordinates(): number {
    return this.#memory.coordinates;
  }

  get coefficients(): number {
    return this.#memory.coefficients;
  }

  /** Directions that the next extension adds; the first one, and the one after the basis was full, takes all centroids. */
  get #next(): number {
    return this.size === 0 || this.size + TILE_COLUMNS > this.capacity
      ? roundUp(this.#clusters, TILE_COLUMNS)
      : TILE_COLUMNS;
  }

  /**
   * Whether this many distances would have paid for new directions (the ski-rental rule: at most twice the best
   * cost).
   */
  pays(distances: number): boolean {
    return this.size === 0 || distances > DISTANCES_A_DIRECTION * this.#rows * this.#next;
  }

  /** The coordinates of `centered` (clusters x columns), and the part outside the basis. */
  async express(engine: Engine, centered: number): Promise<CoordinateSizes[]> {
    const { heap } = engine;
    const { coefficients, negatives, residuals, sizes, forRows, forCoefficients } = this.#memory;
    const [clusters, columns, stride] = [this.#clusters, this.#columns, this.capacity * 4];
    for (const { first, width } of this.#panels) {
      const panel = forRows + first * columns * 4;
      const shape = [columns, panel, width, width] as const;
      await multiplyRows(
        engine,
        centered,
        columns * 4,
        clusters,
        shape,
        coefficients + first * 4,
        stride,
        false,
      );
    }
    heap.f32(residuals, clusters * columns).set(heap.f32(centered, clusters * columns));
    const { size } = this;
    if (size > 0) {
      const values = heap.f32(coefficients, clusters * this.capacity);
      const negative = heap.f32(negatives, clusters * this.capacity);
      for (let i = 0; i < values.length; i++) negative[i] = -values[i]!;
      const shape = [size, forCoefficients, roundUp(columns, TILE_COLUMNS), columns] as const;
      await multiplyRows(engine, negatives, stride, clusters, shape, residuals, columns * 4, true);
    }
    await engine.run("rowSizes", [[coefficients, stride, clusters, size, sizes]]);
    const lengths = heap.f64(sizes, clusters * 2).slice();
    await engine.run("rowSizes", [[residuals, columns * 4, clusters, columns, sizes]]);
    const rests = heap.f64(sizes, clusters * 2);
    return Array.from({ length: clusters }, (_, k) => ({
      norm: lengths[2 * k]!,
      absolute: lengths[2 * k + 1]!,
      residual: rests[2 * k]!,
    }));
  }

  /**
   * Adds directions for the parts of the centroids that {@link express} left over, the largest first, and the
   * rows' coordinates along them; false if these parts are negligible. A full basis starts again from
   * `centered`.
   */
  async extend(
    engine: Engine,
    eachRows: EachRows,
    centered: number,
    left: readonly CoordinateSizes[],
    largest: number,
  ): Promise<boolean> {
    const { heap } = engine;
    if (this.size > 0 && !left.some(({ residual }) => residual > LEAST_RESIDUAL * largest)) return false;
    const width = this.#next;
    const again = this.size + width > this.capacity || width > TILE_COLUMNS;
    if (again) this.#panels = [];
    const [columns, first] = [this.#columns, this.size];
    const { coordinates, directions, forRows, forCoefficients, list, row, residuals } = this.#memory;
    const added = directions + first * columns * 4;
    const order = left.map((_, k) => k).sort((a, b) => left[b]!.residual - left[a]!.residual || a - b);
    const chosen = order.slice(0, width);
    heap.u32(list, chosen.length).set(chosen);
    heap.zero(added, width * columns * 4);
    const from = again ? centered : residuals;
    await engine.run("extendBasis", [[from, list, chosen.length, columns, directions, first, row]]);
    this.#panels.push({ first, width });
    const panel = forRows + first * columns * 4;
    await packRows(engine, added, columns * 4, columns, width, panel);
    await packColumns(engine, directions, columns * 4, this.size, columns, forCoefficients);
    const shape = [columns, panel, width, width] as const;
    const [stride, outStride] = [columns * 4, this.capacity * 4];
    await eachRows(async (origin, row, count) => {
      const to = coordinates + row * outStride + first * 4;
      await multiplyRows(engine, origin + row * stride, stride, count, shape, to, outStride, false);
    });
    return true;
  }
}

/** `a b` for all rows of `a`, with `b` packed; `shape` is depth, b, the width of its panels, columns. */
export async function multiplyRows(
  engine: Engine,
  a: number,
  stride: number,
  rows: number,
  shape: readonly [depth: number, b: number, panelColumns: number, columns: number],
  out: number,
  outStride: number,
  accumulate: boolean,
): Promise<void> {
  const calls = [];
  for (const [row, count] of blocks(rows, BLOCK_ROWS)) {
    calls.push([
      a + row * stride,
      stride,
      count,
      ...shape,
      out + row * outStride,
      outStride,
      Number(accumulate),
    ]);
  }
  await engine.run("multiplyRows", calls);
}
