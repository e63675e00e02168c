/**
 * The abstract tensor interface that the method is written over. A backend is an object with a small set of
 * coarse operations; large data stay in its {@link Matrix} handles, and only small results (centroids, labels,
 * norms, sums) return to the caller between stages.
 *
 * All matrices are row-major float32. Operations are asynchronous, change only the operands that their
 * descriptions name, and allocate no matrix without a handle for the caller.
 */

import type { SymmetricEigen } from "../linalg/symmetric-eigen.ts";
import type { Capabilities } from "./capabilities.ts";
import type { CreateOptions, Matrix } from "./matrix.ts";
import type { Seeding } from "./seeding.ts";
import type { TrainingOperations } from "./training.ts";

export type { Capabilities } from "./capabilities.ts";
export type { CreateOptions, Matrix } from "./matrix.ts";
export type { Seeding } from "./seeding.ts";

/**
 * A sparse matrix in compressed-row form with factored scaling: entry e of row r stands for
 * `rowScale[r] * values[e] * columnScale[indices[e]]`. The arrays belong to the caller. A backend may keep a copy
 * of an array for later calls with the same object, so an array that is passed again must not have changed.
 */
export interface SparseMatrix {
  readonly rows: number;
  readonly columns: number;
  /** rows + 1 offsets into `indices`. The first may be above 0: a block of rows is then a view of the same arrays. */
  readonly offsets: Uint32Array;
  /** Column of each entry, below `columns`. */
  readonly indices: Uint32Array;
  /** Value of each entry; all 1 when left out. */
  readonly values?: Float32Array | undefined;
  /** Factor of each row; all 1 when left out. */
  readonly rowScale?: Float32Array | undefined;
  /** Factor of each column; all 1 when left out. */
  readonly columnScale?: Float32Array | undefined;
}

/** How rows are prepared: `x = (x - shift) * scale`, then, with `unit`, divided by the row's L2 norm. */
export interface RowTransform {
  /** Subtracted from each row; `columns` float64 values. */
  readonly shift?: Float64Array | undefined;
  /** Multiplied into each row after the shift; `columns` float64 values. */
  readonly scale?: Float64Array | undefined;
  /** Divide each row by its L2 norm. A row whose norm is 0 stays 0. */
  readonly unit: boolean;
  /** 1 for each row to set to 0 (a missing row), else 0. */
  readonly missing?: Uint8Array | undefined;
  /**
   * With `unit`: the factor 1 / norm of each row, or 0 where the norm is not known yet. A backend may store the
   * factors here and use them when the same rows are read again, or ignore the array.
   */
  readonly factors?: Float64Array | undefined;
}

/** Sums over the rows of a matrix, in float64. */
export interface ColumnMoments {
  /** Sum of (x - shift) per column. */
  readonly sum: Float64Array;
  /** Sum of (x - shift)^2 per column. */
  readonly sumOfSquares: Float64Array;
}

/**
 * The state of one k-means run over one matrix of rows: the labels, and the bounds on distances that the
 * backend keeps.
 */
export interface Assignment {
  /** Number of rows that are assigned. */
  readonly rows: number;
  /** Number of columns of the rows and of the centroids. */
  readonly columns: number;
  readonly clusters: number;
  /**
   * A copy of the label of each row, -1 for a missing row and before the first pass. Throws `disposed` after
   * `dispose()`.
   */
  labels(): Promise<Int32Array>;
  dispose(): void;
}

/** The result of one assignment pass. */
export interface AssignmentStep {
  /** Rows whose label differs from the pass before (all present rows on the first pass). */
  readonly changed: number;
  /**
   * Sum of the rows of each cluster, clusters x columns, accumulated in float64 or the best precision that the
   * device has.
   */
  readonly sums: Float64Array;
  /** Rows in each cluster. */
  readonly counts: Uint32Array;
}

