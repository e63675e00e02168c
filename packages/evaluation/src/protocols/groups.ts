import { type Interactions, itemDegrees } from "@wellbegun/core";

/** A partition of users or of items. */
export interface Groups {
  readonly names: readonly string[];
  /** Group of each row, as an index into `names`. */
  readonly of: Uint8Array;
}

/** Makes a partition of interactions once: a comparison asks for it at every ranking. */
function once(partition: (train: Interactions) => Groups): (train: Interactions) => Groups {
  const known = new WeakMap<Interactions, Groups>();
  return (train) => {
    const groups = known.get(train) ?? partition(train);
    known.set(train, groups);
    return groups;
  };
}

/**
 * Users by the number of their train items: 0, 1-2, 3-5, 6-10, more than 10. Group 0 is omitted if there are no
 * such users. The same interactions give the same object, which must not be changed.
 */
export const degreeGroups: (train: Interactions) => Groups = once((train) => {
  const { offsets, userCount } = train;
  const degrees = Uint32Array.from({ length: userCount }, (_, u) => offsets[u + 1]! - offsets[u]!);
  const bounds = [2, 5, 10, Number.POSITIVE_INFINITY];
  const names = ["1-2", "3-5", "6-10", ">10"];
  if (degrees.includes(0)) {
    bounds.unshift(0);
    names.unshift("0");
  }
  return { names, of: Uint8Array.from(degrees, (degree) => bounds.findIndex((bound) => degree <= bound)) };
});

/** Largest number of train interactions of a cold item. */
export const COLD_ITEM_DEGREE = 2;
/** Share of the items that form the head: the customary 80/20 cut of a popularity distribution. */
export const HEAD_SHARE = 0.2;

/**
 * Items by popularity: `cold`, those with at most {@link COLD_ITEM_DEGREE} train interactions; `head`, the
 * {@link HEAD_SHARE} of all items with most of them (ties to the lowest row) as far as they are not cold; `long tail`, the
 * others. The same interactions give the same object, which must not be changed.
 */
export const popularityGroups: (train: Interactions) => Groups = once((train) => {
  const degrees = itemDegrees({ ...train, weights: undefined });
  const order = Uint32Array.from(degrees.keys()).sort((a, b) => degrees[b]! - degrees[a]! || a - b);
  const of = new Uint8Array(degrees.length).fill(1);
  for (const item of order.subarray(0, Math.floor(HEAD_SHARE * degrees.length))) of[item] = 2;
  for (const [item, degree] of degrees.entries()) if (degree <= COLD_ITEM_DEGREE) of[item] = 0;
  return { names: ["cold", "long tail", "head"], of };
});
