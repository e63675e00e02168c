import type { Id, IdIndex } from "../data/ids.ts";
import { type Interactions, interactionsFromArrays } from "../data/interactions.ts";
import { firstDifference } from "../data/same-ids.ts";
import { describe } from "../describe.ts";
import { WellbegunError } from "../errors.ts";

/** How to treat an item that the fit did not know. */
export type UnknownItems = "error" | "skip";

/** @throws {WellbegunError} `invalid-option` for another value. */
export function expectUnknownItems(rule: UnknownItems | undefined): void {
  if (rule === undefined || rule === "error" || rule === "skip") return;
  throw new WellbegunError("invalid-option", {
    doing: "folding in users",
    expected: "error or skip",
    found: describe(rule),
    at: "unknownItems",
  });
}

/**
 * Interactions over the rows of the fit's items. Where both sides have item IDs, rows are found by ID, in any
 * order; otherwise the rows are assumed to be the fit's.
 *
 * @throws {WellbegunError} `invalid-data` for an interaction with an item that the fit did not know, unless the
 * rule is `skip`; `mismatch` where there are no IDs to compare and the numbers of items differ.
 */
export function overFitItems(
  interactions: Interactions,
  itemCount: number,
  itemIds: IdIndex | undefined,
  unknownItems: UnknownItems,
): Interactions {
  expectUnknownItems(unknownItems);
  const given = interactions.itemIds;
  if (given === undefined || itemIds === undefined) {
    if (interactions.itemCount === itemCount) return interactions;
    throw new WellbegunError("mismatch", {
      doing: "folding in users",
      expected: `interactions with the fit's ${itemCount} items, or with item IDs on both sides`,
      found: `${interactions.itemCount} items`,
    });
  }
  if (firstDifference(itemIds, given) === undefined) return interactions;
  const rows = Array.from(given.ids, (id) => itemIds.rowOf(id));
  const users: number[] = [];
  const items: number[] = [];
  const weights: number[] = [];
  for (let user = 0; user < interactions.userCount; user++) {
    for (let e = interactions.offsets[user]!; e < interactions.offsets[user + 1]!; e++) {
      const row = rows[interactions.items[e]!];
      if (row === undefined) {
        if (unknownItems === "error") refuse(given.ids[interactions.items[e]!]!, user);
        continue;
      }
      users.push(user);
      items.push(row);
      weights.push(interactions.weights?.[e] ?? 1);
    }
  }
  return interactionsFromArrays({
    users,
    items,
    weights: interactions.weights === undefined ? undefined : weights,
    userCount: interactions.userCount,
    itemCount,
    userIds: interactions.userIds,
    itemIds,
  });
}

function refuse(id: Id, user: number): never {
  throw new WellbegunError("invalid-data", {
    doing: "folding in users",
    expected: "an item that the fit knew",
    found: `${typeof id} ${JSON.stringify(String(id))}`,
    at: `user row ${user}`,
    hint: 'unknownItems: "skip" leaves such items out.',
  });
}
