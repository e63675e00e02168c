import type { Backend, Matrix } from "../../backend/backend.ts";
import { upload } from "../../data/upload.ts";
import { dot } from "../../linalg/dot.ts";
import { type BasisPart, createPart, disposePart, gramOf } from "./basis-part.ts";
import { orthonormalizing, product } from "./orthonormalizing.ts";
import type { WeightedBlocks } from "./weighted-blocks.ts";

/** An image counts as rounding if its part outside the basis is shorter than this share of the longest image. */
const negligible = 1e-6;
/** Directions whose length in the images is below this share of the longest image are made orthogonal again. */
const uncertain = 1e-4;
/** A direction counts as rounding if a repeated orthogonalization leaves less than this share of it. */
const spurious = 0.1;

/** X^T X within the span of the basis, for the Rayleigh-Ritz procedure. */
export interface Compression {
  /** Q^T X^T X Q, width x width, symmetric. */
  readonly s: Float64Array;
  /** Q^T Q, width x width: the identity up to rounding. */
  readonly g: Float64Array;
}

/**
 * An orthonormal basis Q of a block Krylov space of X^T X, X being the weighted modalities side by side, with
 * the H of X^T X Q = Q H. Only matrices of the basis's width leave the backend.
 */
export class KrylovBasis {
  readonly parts: readonly BasisPart[];
  readonly roundWidth: number;
  /** Capacity in directions. */
  readonly width: number;
  readonly #backend: Backend;
  /** -H without the blocks below its diagonal, which are in {@link #lengths}: width x width. */
  readonly #recurrence: Matrix;
  /**
   * By round, roundWidth x roundWidth: the new directions times this matrix are the parts of the images outside
   * the basis.
   */
  readonly #lengths: Float64Array[] = [];
  /** Length of the longest image of the first round, an estimate for all rounds. */
  #longest = 0;

  private constructor(backend: Backend, parts: readonly BasisPart[], recurrence: Matrix, roundWidth: number) {
    this.#backend = backend;
    this.parts = parts;
    this.#recurrence = recurrence;
    this.width = recurrence.columns;
    this.roundWidth = roundWidth;
  }

  /**
   * An empty basis with room for the directions of `rounds` rounds. The first directions come from the images
   * that the caller writes.
   */
  static async create(
    backend: Backend,
    sources: readonly WeightedBlocks[],
    roundWidth: number,
    rounds: number,
  ): Promise<KrylovBasis> {
    const parts: BasisPart[] = [];
    try {
      for (const source of sources) parts.push(await createPart(backend, source, roundWidth, rounds));
      const recurrence = await backend.create(rounds * roundWidth, rounds * roundWidth);
      return new KrylovBasis(backend, parts, recurrence, roundWidth);
    } catch (error) {
      for (const part of parts) disposePart(part);
      throw error;
    }
  }