/** Rows that are not in memory, such as those of a file. A pass asks for the rows that it needs. */
export interface RowSource<M extends Matrix = Matrix> {
  /** The most rows that one call of `gather` may ask for. */
  readonly most: number;
  /** Returns a matrix whose first rows are the given ones (ascending). It is valid until the next call only. */
  gather(rows: Uint32Array): Promise<M>;
}

/** Passes of k-means that read only some of the rows once they have seen all of them. */
export interface GatheredPasses<M extends Matrix = Matrix, A extends Assignment = Assignment> {
  /** Whether gathered passes read fewer rows at these sizes. If not, `assign` on all rows is as fast. */
  suits(rows: number, columns: number, clusters: number): boolean;
  /** As {@link Operations.assign}, with an assignment that was created for gathered passes. */
  assign(assignment: A, rows: RowSource<M>, centroids: Float32Array): Promise<AssignmentStep>;
  /** As {@link Operations.assignedDistances}. */
  assignedDistances(assignment: A, rows: RowSource<M>, centroids: Float32Array): Promise<Float32Array>;
}

/** The best items of each user. */
export interface TopK {
  /** users x k item rows, best first; -1 where a user has fewer than k candidates. */
  readonly items: Int32Array;
  /** users x k scores in the same order; -Infinity where there is no item. */
  readonly scores: Float32Array;
}

/**
 * The operations of a tensor backend, for matrices of type M and k-means states of type A. The conformance
 * suite (`@wellbegun/conformance`) defines the result of each operation. {@link Backend} and `Device` share
 * these signatures.
 */
export interface Operations<M extends Matrix, A extends Assignment> {
  /** The name under which users choose it: "cpu", "wasm", "webgpu", "onnx:cpu". */
  readonly name: string;
  readonly capabilities: Capabilities;

  /** A new matrix filled with zeros, or with undefined content if `uninitialized` is set. */
  create(rows: number, columns: number, options?: CreateOptions): Promise<M>;

  /**
   * Fills rows `firstRow .. firstRow + rows - 1` of `target`: passes `fill` a row-major array of rows x columns
   * to write into, whose content is undefined. Where possible, the array is the backend's own memory, so that a
   * file can be read straight into it. The array is valid until `fill` resolves. An error that `fill` throws is
   * rethrown, and the matrix stays usable.
   */
  write(
    target: M,
    firstRow: number,
    rows: number,
    fill: (into: Float32Array) => void | Promise<void>,
  ): Promise<void>;

  /**
   * Passes rows `firstRow .. firstRow + rows - 1` of `source` to `use` as a row-major array. The array is valid
   * until `use` resolves and must not be changed; `use` copies values that it keeps. Returns the result of
   * `use`.
   */
  read<T>(source: M, firstRow: number, rows: number, use: (view: Float32Array) => T | Promise<T>): Promise<T>;

  /** Column sums and sums of squares of the rows that are not missing, about `shift` (default 0). */
  columnMoments(x: M, options?: { shift?: Float64Array; missing?: Uint8Array }): Promise<ColumnMoments>;

  /** Prepares the rows of `x` in place. Norms are accumulated in more than float32's precision. */
  transformRows(x: M, transform: RowTransform): Promise<void>;

  /** L2 norm of each row. */
  rowNorms(x: M): Promise<Float32Array>;

  /** x = x * factor, in place; one factor for all, or one per row. */
  scaleRows(x: M, factor: number | Float32Array): Promise<void>;

  /** y = y + alpha * x, in place, into columns `firstColumn ..` of `y` (default 0); rows agree. */
  addScaled(y: M, x: M, alpha: number, firstColumn?: number): Promise<void>;

  /**
   * Dense product: `a b`, or `a^T b` with `transposeA`. The caller provides `out`; the product replaces its
   * content, or is added to it with `accumulate`. `out` must be neither `a` nor `b`.
   */
  multiply(a: M, b: M, out: M, options?: { transposeA?: boolean; accumulate?: boolean }): Promise<void>;

