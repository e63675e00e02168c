import type { SymmetricEigen } from "../linalg/symmetric-eigen.ts";
/**
 * The abstract tensor interface that the method is written over. A backend is an object with a small set of
 * coarse operations; everything large lives in its {@link Matrix} handles, and only small results (centroids,
 * labels, norms, sums) cross back to the caller between stages.
 *
 * All matrices are row-major float32. Operations are asynchronous, never change their inputs unless their name
 * says so, and allocate nothing that the caller does not see as a handle.
 */

/** A row-major float32 matrix that lives with a backend. */
export interface Matrix {
  /** Number of rows; may be 0. */
  readonly rows: number;
  /** Number of columns, at least 1. */
  readonly columns: number;
  /** Frees the memory. Using the matrix afterwards throws a `disposed` error; disposing twice does nothing. */
  dispose(): void;
}

/**
 * A sparse matrix in compressed-row form with factored scaling: entry e of row r stands for
 * `rowScale[r] * values[e] * columnScale[indices[e]]`. Plain arrays on the caller's side; a backend may keep a
 * copy of its own for as long as the same object is passed (the arrays must not be changed meanwhile).
 */
export interface SparseMatrix {
  readonly rows: number;
  readonly columns: number;
  /** rows + 1 offsets into `indices`; need not start at 0, so that a block of rows is a view. */
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
}

/** Sums over the rows of a matrix, in float64. */
export interface ColumnMoments {
  /** Sum of (x - shift) per column. */
  readonly sum: Float64Array;
  /** Sum of (x - shift)^2 per column. */
  readonly sumOfSquares: Float64Array;
}

/** The state of one k-means run over one matrix of rows: labels, and whatever bounds the backend keeps. */
export interface Assignment {
  readonly rows: number;
  readonly clusters: number;
  /** Label of each row, -1 for a missing row and before the first pass. A copy. Throws `disposed` afterwards. */
  labels(): Promise<Int32Array>;
  dispose(): void;
}

/** What one assignment pass found. */
export interface AssignmentStep {
  /** Rows whose label differs from the pass before (all present rows on the first pass). */
  readonly changed: number;
  /** Sum of the rows of each cluster, clusters x columns, accumulated in float64 (or as near as the device can). */
  readonly sums: Float64Array;
  /** Rows in each cluster. */
  readonly counts: Uint32Array;
}

/** Rows that are not at hand, such as those of a file: whoever needs some asks for them. */
export interface RowSource {
  /** The most rows that can be asked for at a time. */
  readonly most: number;
  /** The given rows, ascending, as the first of a matrix, which is only valid until the next call. */
  gather(rows: Uint32Array): Promise<Matrix>;
}

/** Passes of k-means over rows that are not at hand, for a backend that needs few of them once it has seen all. */
export interface GatheredPasses {
  /** Whether that is so for rows and clusters of these numbers; otherwise loading all rows for `assign` is as good. */
  suits(rows: number, columns: number, clusters: number): boolean;
  /** As {@link Backend.assign}. */
  assign(assignment: Assignment, rows: RowSource, centroids: Float32Array): Promise<AssignmentStep>;
  /** As {@link Backend.assignedDistances}. */
  assignedDistances(assignment: Assignment, rows: RowSource, centroids: Float32Array): Promise<Float32Array>;
}

/** The best items of each user. */
export interface TopK {
  /** users x k item rows, best first; -1 where a user has fewer than k candidates. */
  readonly items: Int32Array;
  /** users x k scores in the same order; -Infinity where there is no item. */
  readonly scores: Float32Array;
}

/**
 * What a backend can do, as data. Core plans around these; a property left out means the default that is
 * documented with it.
 */
export interface Capabilities {
  /** What runs the operations, for people: "cpu", "NVIDIA H100", "SwiftShader". */
  readonly device: string;
  /** Whether the device poses as a GPU and is software on the processor, such as SwiftShader. Default: false. */
  readonly software?: boolean;
  /**
   * Whether matrices lie in the processor's own memory, so that `write` and `read` hand them out as they are. Default:
   * false; core then makes large blocks, and rather computes a table twice than sends it there and back.
   */
  readonly hostMemory?: boolean;
  /** Largest number of bytes in one matrix. Default: no limit; core tiles above it. */
  readonly maxMatrixBytes?: number;
  /** Largest number of bytes in all matrices together. Default: no limit; core streams in blocks above it. */
  readonly maxTotalBytes?: number;
  /** Whether equal inputs always give bit-equal outputs. Default: true. */
  readonly deterministic?: boolean;
  /** Threads that operations use. Default: 1. */
  readonly threads?: number;
  /** Precision of accumulated sums: of `assign`, `columnMoments` and `gram`. Default: "float64". */
  readonly accumulation?: "float64" | "compensated" | "float32";
}

/**
 * A tensor backend. One conformance suite (`@wellbegun/conformance`) defines what each operation must give.
 *
 * The caller awaits each operation before it starts the next one on the same backend. Shapes that do not fit (an
 * output that is also an input, a matrix of another backend, `k` below 1) are programming errors of the caller and
 * throw `mismatch`; a matrix that the device cannot hold throws `limit` with the sizes; anything that is used after
 * it was disposed of, or whose backend was, throws `disposed`. Blocks of 0 rows are allowed everywhere. A value that
 * is not finite stays in its own row's results.
 */
