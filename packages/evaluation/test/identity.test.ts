import { createTable, denseFeatures, fit, IdIndex, interactionsFromPairs, type Table } from "@wellbegun/core";
import { describe, expect, it } from "vitest";
import { compare, coOccurrenceNeighbors, itemCf, splitOf, zeroShot } from "../src/index.ts";
import { table } from "./support/data.ts";
import { expectRefusal } from "./support/errors.ts";

const ids = { userIds: ["ann", "bob", "eve"], itemIds: ["jam", "oil", "tea", "rye"] };
const train = interactionsFromPairs(
  [
    ["ann", "jam"],
    ["bob", "oil"],
    ["eve", "tea"],
  ],
  ids,
);
const pairs = [
  ["ann", "tea"],
  ["bob", "jam"],
] as const;
const validation = interactionsFromPairs(pairs, ids);
const test = interactionsFromPairs(
  [
    ["eve", "rye"],
    ["ann", "tea"],
  ],
  ids,
);
const data = { train, validation, test };
const features = { image: denseFeatures(table(4, 3, 5), 4, 3) };
const backwards = (names: readonly string[]): string[] => names.toReversed();

function renamed({ data, rows, columns }: Table, names: readonly string[] | undefined): Table {
  return createTable(data, rows, columns, names === undefined ? undefined : new IdIndex(names));
}

describe("The zero-shot protocol on a model", () => {
  it("gives what the split of the same interactions gives", async () => {
    const model = await fit({ train, features }, { clusters: 2 });
    const found = await zeroShot(model, validation, { k: [1, 3] });
    expect(found).toEqual(await zeroShot(model, splitOf(data, "validation"), { k: [1, 3] }));
    expect(found.identity).toBe("compared");
    const ofTest = await zeroShot(model, test, { k: [1, 3], seen: validation });
    expect(ofTest).toEqual(await zeroShot(model, splitOf(data, "test"), { k: [1, 3] }));
    expect(ofTest.overlap).toBe(1);
  });

  it("leaves out the train rows among the held-out ones, or refuses them", async () => {
    const model = await fit({ train, features }, { clusters: 2 });
    const leaked = interactionsFromPairs([...pairs, ["ann", "jam"]], ids);
    const { overlap, cuts } = await zeroShot(model, leaked);
    expect(overlap).toBe(1);
    expect(cuts).toEqual((await zeroShot(model, validation)).cuts);
    await expectRefusal(
      () => zeroShot(model, leaked, { overlap: "refuse" }),
      "invalid-data",
      "user ann, item jam",
    );
  });

  it("refuses tables that have no train interactions", async () => {
    const model = await fit({ train, features }, { clusters: 2 });
    const bare = { users: model.users, items: model.items };
    // @ts-expect-error The type asks for a model.
    await expectRefusal(() => zeroShot(bare, validation), "invalid-data", "train", "splitOf");
  });
});

describe("The IDs of tables and splits", () => {
  it("are compared, so that a table in another order is refused by name", async () => {
    const { users, items } = await fit({ train, features }, { clusters: 2 });
    const split = splitOf(data, "validation");
    const otherItems = renamed(items, backwards(ids.itemIds));
    const otherUsers = renamed(users, backwards(ids.userIds));
    await expectRefusal(
      () => zeroShot({ users, items: otherItems }, split),
      "mismatch",
      "items",
      "rye",
      "jam",
    );
    await expectRefusal(
      () => zeroShot({ users: otherUsers, items }, split),
      "mismatch",
      "users",
      "eve",
      "ann",
    );
    await expectRefusal(() => itemCf(otherItems, train, coOccurrenceNeighbors(train)), "mismatch", "rye");
  });

  it("are compared for each contestant, also where two have the same values", async () => {
    const { users, items } = await fit({ train, features }, { clusters: 2 });
    const contestants = [
      { name: "own", tables: { users, items } },
      { name: "renamed", tables: { users: renamed(users, backwards(ids.userIds)), items } },
    ];
    await expectRefusal(() => compare(contestants, splitOf(data, "validation")), "mismatch", "eve", "ann");
  });

  it("are compared among the splits of one dataset", async () => {
    const other = interactionsFromPairs(pairs, { ...ids, itemIds: backwards(ids.itemIds) });
    await expectRefusal(
      () => splitOf({ train, validation: other }, "validation"),
      "mismatch",
      "items of validation",
    );
    await expectRefusal(() => splitOf({ ...data, validation: other }, "test"), "mismatch", "rye");
  });

  it("are reported as assumed where one side has none", async () => {
    const { users, items } = await fit({ train, features }, { clusters: 2 });
    const bare = { users: renamed(users, undefined), items: renamed(items, undefined) };
    expect((await zeroShot(bare, splitOf(data, "validation"))).identity).toBe("assumed");
  });
});
