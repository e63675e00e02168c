import { IdIndex, interactionsFromArrays } from "@wellbegun/core";
import fc from "fast-check";
import { describe, expect, it } from "vitest";
import {
  compare,
  evaluateRanker,
  popularityRanker,
  splitOf,
  withoutOverlap,
  zeroShot,
} from "../src/index.ts";
import { listOf, numbers, randomTask, seeded, toInteractions } from "./support/data.ts";
import { expectRefusal } from "./support/errors.ts";

/** Lists of items in which the splits share interactions. */
const sharing = fc
  .tuple(fc.integer({ min: 1, max: 12 }), fc.integer({ min: 1, max: 15 }), fc.nat(1e6))
  .map(([users, itemCount, seed]) => {
    const { below } = numbers(seed);
    const lists = () =>
      Array.from({ length: users }, () => Array.from({ length: below(6) }, () => below(itemCount)));
    return { itemCount, train: lists(), validation: lists(), test: lists() };
  });

describe("Held-out interactions that users have seen", () => {
  it("are counted and left out, as a naive second implementation finds them, on both splits", () => {
    fc.assert(
      fc.property(sharing, ({ itemCount, ...lists }) => {
        const data = {
          train: toInteractions(lists.train, itemCount),
          validation: toInteractions(lists.validation, itemCount),
          test: toInteractions(lists.test, itemCount),
        };
        for (const name of ["validation", "test"] as const) {
          const split = splitOf(data, name);
          let overlap = 0;
          for (const [user, own] of lists[name].entries()) {
            const seen = new Set([
              ...lists.train[user]!,
              ...(name === "test" ? lists.validation[user]! : []),
            ]);
            const wanted = [...new Set(own)].sort((a, b) => a - b);
            expect(listOf(split.heldOut, user)).toEqual(wanted.filter((item) => !seen.has(item)));
            overlap += wanted.filter((item) => seen.has(item)).length;
          }
          expect(split.overlap).toBe(overlap);
        }
      }),
      seeded,
    );
  });

  it("change no figure: the figures equal those of the rows without them", async () => {
    const task = randomTask(30, 40, 3, 12);
    const clean = splitOf(task, "validation");
    const leaked = task.validation.offsets.length - 1;
    const rows = Array.from({ length: leaked }, (_, user) => [
      ...listOf(task.validation, user),
      ...listOf(task.train, user).slice(0, 1),
    ]);
    const validation = toInteractions(rows, 40);
    const split = splitOf({ ...task, validation }, "validation");
    const copies = validation.items.length - task.validation.items.length;
    expect(copies).toBeGreaterThan(10);
    const found = await zeroShot(task.tables, split, { k: [5] });
    expect(found).toEqual({ ...(await zeroShot(task.tables, clean, { k: [5] })), overlap: copies });
    const side = await compare([{ name: "a", tables: task.tables }], split, { protocols: ["zero-shot"] });
    expect([side.overlap, side.interactions]).toEqual([copies, clean.heldOut.items.length]);
    expect((await evaluateRanker(popularityRanker(task.train), split)).overlap).toBe(copies);
  });

  it("are removed without changing the weights and IDs of the others", () => {
    const itemIds = new IdIndex(["jam", "oil", "tea"]);
    const userIds = new IdIndex(["ann", "bob"]);
    const counts = { userCount: 2, itemCount: 3, userIds, itemIds };
    const seen = interactionsFromArrays({ users: [0], items: [1], ...counts });
    const heldOut = interactionsFromArrays({
      users: [0, 0, 1],
      items: [0, 1, 2],
      weights: [3, 4, 5],
      ...counts,
    });
    expect(withoutOverlap(heldOut, seen)).toEqual({
      heldOut: {
        ...counts,
        offsets: Uint32Array.of(0, 1, 2),
        items: Uint32Array.of(0, 2),
        weights: Float32Array.of(3, 5),
      },
      overlap: 1,
    });
    expect(withoutOverlap(heldOut, toInteractions([[], []], 3)).heldOut).toBe(heldOut);
  });

  it("are refused if told to, and the error names the first of them", async () => {
    const ids = { userIds: new IdIndex(["ann", "bob"]), itemIds: new IdIndex(["jam", "oil"]) };
    const counts = { userCount: 2, itemCount: 2, ...ids };
    const train = interactionsFromArrays({ users: [0, 1], items: [0, 1], ...counts });
    const validation = interactionsFromArrays({ users: [0, 1], items: [1, 1], ...counts });
    const refuse = { overlap: "refuse" } as const;
    await expectRefusal(
      () => splitOf({ train, validation }, "validation", refuse),
      "invalid-data",
      "1 that is in both",
      "user bob, item oil",
    );
    expect(splitOf(randomTask(9, 20, 2, 3), "test", refuse).overlap).toBe(0);
    const wrong = { overlap: "ignore" as "refuse" };
    await expectRefusal(
      () => splitOf({ train, validation }, "validation", wrong),
      "invalid-option",
      "ignore",
    );
  });
});