export interface Backend {
  /** The name under which users choose it: "cpu", "wasm", "webgpu", "onnx:cpu". */
  readonly name: string;
  readonly capabilities: Capabilities;

  /** A new matrix filled with zeros. */
  create(rows: number, columns: number): Promise<Matrix>;

  /**
   * Fills rows `firstRow .. firstRow + rows - 1` of `target`: hands `fill` a row-major array of
   * rows x columns to write into (the backend's own memory where it can be reached, so that a file can be read
   * straight into it; its old content is undefined). The array is only valid until `fill` resolves. What `fill` throws
   * is passed on, and the matrix stays usable.
   */
  write(
    target: Matrix,
    firstRow: number,
    rows: number,
    fill: (into: Float32Array) => void | Promise<void>,
  ): Promise<void>;

  /**
   * Hands `use` rows `firstRow .. firstRow + rows - 1` of `source` as a row-major array, which is only valid
   * until `use` resolves and must not be changed: copy what is to be kept. Returns what `use` returns.
   */
  read<T>(
    source: Matrix,
    firstRow: number,
    rows: number,
    use: (view: Float32Array) => T | Promise<T>,
  ): Promise<T>;

  /** Column sums and sums of squares of the rows that are not missing, about `shift` (default 0). */
  columnMoments(x: Matrix, options?: { shift?: Float64Array; missing?: Uint8Array }): Promise<ColumnMoments>;

  /** Prepares the rows of `x` in place. Norms are accumulated in float64 or better than float32 needs. */
  transformRows(x: Matrix, transform: RowTransform): Promise<void>;

  /** L2 norm of each row. */
  rowNorms(x: Matrix): Promise<Float32Array>;

  /** x = x * factor, in place; one factor for all, or one per row. */
  scaleRows(x: Matrix, factor: number | Float32Array): Promise<void>;

  /** y = y + alpha * x, in place, into columns `firstColumn ..` of `y` (default 0); rows agree. */
  addScaled(y: Matrix, x: Matrix, alpha: number, firstColumn?: number): Promise<void>;

  /**
   * Dense product: `a b`, or `a^T b` with `transposeA`. `out` is given by the caller, and is overwritten, or
   * added to with `accumulate`. `out` must be neither `a` nor `b`.
   */
  multiply(
    a: Matrix,
    b: Matrix,
    out: Matrix,
    options?: { transposeA?: boolean; accumulate?: boolean },
  ): Promise<void>;

  /** `x^T x` as columns x columns float64, for small widths; symmetric to the bit. */
  gram(x: Matrix): Promise<Float64Array>;

  /**
   * The `count` largest eigenvalues of the symmetric n x n matrix `a` (row-major, float64, only read), with unit
   * eigenvectors; errors within a small multiple of float64's rounding times the matrix's size. A backend that has
   * nothing faster leaves it out, and core's `symmetricEigen` is taken.
   */
  symmetricEigen?(a: Float64Array, n: number, count: number): Promise<SymmetricEigen>;

  /**
   * Sparse product `s x` into `out` (overwritten, or added to with `accumulate`). A row without entries gives
   * zeros. The accumulation order is that of the entries.
   */
  multiplySparse(s: SparseMatrix, x: Matrix, out: Matrix, options?: { accumulate?: boolean }): Promise<void>;

  /**
   * Squared Euclidean distance of every row of `x` to every point: rows x count, row-major, never negative.
   * `points` is count x columns, row-major, with count small (k-means seeding asks for a handful). Equal rows give
   * exactly 0 (the direct form, not the expanded one): k-means counts distinct rows by it.
   */
  squaredDistances(x: Matrix, points: Float32Array, count: number): Promise<Float32Array>;

  /**
   * Starts the assignment of `rows` rows of width `columns` to `clusters` centroids. `missing` rows (1) keep the
   * label -1 and leave every sum.
   */
  createAssignment(
    rows: number,
    columns: number,
    clusters: number,
    missing?: Uint8Array,
  ): Promise<Assignment>;

  /**
   * One Lloyd pass: gives every present row of `x` the label of its nearest centroid (Euclidean; ties go to the
   * lowest label) and returns the sums of the clusters. `centroids` is clusters x columns, row-major. `x` must
   * hold the same rows at every pass of one assignment, but may be another matrix (streamed features).
   */
  assign(assignment: Assignment, x: Matrix, centroids: Float32Array): Promise<AssignmentStep>;

  /**
   * Squared distance of each row to the centroid that it is assigned to, 0 for rows without a label (missing ones,
   * and all before the first pass); not through the expanded form, so that it is exact near 0.
   */
  assignedDistances(assignment: Assignment, x: Matrix, centroids: Float32Array): Promise<Float32Array>;

  /** Both for rows that are not at hand. Left out by backends that need them all; core then loads them for each pass. */
  readonly gathered?: GatheredPasses;

  /**
   * For every row of `users`, the `k` rows of `items` with the largest dot product, best first, ties to the
   * lowest item; `exclude` holds the items that a user must not be given, in any order and repeated if need be (its
   * values and scales are ignored). `k` may exceed the number of items.
   */
  topK(users: Matrix, items: Matrix, k: number, exclude?: SparseMatrix): Promise<TopK>;

  /** Frees everything, matrices included. */
  dispose(): Promise<void>;
}
