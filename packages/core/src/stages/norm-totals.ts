/** Sums over the norms of a table's rows, from which scale factors and the report are computed. */
export interface NormTotals {
  /** Number of rows. */
  readonly rows: number;
  readonly sum: number;
  /** Sum of the squared norms. */
  readonly squares: number;
  /** Infinity without rows. */
  readonly min: number;
  readonly max: number;
  /** Rows that are zero. */
  readonly zeroRows: number;
}

/** Adds up row norms block by block, in float64 and in the order of the rows, so that the sums do not depend on the blocks. */
export class NormTally implements NormTotals {
  rows: number = 0;
  sum: number = 0;
  squares: number = 0;
  min: number = Number.POSITIVE_INFINITY;
  max: number = 0;
  zeroRows: number = 0;

  add(norms: Float32Array): void {
    // No iterator, which allocates an object for every row until the loop is compiled.
    for (let row = 0; row < norms.length; row++) {
      const norm = norms[row]!;
      this.sum += norm;
      this.squares += norm * norm;
      if (norm < this.min) this.min = norm;
      if (norm > this.max) this.max = norm;
      if (norm === 0) this.zeroRows++;
    }
    this.rows += norms.length;
  }
}
