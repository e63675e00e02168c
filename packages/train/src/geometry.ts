import { createTable, type Interactions } from "@wellbegun/core";
import { alignmentUniformity, effectiveRank } from "@wellbegun/evaluation";
import type { Vectors } from "./vectors.ts";

/** The geometry of the vectors after an epoch, which shows a collapse that ranking metrics do not. */
export interface Geometry {
  /** Mean squared distance of a user's and its items' unit vectors, 0 to 4. */
  readonly alignment: number;
  /**
   * log of the mean of exp(-2 |x - y|^2) over pairs of users' unit vectors: 0 if all are equal, lower if they
   * are spread.
   */
  readonly userUniformity: number;
  /** The same over pairs of items. */
  readonly itemUniformity: number;
  /** Effective rank of the user table, 1 to its width. */
  readonly userRank: number;
  /** Effective rank of the item table, 1 to its width. */
  readonly itemRank: number;
}

/** Measures alignment, uniformity (Wang and Isola, ICML 2020) and effective rank (Roy and Vetterli, 2007). */
export function geometryOf({ users, items }: Vectors, train: Interactions, seed: number): Geometry {
  const columns = users.length / train.userCount;
  return {
    ...alignmentUniformity(
      {
        users: createTable(users, train.userCount, columns),
        items: createTable(items, train.itemCount, columns),
      },
      train,
      seed,
    ),
    userRank: effectiveRank(users, columns),
    itemRank: effectiveRank(items, columns),
  };
}
