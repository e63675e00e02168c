import type { Backend } from "../backend/backend.ts";
import type { Table } from "../data/table.ts";
import { upload } from "../data/upload.ts";
import { cholesky } from "../linalg/cholesky.ts";

/** Share of its own variance below which a column of the items counts as a combination of those before it. */
const dependent = 1e-12;

/** Deviations below this share of the bound from the vectors' lengths are rounding: all items have the same score. */
const alike = 1e-5;

/**
 * Computes the standard deviation of a user's scores over all items without the scores: with L L^T the
 * covariance of the items' rows, it is the length of L^T u for the user's vector u.
 */
export class ScoreSpread {
  /** L, columns x columns, row-major. */
  readonly factor: Float64Array;
  readonly columns: number;
  /** Root mean square of the items' lengths. */
  readonly length: number;

  constructor(factor: Float64Array, columns: number, length: number) {
    this.factor = factor;
    this.columns = columns;
    this.length = length;
  }

  /** From the items' rows; the backend computes their Gram matrix. */
  static async of(backend: Backend, { data, rows, columns }: Table): Promise<ScoreSpread> {
    const matrix = await upload(backend, data, rows, columns);
    try {
      const { sum } = await backend.columnMoments(matrix);
      const gram = await backend.gram(matrix);
      const covariance = gram.map((value, at) => {
        const [i, j] = [Math.floor(at / columns), at % columns];
        return value / rows - (sum[i]! / rows) * (sum[j]! / rows);
      });
      const factor = cholesky(covariance, columns, dependent);
      for (let i = 0; i < columns; i++) {
        if (factor[i * columns + i] === Number.POSITIVE_INFINITY) factor[i * columns + i] = 0;
      }
      let squares = 0;
      for (let i = 0; i < columns; i++) squares += gram[i * columns + i]!;
      return new ScoreSpread(factor, columns, Math.sqrt(squares / rows));
    } finally {
      matrix.dispose();
    }
  }

  /** The deviations of many users' scores, one for each row of the table; 0 where all items have the same score. */
  async ofAll(backend: Backend, users: Table): Promise<Float32Array> {
    const vectors = await upload(backend, users.data, users.rows, users.columns);
    const factor = await upload(backend, Float32Array.from(this.factor), this.columns, this.columns);
    const product = await backend.create(users.rows, users.columns);
    try {
      await backend.multiply(vectors, factor, product);
      const lengths = await backend.rowNorms(vectors);
      return (await backend.rowNorms(product)).map((deviation, row) =>
        this.#beyondRounding(deviation, lengths[row]!),
      );
    } finally {
      for (const matrix of [vectors, factor, product]) matrix.dispose();
    }
  }

  /** The deviation of one user's scores; 0 where all items have the same score. */
  of(vector: Float32Array): number {
    let squares = 0;
    let length = 0;
    for (const value of vector) length += value * value;
    for (let j = 0; j < this.columns; j++) {
      let sum = 0;
      for (let i = j; i < this.columns; i++) sum += vector[i]! * this.factor[i * this.columns + j]!;
      squares += sum * sum;
    }
    return this.#beyondRounding(Math.sqrt(squares), Math.sqrt(length));
  }

  #beyondRounding(deviation: number, length: number): number {
    return deviation > alike * length * this.length ? deviation : 0;
  }
}
