import type { Assignment } from "@wellbegun/core/backend";
import type { TfTensor } from "./tensorflow.ts";

/** The data of one block of rows that do not change between the passes of a k-means run. */
export interface BlockFacts {
  /** Norm of each row; infinity for missing rows, so that their labels are never sure. */
  readonly norms: TfTensor;
  /** Place of each row's first score among the scores of the block, int32. */
  readonly starts: TfTensor;
  /** Places in the block of the rows that hold NaN or infinity. */
  readonly odd: readonly number[];
}

/** The labels of one k-means run, on the host. */
export class TfjsAssignment implements Assignment {
  readonly rows: number;
  readonly columns: number;
  readonly clusters: number;
  readonly missing: Uint8Array | undefined;
  /** Set by the first pass. */
  facts: readonly BlockFacts[] | undefined;
  /** Copies of rows whose label was decided here: the same rows tend to lie between two centroids pass after pass. */
  readonly fetched: Map<number, Float32Array> = new Map();
  /** The labels themselves. */
  readonly current: Int32Array;

  constructor(rows: number, columns: number, clusters: number, missing?: Uint8Array) {
    this.rows = rows;
    this.columns = columns;
    this.clusters = clusters;
    this.missing = missing?.slice();
    this.current = new Int32Array(rows).fill(-1);
  }

  async labels(): Promise<Int32Array> {
    return this.current.slice();
  }

  dispose(): void {
    for (const { norms, starts } of this.facts ?? []) {
      norms.dispose();
      starts.dispose();
    }
    this.facts = undefined;
    this.fetched.clear();
  }
}