  /**
   * Makes the images orthogonal to all directions and to each other: the directions of a new round.
   *
   * @returns Whether the images have a part outside the basis; if not, the basis spans all features.
   */
  async extend(): Promise<boolean> {
    const round = this.#lengths.length;
    if (round === 1)
      this.#longest = longestColumn(
        await gramOf(this.#backend, this.parts, ({ image }) => image),
        this.roundWidth,
      );
    // One pass leaves a rounding error in proportion to the part removed, two passes one in proportion to the
    // rest.
    for (let pass = 0; round > 0 && pass < 2; pass++)
      await this.#removeCollected(({ image }) => image, round - 1);
    const gram = await gramOf(this.#backend, this.parts, ({ image }) => image);
    // In the first round these are not images of directions, so their rounding is in proportion to their own
    // length.
    const longest = round === 0 ? longestColumn(gram, this.roundWidth) : this.#longest;
    const { factor, lengths, shortest } = orthonormalizing(gram, this.roundWidth, negligible * longest);
    if (shortest === Number.POSITIVE_INFINITY) return false;
    await this.#combineRound("image", factor, "directions");
    this.#lengths.push(lengths);
    if (shortest < uncertain * longest) await this.#repeat(round);
    for (const { collected, directions } of this.parts) {
      await this.#backend.addScaled(collected, directions, 1, this.#column(round));
    }
    return true;
  }

  /** Orthogonalizes again directions that rounding left far from orthogonal: short differences of long images. */
  async #repeat(round: number): Promise<void> {
    if (round > 0) await this.#removeCollected(({ directions }) => directions);
    const gram = await gramOf(this.#backend, this.parts, ({ directions }) => directions);
    const { factor, lengths } = orthonormalizing(gram, this.roundWidth, spurious);
    await this.#combineRound("directions", factor, "image");
    for (const part of this.parts) [part.directions, part.image] = [part.image, part.directions];
    this.#lengths[round] = product(lengths, this.#lengths[round]!, this.roundWidth);
  }

  /**
   * X^T X in terms of the basis. If the images of the last round were not computed, `energies` replaces them:
   * P^T P with P = X times its directions, roundWidth x roundWidth.
   */
  async compress(energies: Float64Array | undefined): Promise<Compression> {
    const { width, roundWidth } = this;
    const g = await gramOf(this.#backend, this.parts, ({ collected }) => collected);
    // Transposed, so that the product reads rows on both sides.
    const h = new Float64Array(width * width);
    await this.#backend.read(this.#recurrence, 0, width, (view) => {
      for (let i = 0; i < width; i++)
        for (let j = 0; j < width; j++) h[j * width + i] = -view[i * width + j]!;
    });
    for (const [round, lengths] of this.#lengths.entries()) {
      if (round === 0) continue;
      for (let i = 0; i < roundWidth; i++) {
        const to = (this.#column(round - 1) + i) * width + this.#column(round);
        for (let k = 0; k < roundWidth; k++) h[to + k] = lengths[k * roundWidth + i]!;
      }
    }
    const s = new Float64Array(width * width);
    const last = this.#column(this.#lengths.length - 1);
    for (let j = energies === undefined ? last : last + roundWidth; j < width; j++) {
      for (let i = 0; i <= j; i++) {
        s[i * width + j] = dot(g, i * width, h, j * width, width);
        s[j * width + i] = s[i * width + j]!;
      }
    }
    for (let i = 0; energies !== undefined && i < roundWidth; i++) {
      s.set(energies.subarray(i * roundWidth, (i + 1) * roundWidth), (last + i) * width + last);
    }
    return { s, g };
  }

  /** Combinations of the directions, count x width, each row a combination. `vectors` is count x {@link width}. */
  async combine(vectors: Float64Array, count: number): Promise<Float64Array> {
    const columns = this.parts.reduce((sum, { source }) => sum + source.blocks.columns, 0);
    const result = new Float64Array(count * columns);
    const transposed = new Float32Array(this.width * count);
    for (let i = 0; i < this.width; i++) {
      for (let j = 0; j < count; j++) transposed[i * count + j] = vectors[j * this.width + i]!;
    }
    const coefficients = await upload(this.#backend, transposed, this.width, count);
    try {
      let first = 0;
      for (const { collected, source } of this.parts) {
        const rows = source.blocks.columns;
        const combined = await this.#backend.create(rows, count);
        try {
          await this.#backend.multiply(collected, coefficients, combined);
          await this.#backend.read(combined, 0, rows, (view) => {
            for (let c = 0; c < rows; c++) {
              for (let j = 0; j < count; j++) {
                result[j * columns + first + c] = view[c * count + j]! / source.weight;
              }
            }
          });
        } finally {
          combined.dispose();
        }
        first += rows;
      }
      return result;
    } finally {
      coefficients.dispose();
    }
  }

  dispose(): void {
    this.#recurrence.dispose();
    for (const part of this.parts) disposePart(part);
  }

  /**
   * The first column of a round's directions: the first round is at the end. Images consist mostly of what the
   * first directions hold, and a sum in float32 loses least if the largest terms come last.
   */
  #column(round: number): number {
    return this.width - (round + 1) * this.roundWidth;
  }

  /**
   * x -= Q Q^T x, x being images or directions. The coefficients of a round's images are kept; those of
   * directions are only rounding.
   */
  async #removeCollected(of: (part: BasisPart) => Matrix, round?: number): Promise<void> {
    const backend = this.#backend;
    const coefficients = await backend.create(this.width, this.roundWidth);
    let share: Matrix | undefined;
    try {
      share = await backend.create(this.width, this.roundWidth);
      for (const part of this.parts) {
        await backend.multiply(part.collected, of(part), share, { transposeA: true });
        await backend.addScaled(coefficients, share, -1 / part.source.weight ** 2);
      }
      if (round !== undefined) {
        await backend.addScaled(this.#recurrence, coefficients, 1, this.#column(round));
      }
      for (const part of this.parts) {
        await backend.multiply(part.collected, coefficients, of(part), { accumulate: true });
      }
    } finally {
      coefficients.dispose();
      share?.dispose();
    }
  }

  /** Combinations of one round's directions or images: to = from times `factor`, roundWidth x roundWidth. */
  async #combineRound(
    from: "image" | "directions",
    factor: Float32Array,
    to: "image" | "directions",
  ): Promise<void> {
    const small = await upload(this.#backend, factor, this.roundWidth, this.roundWidth);
    try {
      for (const part of this.parts) await this.#backend.multiply(part[from], small, part[to]);
    } finally {
      small.dispose();
    }
  }
}

/** Length of the longest column, from the n x n products of the columns. */
function longestColumn(gram: Float64Array, n: number): number {
  let largest = 0;
  for (let i = 0; i < n; i++) largest = Math.max(largest, gram[i * n + i]!);
  return Math.sqrt(largest);
}
