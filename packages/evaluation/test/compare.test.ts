import { createTable, IdIndex, type ScoringTables } from "@wellbegun/core";
import { describe, expect, it } from "vitest";
import {
  compare,
  coOccurrenceNeighbors,
  itemCf,
  permutedTables,
  popularityRanker,
  splitOf,
  zeroShot,
} from "../src/index.ts";
import { randomTask } from "./support/data.ts";
import { expectRefusal } from "./support/errors.ts";

const task = randomTask(30, 40, 3, 77);
const split = splitOf(task, "validation");
const other = {
  ...task.tables,
  users: createTable(
    task.tables.users.data.map((value) => -value),
    task.tables.users.rows,
    3,
  ),
};

describe("compare", () => {
  it("gives each contestant the figures of the single protocols, and its own control", async () => {
    const found = await compare(
      [
        { name: "popularity", ranker: popularityRanker(task.train) },
        { name: "a", tables: task.tables },
        { name: "b", tables: other, control: false },
      ],
      split,
      { k: [4, 9], seed: 6 },
    );
    const [popularity, a, b] = found.contestants;
    expect(found).toMatchObject({ split: "validation", k: [4, 9], interactions: split.heldOut.items.length });
    expect([popularity!.itemCf, popularity!.alignment, popularity!.control, b!.control]).toEqual([
      null,
      null,
      null,
      null,
    ]);
    expect(a!.zeroShot).toEqual(await zeroShot(task.tables, split, { k: [4, 9] }));
    expect(b!.zeroShot).toEqual(await zeroShot(other, split, { k: [4, 9] }));
    const permuted = permutedTables(task.tables, 6);
    expect(a!.control!.zeroShot).toEqual(await zeroShot(permuted, split, { k: [4, 9] }));
    const neighbors = coOccurrenceNeighbors(task.train);
    expect(a!.itemCf).toEqual(await itemCf(task.tables.items, task.train, neighbors, { k: [4, 9] }));
    expect(a!.control!.itemCf).toEqual(await itemCf(permuted.items, task.train, neighbors, { k: [4, 9] }));
    // One item table is judged once.
    expect(b!.itemCf).toBe(a!.itemCf);
    expect(a!.alignment!.cosine.own).toBeCloseTo(-b!.alignment!.cosine.own, 6);
  });

  it("judges the same tables once, and a control only where it is asked for", async () => {
    const contestants = [
      { name: "a", tables: task.tables, control: false },
      { name: "again", tables: { ...task.tables } },
      { name: "b", tables: other },
    ];
    const [a, again, b] = (await compare(contestants, split, { seed: 6 })).contestants;
    expect(again!.zeroShot).toBe(a!.zeroShot);
    expect(again!.alignment).toBe(a!.alignment);
    expect(a!.control).toBeNull();
    expect(again!.control!.zeroShot).toEqual(await zeroShot(permutedTables(task.tables, 6), split));
    expect(again!.intervals![0]!.recall.low).toBe(a!.intervals![0]!.recall.low);
    expect(b!.zeroShot).toEqual(await zeroShot(other, split));
  });

  it("lists more nearest items than it cuts, with the same figures", async () => {
    const contestants = [{ name: "a", tables: task.tables }];
    const protocols = ["item-cf"] as const;
    const [short] = (await compare(contestants, split, { protocols, k: [4] })).contestants;
    const [long] = (await compare(contestants, split, { protocols, k: [4], listed: 11 })).contestants;
    expect(long!.itemCf!.cuts).toEqual(short!.itemCf!.cuts);
    expect(long!.itemCf!.lists.k).toBe(11);
    const firstOf = ({ items, k }: { items: Int32Array; k: number }) =>
      [...items].filter((_, at) => at % k < 4);
    expect(firstOf(long!.itemCf!.lists)).toEqual(firstOf(short!.itemCf!.lists));
    for (const listed of [0, 2.5])
      await expectRefusal(
        () => compare(contestants, split, { protocols, listed }),
        "invalid-option",
        "listed",
      );
  });

  it("refuses the same values with the IDs of other items, also by item-CF alone", async () => {
    const names = (prefix: string): IdIndex => new IdIndex(Array.from({ length: 40 }, (_, i) => prefix + i));
    const train = { ...task.train, itemIds: names("item ") };
    const named = (itemIds: IdIndex): ScoringTables => ({
      ...task.tables,
      items: createTable(task.tables.items.data, 40, 3, itemIds),
    });
    const contestants = [
      { name: "a", tables: named(train.itemIds) },
      { name: "b", tables: named(names("other ")) },
    ];
    for (const protocols of [["item-cf"], ["alignment"]] as const) {
      await expectRefusal(
        () => compare(contestants, { ...split, train }, { protocols, control: false }),
        "mismatch",
        "item",
      );
    }
  });

  it("runs only the requested protocols", async () => {
    const contestants = [{ name: "a", tables: task.tables }];
    const found = await compare(contestants, split, { protocols: ["zero-shot"], control: false });
    expect(found.contestants[0]).toMatchObject({ itemCf: null, alignment: null, control: null });
    expect(found.neighbors).toBeNull();
    expect(found.contestants[0]!.zeroShot!.cuts.map(({ k }) => k)).toEqual([20]);
  });
});
