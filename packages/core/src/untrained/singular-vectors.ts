import type { Backend, Matrix } from "../backend/backend.ts";
import type { AdjacencyBlock } from "../data/adjacency.ts";
import { upload } from "../data/upload.ts";
import { generalizedEigen } from "../linalg/generalized-eigen.ts";
import { symmetricEigen } from "../linalg/symmetric-eigen.ts";
import { checkpoint, type Observer } from "../progress.ts";
import type { Random } from "../random.ts";
import { scaled } from "../stages/fuse/sparse-product.ts";

/** Degree of the Chebyshev polynomial of a round. */
const degree = 2;
/**
 * Lowest upper edge of the eigenvalues that a round damps. The largest eigenvalue of R^^T R^ is 1, and the
 * polynomial's value there must stay within float32's resolution: T_2(2 * 1024 - 1) = 8e6.
 */
const lowestEdge = 1 / 1024;
/** Share of its own squared length that a float32 column must add to the basis in order to count. */
const dependent = 1e-10;
/** Squared singular values below this are rounding: their vectors are set to zero. */
const negligible = 1e-10;

/** Columns of the basis: more than the vectors wanted, so that the last of these converge as well. */
export function basisWidth(itemCount: number, k: number): number {
  return Math.min(itemCount, k + Math.max(32, Math.ceil(k / 8)));
}

/** Right singular vectors of a matrix, with its singular values. */
export interface SingularVectors {
  /** Largest first; 0 beyond the rank. */
  readonly values: Float64Array;
  /** I x k, row-major: COLUMN j is the unit vector of `values[j]`, or zero beyond the rank. */
  readonly vectors: Float32Array;
}

/** How {@link leadingSingularVectors} searches. */
export interface SearchOptions {
  /** Vectors wanted, at most the number of items. */
  readonly k: number;
  /**
   * Rounds of filtering: more rounds make the last vectors more exact. Each costs three products of R^^T R^
   * with the basis.
   */
  readonly rounds: number;
  readonly random: Random;
}

/**
 * The `k` leading right singular vectors of the normalized interaction matrix R^, by subspace iteration on R^^T
 * R^ with Chebyshev filters (Zhou and Saad 2007) and a Rayleigh-Ritz step in each round. The number of products
 * is fixed, so that all backends do the same steps. Signs: the entry of largest magnitude of each vector is
 * positive (the first of them in a tie).
 */
export async function leadingSingularVectors(
  backend: Backend,
  blocks: readonly AdjacencyBlock[],
  itemCount: number,
  { k, rounds, random }: SearchOptions,
  observer: Observer | undefined,
): Promise<SingularVectors> {
  const width = basisWidth(itemCount, k);
  const operator = new NormalOperator(backend, blocks, width);
  const start = Float32Array.from({ length: itemCount * width }, () => random.uniform() - 0.5);
  let basis = await upload(backend, start, itemCount, width);
  let other: Matrix | undefined;
  try {
    other = await backend.create(itemCount, width);
    await operator.apply(basis, other, 1, false);
    [basis, other] = [other, basis];
    for (let round = 0; ; round++) {
      await checkpoint(observer, "finding singular vectors");
      const last = round === rounds || width === itemCount;
      const { values, vectors } = await ritz(backend, operator, basis, last ? k : width);
      observer?.onProgress?.({ stage: "project", done: round, total: rounds, note: `round ${round}` });
      if (last) return await combine(backend, basis, vectors, values);
      const coefficients = await upload(backend, transposed(vectors, width, width), width, width);
      try {
        await backend.multiply(basis, coefficients, other);
      } finally {
        coefficients.dispose();
      }
      [basis, other] = [other, basis];
      const edge = Math.max(lowestEdge, values[width - 1]!);
      [basis, other] = await filter(backend, operator, basis, other, edge);
    }
  } finally {
    operator.dispose();
    basis.dispose();
    other?.dispose();
  }
}

/** R^^T R^, applied block of users by block of users. */
class NormalOperator {
  readonly #backend: Backend;
  readonly #blocks: readonly AdjacencyBlock[];
  readonly #width: number;
  readonly #products: Map<number, Matrix> = new Map();

  constructor(backend: Backend, blocks: readonly AdjacencyBlock[], width: number) {
    this.#backend = backend;
    this.#blocks = blocks;
    this.#width = width;
  }

