import type { AssignmentStep } from "@wellbegun/core/backend";

/** Sums and sizes of clusters in float64, updated by the rows that move. */
export class ClusterSums {
  readonly #columns: number;
  readonly #sums: Float64Array;
  readonly #counts: Uint32Array;

  constructor(clusters: number, columns: number) {
    this.#columns = columns;
    this.#sums = new Float64Array(clusters * columns);
    this.#counts = new Uint32Array(clusters);
  }

  /** Moves row i of `rows` from one cluster, or from none (-1), to another. */
  move(rows: Float32Array, i: number, from: number, to: number): void {
    if (from >= 0) {
      this.#add(from, rows, i, -1);
      // The sum of an empty cluster is zero; anything left of the removed rows is rounding.
      if (--this.#counts[from]! === 0) this.#sums.fill(0, from * this.#columns, (from + 1) * this.#columns);
    }
    this.#add(to, rows, i, 1);
    this.#counts[to]!++;
  }

  /** Copies of the sums and sizes. */
  copy(): Pick<AssignmentStep, "sums" | "counts"> {
    return { sums: this.#sums.slice(), counts: this.#counts.slice() };
  }

  #add(cluster: number, rows: Float32Array, i: number, sign: 1 | -1): void {
    const sums = this.#sums;
    const columns = this.#columns;
    for (let c = 0, p = i * columns, to = cluster * columns; c < columns; c++)
      sums[to++]! += sign * rows[p++]!;
  }
}
