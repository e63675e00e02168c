import { type Interactions, WellbegunError } from "@wellbegun/core";

/**
 * What happens to held-out interactions that a user has already seen in train:
 *
 * - `leave-out`: they are counted and not looked for. Lists leave out seen items, so no list could contain
 *   these, and every metric would be too low.
 * - `refuse`: an error is thrown.
 */
export type OverlapRule = "leave-out" | "refuse";

/** All rules, for command lines. */
export const overlapRules: readonly OverlapRule[] = ["leave-out", "refuse"];

/** Held-out interactions without the seen ones. */
export interface HeldOut {
  /** The interactions that can be found: the held-out ones that are not in `seen`. */
  readonly heldOut: Interactions;
  /** Number of interactions that were left out. */
  readonly overlap: number;
}

/**
 * Removes the seen interactions from the held-out ones, or throws if there are any.
 *
 * @param seen The same users and items as `heldOut`.
 * @param rule Default: `leave-out`.
 * @throws {WellbegunError} `invalid-data` with the rule `refuse`, naming the first interaction that is in both;
 * `mismatch` if the two differ in users or items; `invalid-option` for an unknown rule.
 */
export function withoutOverlap(
  heldOut: Interactions,
  seen: Interactions,
  rule: OverlapRule = "leave-out",
): HeldOut {
  if (!overlapRules.includes(rule)) {
    const parts = {
      expected: overlapRules.join(" or "),
      found: JSON.stringify(rule) ?? "undefined",
      at: "overlap",
    };
    throw new WellbegunError("invalid-option", { doing: DOING, ...parts });
  }
  if (heldOut.userCount !== seen.userCount || heldOut.itemCount !== seen.itemCount) {
    throw new WellbegunError("mismatch", {
      doing: DOING,
      expected: `${seen.userCount} users and ${seen.itemCount} items, as in train`,
      found: `${heldOut.userCount} and ${heldOut.itemCount}`,
    });
  }
  const shared = sharedEntries(heldOut, seen);
  if (shared.length === 0) return { heldOut, overlap: 0 };
  if (rule === "refuse") throw overlapError(heldOut, shared);
  return { heldOut: withoutEntries(heldOut, shared), overlap: shared.length };
}

const DOING = "looking for held-out interactions among those that users have seen";

/**
 * Indices into `heldOut.items` of the interactions that `seen` also holds, ascending. Both ascend within a
 * user.
 */
function sharedEntries(heldOut: Interactions, seen: Interactions): number[] {
  const shared: number[] = [];
  for (let user = 0; user < heldOut.userCount; user++) {
    let other = seen.offsets[user]!;
    const end = seen.offsets[user + 1]!;
    for (let entry = heldOut.offsets[user]!; entry < heldOut.offsets[user + 1]!; entry++) {
      const item = heldOut.items[entry]!;
      while (other < end && seen.items[other]! < item) other++;
      if (other < end && seen.items[other] === item) shared.push(entry);
    }
  }
  return shared;
}

function withoutEntries(interactions: Interactions, entries: readonly number[]): Interactions {
  const { offsets, weights, ...rest } = interactions;
  const dropped = new Set(entries);
  const kept = (_: number, entry: number): boolean => !dropped.has(entry);
  const ends = new Uint32Array(offsets.length);
  let passed = 0;
  for (const [row, offset] of offsets.entries()) {
    while (passed < entries.length && entries[passed]! < offset) passed++;
    ends[row] = offset - passed;
  }
  const items = rest.items.filter(kept);
  return {
    ...rest,
    offsets: ends,
    items,
    ...(weights === undefined ? {} : { weights: weights.filter(kept) }),
  };
}

function overlapError(
  { offsets, items, userIds, itemIds }: Interactions,
  shared: readonly number[],
): WellbegunError {
  const entry = shared[0]!;
  const user = offsets.findIndex((_, row) => offsets[row + 1]! > entry);
  const item = items[entry]!;
  return new WellbegunError("invalid-data", {
    doing: DOING,
    expected: "held-out interactions that users have not seen in train",
    found: shared.length === 1 ? "1 that is in both" : `${shared.length} that are in both`,
    at: `user ${userIds?.ids[user] ?? user}, item ${itemIds?.ids[item] ?? item}`,
    hint: "Split the data so that no interaction stands in two splits, or leave these out of the figures (leave-out).",
  });
}
