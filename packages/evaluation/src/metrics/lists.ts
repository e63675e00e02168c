/** Item lists in compressed-row form, such as core's interactions. */
export interface ItemLists {
  /** users + 1 offsets into `items`. */
  readonly offsets: ArrayLike<number>;
  readonly items: ArrayLike<number>;
}

/** Ranked lists of some users. */
export interface RankedLists {
  /** Row of each user that was ranked. */
  readonly users: Uint32Array;
  /** Items in each list. */
  readonly k: number;
  /** users x k item rows, best first; -1 where a list has no further item. */
  readonly items: Int32Array;
}