  /** `x^T x` as columns x columns float64, for small widths; symmetric to the bit. */
  gram(x: M): Promise<Float64Array>;

  /**
   * The `count` largest eigenvalues of the symmetric n x n matrix `a` (row-major, float64, only read), with
   * unit eigenvectors; errors within a small multiple of float64's rounding times the matrix's size. Optional:
   * without it, core uses its own `symmetricEigen`.
   */
  symmetricEigen?(a: Float64Array, n: number, count: number): Promise<SymmetricEigen>;

  /**
   * Sparse product `s x` into `out` (overwritten, or added to with `accumulate`). A row without entries gives
   * zeros. The accumulation order is that of the entries.
   */
  multiplySparse(s: SparseMatrix, x: M, out: M, options?: { accumulate?: boolean }): Promise<void>;

  /**
   * Squared Euclidean distance of every row of `x` to every point: rows x count, row-major, never negative.
   * `points` is count x columns, row-major, with a small count (k-means seeding passes a few points). Equal
   * rows give exactly 0, which requires sums of squared differences, not the expanded form: k-means counts
   * distinct rows by these zeros.
   */
  squaredDistances(x: M, points: Float32Array, count: number): Promise<Float32Array>;

  /**
   * Starts the comparison of the rows of `x` with `total` points in all, from their squared distances to a first one.
   * Undefined where that gains nothing. Optional: without it, core computes all distances.
   */
  createSeeding?(x: M, closest: Float32Array, total: number): Promise<Seeding<M> | undefined>;

  /**
   * Starts the assignment of `rows` rows of width `columns` to `clusters` centroids. Rows marked 1 in `missing`
   * keep the label -1 and enter no sum. `gathered` (default false) says that its passes will be {@link GatheredPasses}, which
   * other assignments may refuse.
   */
  createAssignment(
    rows: number,
    columns: number,
    clusters: number,
    missing?: Uint8Array,
    gathered?: boolean,
  ): Promise<A>;

  /**
   * One Lloyd pass: gives every present row of `x` the label of its nearest centroid (Euclidean; ties go to the
   * lowest label) and returns the sums of the clusters. `centroids` is clusters x columns, row-major. `x` must
   * hold the same rows at every pass of one assignment, but may be another matrix (streamed features).
   */
  assign(assignment: A, x: M, centroids: Float32Array): Promise<AssignmentStep>;

  /**
   * Squared distance of each row to the centroid that it is assigned to, 0 for rows without a label (missing
   * ones, and all before the first pass); computed from differences, so that it is exact near 0.
   */
  assignedDistances(assignment: A, x: M, centroids: Float32Array): Promise<Float32Array>;

  /** Both passes for rows that are not in memory. Optional: without it, core loads all rows for each pass. */
  readonly gathered?: GatheredPasses<M, A>;

  /**
   * For every row of `users`, the `k` rows of `items` with the largest dot product, best first, ties to the
   * lowest item; `exclude` holds the items to leave out for each user, in any order, possibly repeated (its
   * values and scales are ignored). `k` may exceed the number of items.
   */
  topK(users: M, items: M, k: number, exclude?: SparseMatrix): Promise<TopK>;

  /** The operations of training. Optional: without them, `@wellbegun/train` copies operands to the processor. */
  readonly training?: TrainingOperations<M>;

  /** Frees everything, matrices included. */
  dispose(): Promise<void>;
}

/**
 * A tensor backend. The caller awaits each operation before it starts the next one on the same backend.
 *
 * Operands are checked before the device gets them: shapes that do not fit, an output that is also an input,
 * and a matrix of another backend throw `mismatch`; a matrix that the device cannot hold throws `limit` with
 * the sizes; a handle that was disposed of, or whose backend was, throws `disposed`. Matrices of 0 rows are
 * allowed everywhere. A value that is not finite affects the results of its own row only.
 */
export interface Backend extends Operations<Matrix, Assignment> {}
