import type { Backend, Matrix } from "../backend/backend.ts";
import { upload } from "../data/upload.ts";
import { orthonormalising } from "../linalg/orthonormalising.ts";
import type { Random } from "../random.ts";
import type { WeightedBlocks } from "./weighted-blocks.ts";

/**
 * One modality's share of the basis, on the backend. Directions stand multiplied with the modality's weight: features
 * times them are weighted features times the directions themselves, and nothing need be scaled on the way.
 */
export interface BasisPart {
  readonly source: WeightedBlocks;
  /** All directions so far: D_m x width, zeros from the present round on. */
  readonly collected: Matrix;
  /** Those of this round: D_m x roundWidth. */
  readonly directions: Matrix;
  /** What X^T X makes of them, times the weight once more: D_m x roundWidth. The next round's directions come from it. */
  readonly image: Matrix;
}

/** X^T X within the span of the basis, to be read by Rayleigh-Ritz. */
export interface Compression {
  /** Q^T X^T X Q, width x width, symmetric. */
  readonly s: Float64Array;
  /** Q^T Q, width x width: the identity but for rounding. */
  readonly g: Float64Array;
}

/**
 * An orthonormal basis Q of a block Krylov space of X^T X, X being the weighted modalities side by side, with the H of
 * X^T X Q = Q H. Only matrices as small as the basis is wide leave the backend.
 */
export class KrylovBasis {
  readonly parts: readonly BasisPart[];
  readonly roundWidth: number;
  /** Directions that there is room for. */
  readonly width: number;
  readonly #backend: Backend;
  /** -H but for the blocks below its diagonal, which are in {@link #lengths}: width x width. */
  readonly #recurrence: Matrix;
  /** By round: what is new in the images is the directions that it became times this, roundWidth x roundWidth. */
  readonly #lengths: Float64Array[] = [];
  #longest = 0;

  private constructor(backend: Backend, parts: readonly BasisPart[], recurrence: Matrix, roundWidth: number) {
    this.#backend = backend;
    this.parts = parts;
    this.#recurrence = recurrence;
    this.width = recurrence.columns;
    this.roundWidth = roundWidth;
  }

  /** A basis without directions, with room for `rounds` of them, whose first will be random. */
  static async create(
    backend: Backend,
    sources: readonly WeightedBlocks[],
    roundWidth: number,
    rounds: number,
    random: Random,
  ): Promise<KrylovBasis> {
    const matrices: Matrix[] = [];
    const create = async (rows: number, columns: number): Promise<Matrix> => {
      const matrix = await backend.create(rows, columns);
      matrices.push(matrix);
      return matrix;
    };
    try {
      const parts: BasisPart[] = [];
      for (const source of sources) {
        const { columns } = source.blocks;
        const collected = await create(columns, rounds * roundWidth);
        const directions = await create(columns, roundWidth);
        const image = await create(columns, roundWidth);
        await backend.write(image, 0, columns, (into) => {
          for (let i = 0; i < into.length; i++) into[i] = source.weight * random.normal();
        });
        parts.push({ source, collected, directions, image });
      }
      const recurrence = await create(rounds * roundWidth, rounds * roundWidth);
      return new KrylovBasis(backend, parts, recurrence, roundWidth);
    } catch (error) {
      for (const matrix of matrices) matrix.dispose();
      throw error;
    }
  }