  /** out = factor R^^T R^ x (+ out). */
  async apply(x: Matrix, out: Matrix, factor: number, accumulate: boolean): Promise<void> {
    for (const [b, { rows, transposed: back }] of this.#blocks.entries()) {
      const product = await this.#product(rows.rows);
      await this.#backend.multiplySparse(rows, x, product);
      await this.#backend.multiplySparse(scaled(back, factor), product, out, {
        accumulate: accumulate || b > 0,
      });
    }
  }

  /** (R^ x)^T (R^ x): width x width. */
  async energies(x: Matrix): Promise<Float64Array> {
    const sum = new Float64Array(this.#width * this.#width);
    for (const { rows } of this.#blocks) {
      const product = await this.#product(rows.rows);
      await this.#backend.multiplySparse(rows, x, product);
      const gram = await this.#backend.gram(product);
      for (let i = 0; i < sum.length; i++) sum[i]! += gram[i]!;
    }
    return sum;
  }

  dispose(): void {
    for (const product of this.#products.values()) product.dispose();
  }

  /**
   * Memory for the product with a block of `rows` users. There are at most two sizes: the last block may be
   * smaller.
   */
  async #product(rows: number): Promise<Matrix> {
    const known = this.#products.get(rows);
    if (known !== undefined) return known;
    const product = await this.#backend.create(rows, this.#width);
    this.#products.set(rows, product);
    return product;
  }
}

/** Eigenvalues and eigenvectors of R^^T R^ within the span of the basis: ROW j of `vectors` combines its columns. */
async function ritz(
  backend: Backend,
  operator: NormalOperator,
  basis: Matrix,
  count: number,
): Promise<{ values: Float64Array; vectors: Float64Array }> {
  const g = await backend.gram(basis);
  const s = await operator.energies(basis);
  return generalizedEigen(s, g, basis.columns, count, {
    dependent,
    solve: backend.symmetricEigen?.bind(backend) ?? symmetricEigen,
  });
}

/**
 * T_degree((2 / edge) R^^T R^ - I) times the basis: eigenvalues from 0 to `edge` are damped to at most 1 in magnitude, those
 * above grow. Both matrices are overwritten.
 *
 * @returns The matrix that holds the result, and the other one.
 */
async function filter(
  backend: Backend,
  operator: NormalOperator,
  basis: Matrix,
  other: Matrix,
  edge: number,
): Promise<[result: Matrix, other: Matrix]> {
  let [before, present] = [basis, other];
  await operator.apply(before, present, 2 / edge, false);
  await backend.addScaled(present, before, -1);
  for (let d = 2; d <= degree; d++) {
    // T_d = 2 t T_(d-1) - T_(d-2), in the place of T_(d-2).
    await backend.scaleRows(before, -1);
    await backend.addScaled(before, present, -2);
    await operator.apply(present, before, 4 / edge, true);
    [before, present] = [present, before];
  }
  return [present, before];
}

async function combine(
  backend: Backend,
  basis: Matrix,
  rows: Float64Array,
  energies: Float64Array,
): Promise<SingularVectors> {
  const k = energies.length;
  for (let j = 0; j < k; j++) {
    if (!(energies[j]! > negligible)) rows.fill(0, j * basis.columns, (j + 1) * basis.columns);
  }
  const coefficients = await upload(backend, transposed(rows, k, basis.columns), basis.columns, k);
  let out: Matrix | undefined;
  try {
    out = await backend.create(basis.rows, k);
    await backend.multiply(basis, coefficients, out);
    const vectors = await backend.read(out, 0, basis.rows, (view) => view.slice());
    fixColumnSigns(vectors, k);
    return {
      values: energies.map((energy) => (energy > negligible ? Math.sqrt(energy) : 0)),
      vectors,
    };
  } finally {
    coefficients.dispose();
    out?.dispose();
  }
}

function transposed(rows: Float64Array, count: number, width: number): Float32Array {
  const result = new Float32Array(width * count);
  for (let j = 0; j < count; j++) {
    for (let i = 0; i < width; i++) result[i * count + j] = rows[j * width + i]!;
  }
  return result;
}

/** Makes the entry of largest magnitude of each column positive, the first of them in a tie. */
function fixColumnSigns(table: Float32Array, columns: number): void {
  const largest = new Float32Array(columns);
  for (let at = 0; at < table.length; at++) {
    const value = table[at]!;
    const found = largest[at % columns]!;
    // The margin keeps rounding from choosing between entries of equal magnitude.
    if (Math.abs(value) > Math.abs(found) * (1 + 1e-6)) largest[at % columns] = value;
  }
  for (let at = 0; at < table.length; at++) if (largest[at % columns]! < 0) table[at] = -table[at]!;
}
