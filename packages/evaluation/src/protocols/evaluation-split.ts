import { type Dataset, type Interactions, interactionsFromArrays, WellbegunError } from "@wellbegun/core";
import { expectChoice, expectSameIds, namesOf, refuseUnknownKeys } from "@wellbegun/core/support";
import { type OverlapRule, withoutOverlap } from "./overlap.ts";

/** The name of the held-out split. */
export type SplitName = "validation" | "test";

/** The interactions that a ranking is judged on. */
export interface EvaluationSplit {
  readonly name: SplitName;
  /** The interactions that the vectors were made from; degrees and popularity are counted on them. */
  readonly train: Interactions;
  /** The interactions left out of every list: the train items, and for `test` the validation items as well. */
  readonly seen: Interactions;
  /** The interactions to be found: held-out interactions that are not in `seen`. */
  readonly heldOut: Interactions;
  /** Held-out interactions that were left out because `seen` holds them too. */
  readonly overlap: number;
}

/** Options of {@link splitOf}. */
export interface SplitOptions {
  /** What happens to held-out interactions that users have seen. Default: `leave-out`. */
  readonly overlap?: OverlapRule | undefined;
}

const optionNames = namesOf<SplitOptions>({ overlap: true });

/**
 * The masked and the held-out interactions for the validation or the test rows, by the field's convention
 * (MMRec, RecBole): train items are masked, and for test rows validation items too. Held-out interactions that
 * are masked are counted and left out, or refused.
 *
 * @throws {WellbegunError} `invalid-data` if the dataset has no such rows, or if some of them are masked and `overlap` is
 * `refuse`; `mismatch` if the splits differ in users or items, or in their IDs; `invalid-option`.
 */
export function splitOf(
  data: Pick<Dataset, "train" | "validation" | "test">,
  name: SplitName,
  options: SplitOptions = {},
): EvaluationSplit {
  expectChoice(DOING, "name of the split", name, ["validation", "test"]);
  refuseUnknownKeys(DOING, options, optionNames);
  const { train, validation, test } = data;
  const heldOut = name === "validation" ? validation : test;
  if (heldOut === undefined) {
    const expected = `a dataset with ${name} interactions`;
    throw new WellbegunError("invalid-data", { doing: DOING, expected, found: "none" });
  }
  return splitFrom(name, train, heldOut, name === "test" ? validation : undefined, options.overlap);
}

/** A split of held-out interactions; `alsoSeen` is masked beside the train items. */
export function splitFrom(
  name: SplitName,
  train: Interactions,
  heldOut: Interactions,
  alsoSeen: Interactions | undefined,
  overlap: OverlapRule | undefined,
): EvaluationSplit {
  expectSameRows(train, heldOut, name);
  if (alsoSeen !== undefined)
    expectSameRows(train, alsoSeen, "the interactions that are masked beside train");
  const seen = alsoSeen === undefined ? train : mergeInteractions(train, alsoSeen);
  return { name, train, seen, ...withoutOverlap(heldOut, seen, overlap) };
}

const DOING = "splitting a dataset";

function expectSameRows(train: Interactions, other: Interactions, at: string): void {
  expectSameIds(DOING, `users of ${at}`, train.userIds, other.userIds);
  expectSameIds(DOING, `items of ${at}`, train.itemIds, other.itemIds);
}

/** The union of two sets of interactions, with the IDs of the first. */
export function mergeInteractions(a: Interactions, b: Interactions): Interactions {
  const { userCount, itemCount, userIds, itemIds } = a;
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
  return interactionsFromArrays({ users, items, userCount, itemCount, userIds, itemIds });
}
