import { createTable } from "@wellbegun/core";
import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { coOccurrenceNeighbors, itemCf } from "../src/index.ts";
import { listOf, rowsOf, seeded, table, tasks } from "./support/data.ts";
import { expectRefusal } from "./support/errors.ts";
import { mean, naiveMetrics } from "./support/naive.ts";

describe("Neighbors by co-occurrence", () => {
  it("equal those of a plain computation of the cosine", () => {
    fc.assert(
      fc.property(tasks, fc.integer({ min: 1, max: 8 }), ({ train }, count) => {
        const usersOf = Array.from({ length: train.itemCount }, (_, item) =>
          Array.from({ length: train.userCount }, (_, u) => u).filter((u) => listOf(train, u).includes(item)),
        );
        const found = coOccurrenceNeighbors(train, count);
        for (const [item, own] of usersOf.entries()) {
          const expected = usersOf
            .map((others, other) => {
              const common = others.filter((user) => own.includes(user)).length;
              return { other, similarity: common / Math.sqrt(own.length * others.length) };
            })
            .filter(({ other, similarity }) => other !== item && similarity > 0)
            .sort((a, b) => b.similarity - a.similarity || a.other - b.other)
            .slice(0, count);
          const [from, to] = [found.offsets[item]!, found.offsets[item + 1]!];
          expect([...found.items.subarray(from, to)]).toEqual(expected.map(({ other }) => other));
          expect([...found.similarities.subarray(from, to)]).toEqual(
            expected.map(({ similarity }) => similarity),
          );
        }
      }),
      seeded,
    );
  });
});

describe("The item-CF protocol", () => {
  it("compares the nearest by vectors, without the item itself, with the nearest by co-occurrence", async () => {
    await fc.assert(
      fc.asyncProperty(tasks, fc.nat(1e6), async ({ train }, seed) => {
        const items = table(train.itemCount, 3, seed);
        const rows = rowsOf(items, 3).map((row) => row.map((value) => value / Math.hypot(...row)));
        const neighbors = coOccurrenceNeighbors(train, 5);
        const { cuts, items: judged } = await itemCf(
          createTable(items, train.itemCount, 3),
          train,
          neighbors,
          { k: [4] },
        );
        const expected = rows.flatMap((own, item) => {
          const wanted = [...neighbors.items.subarray(neighbors.offsets[item], neighbors.offsets[item + 1])];
          if (wanted.length === 0) return [];
          const near = rows
            .map((row, other) => ({ other, cosine: row.reduce((sum, value, c) => sum + value * own[c]!, 0) }))
            .filter(({ other }) => other !== item)
            .sort((a, b) => b.cosine - a.cosine)
            .map(({ other }) => other);
          return [naiveMetrics(near, wanted, 4)];
        });
        expect(judged).toBe(expected.length);
        expect(cuts[0]!.recall).toBeCloseTo(mean(expected.map(({ recall }) => recall)), 12);
        expect(cuts[0]!.ndcg).toBeCloseTo(mean(expected.map(({ ndcg }) => ndcg)), 12);
        const inGroups = cuts[0]!.byPopularity.reduce((sum, group) => sum + group.users * group.recall, 0);
        expect(inGroups).toBeCloseTo(judged * cuts[0]!.recall, 9);
      }),
      seeded,
    );
  });

  it("is 1 for vectors that are the co-occurrences themselves", async () => {
    // Four groups of five items; a user has all items of one group.
    const lists = Array.from({ length: 12 }, (_, u) => [0, 1, 2, 3, 4].map((i) => 5 * (u % 4) + i));
    const { train } = { train: (await import("./support/data.ts")).toInteractions(lists, 20) };
    const items = Float32Array.from({ length: 80 }, (_, i) => (Math.floor(i / 20) === i % 4 ? 1 : 0));
    const { cuts } = await itemCf(createTable(items, 20, 4), train, coOccurrenceNeighbors(train), {
      k: [4, 10],
    });
    expect(cuts.map(({ recall }) => recall)).toEqual([1, 1]);
    expect(cuts.map(({ precision }) => precision)).toEqual([1, expect.closeTo(0.4, 12)]);
  });

  it("refuses a table of other items, and numbers of neighbors that are not whole or below 1", async () => {
    const [task] = fc.sample(tasks, { numRuns: 1, seed: 3 });
    const { itemCount } = task!.train;
    const items = createTable(new Float32Array(itemCount + 1), itemCount + 1, 1);
    const neighbors = coOccurrenceNeighbors(task!.train);
    await expectRefusal(() => itemCf(items, task!.train, neighbors), "mismatch");
    for (const count of [0, -1, 2.5, Number.NaN])
      await expectRefusal(() => coOccurrenceNeighbors(task!.train, count), "invalid-option", "count");
  });
});
