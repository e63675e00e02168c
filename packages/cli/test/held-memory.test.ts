import { IdIndex, interactionsFromArrays } from "@wellbegun/core";
import { idBytes } from "@wellbegun/core/support";
import { expect, it } from "vitest";
import { heldMemory } from "../src/commands/init/held-memory.ts";

it("Held-out splits hold their arrays, and the list of users where the train split reads its own in blocks", () => {
  const [userCount, itemCount] = [3, 2];
  const userIds = new IdIndex(["ann", "bob", "cy"]);
  const itemIds = new IdIndex(["jam", "tea"]);
  const given = { userCount, itemCount, userIds, itemIds };
  const train = interactionsFromArrays({ users: [0, 1, 2], items: [0, 1, 1], ...given });
  const test = interactionsFromArrays({ users: [0, 2], items: [1, 0], ...given });
  const ids = idBytes(userIds) + idBytes(itemIds);
  // 4 bytes an interaction, and 4 a user and one more.
  const [own, other] = [4 * 3 + 4 * 4, 4 * 2 + 4 * 4];
  expect(heldMemory({ train })).toEqual({ interactions: own, ids, heldOut: 0 });
  expect(heldMemory({ train, test })).toEqual({ interactions: own + other, ids, heldOut: other });
  const streamed = {
    ...{ userCount, itemCount, itemIds, interactionCount: 3, activeUsers: 3, weighted: false },
    itemDegrees: new Float64Array(2),
    heldBytes: 1000,
    userIds: { size: 3, blocks: () => [userIds.ids] },
    blocks: () => [],
  };
  expect(heldMemory({ train: streamed, test })).toEqual({
    interactions: other,
    ids,
    heldOut: Math.round(other + idBytes(userIds)),
  });
});