  /**
   * Makes the images orthogonal to all directions and to each other: the directions of a new round.
   *
   * @returns Whether anything is left of the images; if not, the basis spans all that the features do.
   */
  async extend(): Promise<boolean> {
    const round = this.#lengths.length;
    // Once leaves a rounding error in proportion to what was taken away, twice one in proportion to what is left.
    if (round > 0) for (let pass = 0; pass < 2; pass++) await this.#removeCollected(round - 1);
    const gram = await this.#gram(({ image }) => image);
    const { factor, lengths, longest } = orthonormalising(gram, this.roundWidth, this.#longest);
    if (longest === 0) return false;
    this.#longest = Math.max(this.#longest, longest);
    this.#lengths.push(lengths);
    const small = await upload(this.#backend, factor, this.roundWidth, this.roundWidth);
    try {
      for (const { image, directions, collected } of this.parts) {
        await this.#backend.multiply(image, small, directions);
        await this.#backend.addScaled(collected, directions, 1, round * this.roundWidth);
      }
    } finally {
      small.dispose();
    }
    return true;
  }

  /**
   * X^T X in terms of the basis. Where the images of the last round are not known, `energies` stands for them: P^T P with
   * P = X times its directions, roundWidth x roundWidth.
   */
  async compress(energies: Float64Array | undefined): Promise<Compression> {
    const { width, roundWidth } = this;
    const g = await this.#gram(({ collected }) => collected);
    const h = await this.#backend.read(this.#recurrence, 0, width, (view) =>
      Float64Array.from(view, (x) => -x),
    );
    for (const [round, lengths] of this.#lengths.entries()) {
      if (round > 0) place(h, width, lengths, roundWidth, round * roundWidth, (round - 1) * roundWidth);
    }
    const s = product(g, h, width);
    const known = (this.#lengths.length - (energies === undefined ? 0 : 1)) * roundWidth;
    for (let i = 0; i < known; i++) {
      for (let j = 0; j < i; j++) {
        const mean = (s[i * width + j]! + s[j * width + i]!) / 2;
        s[i * width + j] = mean;
        s[j * width + i] = mean;
      }
      for (let j = known; j < width; j++) s[i * width + j] = s[j * width + i]!;
    }
    if (energies !== undefined) place(s, width, energies, roundWidth, known, known);
    // Directions that were found negligible are zeros. As unit vectors without energy they come last and do no harm.
    for (let i = 0; i < width; i++) if (g[i * width + i] === 0) g[i * width + i] = 1;
    return { s, g };
  }

  /** Combinations of the directions, count x width: one a row. `vectors` is count x {@link width}. */
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
    for (const { collected, directions, image } of this.parts) {
      for (const matrix of [collected, directions, image]) matrix.dispose();
    }
  }

  /** image -= Q Q^T image, for the images of `round`. */
  async #removeCollected(round: number): Promise<void> {
    const backend = this.#backend;
    const coefficients = await backend.create(this.width, this.roundWidth);
    const part = await backend.create(this.width, this.roundWidth);
    try {
      for (const { collected, image, source } of this.parts) {
        await backend.multiply(collected, image, part, { transposeA: true });
        await backend.addScaled(coefficients, part, -1 / source.weight ** 2);
      }
      await backend.addScaled(this.#recurrence, coefficients, 1, round * this.roundWidth);
      for (const { collected, image } of this.parts) {
        await backend.multiply(collected, coefficients, image, { accumulate: true });
      }
    } finally {
      coefficients.dispose();
      part.dispose();
    }
  }

  /** Products of the directions or images with each other. */
  async #gram(of: (part: BasisPart) => Matrix): Promise<Float64Array> {
    let sum: Float64Array | undefined;
    for (const part of this.parts) {
      const gram = await this.#backend.gram(of(part));
      const factor = 1 / part.source.weight ** 2;
      sum ??= new Float64Array(gram.length);
      for (let i = 0; i < gram.length; i++) sum[i]! += factor * gram[i]!;
    }
    return sum!;
  }
}

/** a b for square matrices. */
function product(a: Float64Array, b: Float64Array, n: number): Float64Array {
  const out = new Float64Array(n * n);
  for (let i = 0; i < n; i++) {
    for (let k = 0; k < n; k++) {
      const factor = a[i * n + k]!;
      for (let j = 0; j < n; j++) out[i * n + j]! += factor * b[k * n + j]!;
    }
  }
  return out;
}

/** Writes a block of size x size into a matrix of width x width. */
function place(
  into: Float64Array,
  width: number,
  block: Float64Array,
  size: number,
  row: number,
  column: number,
): void {
  for (let i = 0; i < size; i++) {
    into.set(block.subarray(i * size, (i + 1) * size), (row + i) * width + column);
  }
}
