import type { Backend, Matrix } from "../backend/backend.ts";
import { upload } from "./upload.ts";

/** An affine map of prepared rows: x becomes (x - shift) matrix. Missing rows stay 0. */
export interface RowMixing {
  /** `columns` values. */
  readonly shift: Float64Array;
  /** columns x columns, row-major. */
  readonly matrix: Float32Array;
}

/** Applies a {@link RowMixing} on a backend. */
export class RowMixer {
  readonly #backend: Backend;
  readonly #shift: Float64Array;
  readonly #matrix: Matrix;
  /** Scratch matrices, by their number of rows. */
  readonly #scratch = new Map<number, Matrix>();

  private constructor(backend: Backend, shift: Float64Array, matrix: Matrix) {
    this.#backend = backend;
    this.#shift = shift;
    this.#matrix = matrix;
  }

  static async create(backend: Backend, { shift, matrix }: RowMixing): Promise<RowMixer> {
    return new RowMixer(backend, shift, await upload(backend, matrix, shift.length, shift.length));
  }

  /** Maps `rows` into `out`; `rows` hold other values afterwards. */
  async mix(rows: Matrix, missing: Uint8Array | undefined, out: Matrix): Promise<void> {
    await this.#backend.transformRows(rows, { shift: this.#shift, unit: false, missing });
    await this.#backend.multiply(rows, this.#matrix, out);
  }

  /** A matrix of the given height for rows that are to be mixed, with undefined content. */
  async scratch(rows: number): Promise<Matrix> {
    const matrix = this.#scratch.get(rows) ?? (await this.#backend.create(rows, this.#shift.length));
    this.#scratch.set(rows, matrix);
    return matrix;
  }

  dispose(): void {
    for (const matrix of [this.#matrix, ...this.#scratch.values()]) matrix.dispose();
  }
}
