import { type Dataset, type Interactions, interactionsFromArrays, WellbegunError } from "@wellbegun/core";

/** Which held-out rows are to be found. */
export type SplitName = "validation" | "test";

/** What a ranking is judged on. */
export interface Split {
  readonly name: SplitName;
  /** What the vectors were made from: degrees and popularity are counted here. */
  readonly train: Interactions;
  /** Left out of every list: the train items, and for `test` the validation items as well. */
  readonly seen: Interactions;
  /** What is to be found. */
  readonly heldOut: Interactions;
}

/**
 * What is masked and what is to be found on the validation or the test rows, after the field's convention (MMRec,
 * RecBole): train items are masked, and for test rows validation items too.
 *
 * @throws {WellbegunError} `invalid-data` if the dataset has no such rows; `mismatch` if the splits differ in users or items.
 */
export function splitOf(data: Pick<Dataset, "train" | "validation" | "test">, name: SplitName): Split {
  const { train, validation, test } = data;
  const heldOut = name === "validation" ? validation : test;
  if (heldOut === undefined) {
    const expected = `a dataset with ${name} interactions`;
    throw new WellbegunError("invalid-data", { doing: "splitting a dataset", expected, found: "none" });
  }
  const masksValidation = name === "test" && validation !== undefined;
  return { name, train, seen: masksValidation ? mergeInteractions(train, validation) : train, heldOut };
}

/** All interactions of two, each once. */
export function mergeInteractions(a: Interactions, b: Interactions): Interactions {
  const { userCount, itemCount } = a;
  if (b.userCount !== userCount || b.itemCount !== itemCount) {
    throw new WellbegunError("mismatch", {
      doing: "joining interactions",
      expected: `${userCount} users and ${itemCount} items`,
      found: `${b.userCount} and ${b.itemCount}`,
    });
  }
  const count = a.items.length + b.items.length;
  const users = new Uint32Array(count);
  const items = new Uint32Array(count);
  let done = 0;
  for (const { offsets, items: own } of [a, b]) {
    for (let u = 0; u < userCount; u++) users.fill(u, done + offsets[u]!, done + offsets[u + 1]!);
    items.set(own, done);
    done += own.length;
  }
  return interactionsFromArrays({ users, items, userCount, itemCount });
}
