/** A row-major float32 matrix that a backend holds. */
export interface Matrix {
  /** Number of rows; may be 0. */
  readonly rows: number;
  /** Number of columns, at least 1. */
  readonly columns: number;
  /** Frees the memory. Using the matrix afterwards throws a `disposed` error; disposing twice does nothing. */
  dispose(): void;
}

/** How a matrix is made. */
export interface CreateOptions {
  /**
   * Leaves the content undefined. The caller must then overwrite all values before the matrix is read or added to.
   * Default: false, a matrix of zeros.
   */
  readonly uninitialized?: boolean | undefined;
}
