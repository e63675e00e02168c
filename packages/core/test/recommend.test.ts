import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { type Interactions, recommend, type ScoringTables } from "../src/index.ts";
import { seeded, toInteractions } from "./support/dataset.ts";
import { expectRefusal } from "./support/errors.ts";
import { normalTable, numbers } from "./support/numbers.ts";
import { norm, rowsOf } from "./support/tables.ts";
import { watchedBackend } from "./support/watched-backend.ts";

interface Task {
  readonly tables: ScoringTables;
  readonly seen: Interactions;
  readonly k: number;
}

/** Small whole numbers as vectors, so that scores are exact and often equal. */
const tasks: fc.Arbitrary<Task> = fc
  .record({
    users: fc.integer({ min: 1, max: 12 }),
    items: fc.integer({ min: 1, max: 30 }),
    columns: fc.integer({ min: 1, max: 4 }),
    k: fc.integer({ min: 1, max: 35 }),
    seed: fc.nat(1e6),
  })
  .map(({ users, items, columns, k, seed }) => {
    const random = numbers(seed);
    const table = (rows: number): Float32Array =>
      Float32Array.from({ length: rows * columns }, () => random.below(5) - 2);
    const histories = (most: number): Interactions => {
      const lists = Array.from({ length: users }, () =>
        random
          .permutation(items)
          .slice(0, random.below(Math.min(most, items) + 1))
          .map((item) => ({ item, weight: 1 })),
      );
      return toInteractions(lists, items);
    };
    return {
      tables: { users: table(users), items: table(items), columns },
      // Sometimes a user has seen everything.
      seen: histories(40),
      k,
    };
  });

const listOf = ({ offsets, items }: Interactions, user: number): number[] => [
  ...items.subarray(offsets[user], offsets[user + 1]),
];

/** Every user's items by score, best first, ties to the lower row, those in `seen` left out. */
function naiveRanking({ tables, seen, k }: Task, cosine = false): { item: number; score: number }[][] {
  const items = rowsOf(tables.items, tables.columns);
  return rowsOf(tables.users, tables.columns).map((user, u) => {
    const known = new Set(listOf(seen, u));
    return items
      .map((vector, item) => {
        const dot = vector.reduce((sum, value, c) => sum + value * user[c]!, 0);
        return { item, score: cosine ? dot / (norm(vector) || 1) : dot };
      })
      .filter(({ item }) => !known.has(item))
      .sort((a, b) => b.score - a.score || a.item - b.item)
      .slice(0, k);
  });
}

describe("recommend", () => {
  it("gives the naive ranking, ties and all, and marks empty places", async () => {
    await fc.assert(
      fc.asyncProperty(tasks, async (task) => {
        const { items, scores } = await recommend(task.tables, task.k, { seen: task.seen });
        const filled = naiveRanking(task).map((list) =>
          Array.from({ length: task.k }, (_, rank) => list[rank] ?? { item: -1, score: -Infinity }),
        );
        expect(rowsOf(items, task.k)).toEqual(filled.map((list) => list.map(({ item }) => item)));
        expect(rowsOf(scores, task.k)).toEqual(filled.map((list) => list.map(({ score }) => score)));
      }),
      { ...seeded, numRuns: 100 },
    );
  });

  it("divides by the items' norms under cosine", async () => {
    const tables = { users: normalTable(20, 6, 1), items: normalTable(300, 6, 2, (c) => c + 1), columns: 6 };
    const seen = toInteractions(
      Array.from({ length: 20 }, (_, u) => [{ item: 7 * u, weight: 1 }]),
      300,
    );
    const { items } = await recommend(tables, 10, { seen, similarity: "cosine" });
    const expected = naiveRanking({ tables, seen, k: 10 }, true);
    expect(rowsOf(items, 10)).toEqual(expected.map((list) => list.map(({ item }) => item)));
    const plain = await recommend(tables, 10, { seen });
    expect(plain.items).not.toEqual(items);
  });

  it("leaves the tables as they were", async () => {
    const tables = { users: normalTable(3, 4, 1), items: normalTable(5, 4, 2), columns: 4 };
    await recommend(tables, 2, { similarity: "cosine" });
    expect(tables).toEqual({ users: normalTable(3, 4, 1), items: normalTable(5, 4, 2), columns: 4 });
  });

  it("in blocks gives what it gives at once, ties and all, whatever the device can hold", async () => {
    await fc.assert(
      fc.asyncProperty(tasks, fc.integer({ min: 1, max: 9 }), fc.boolean(), async (task, rows, cosine) => {
        const bytes = 4 * task.tables.columns * rows;
        const similarity = cosine ? "cosine" : "dot";
        const { tables, k, seen } = task;
        const expected = await recommend(tables, k, { seen, similarity });
        for (const limit of [{ maxMatrixBytes: bytes }, { maxTotalBytes: 4 * bytes }]) {
          const watched = watchedBackend({ capabilities: { device: "small", ...limit } });
          const { backend } = watched;
          expect(await recommend(tables, k, { seen, similarity, backend })).toEqual(expected);
          expect(watched.largestBytes()).toBeLessThanOrEqual(bytes);
          expect(watched.live()).toBe(0);
        }
      }),
      { ...seeded, numRuns: 100 },
    );
  });

  it("in blocks frees what it holds when an operation fails", async () => {
    const tables = { users: normalTable(6, 2, 1), items: normalTable(9, 2, 2), columns: 2 };
    const counted = watchedBackend({ capabilities: { device: "small", maxMatrixBytes: 32 } });
    await recommend(tables, 3, { similarity: "cosine", backend: counted.backend });
    for (let failing = 0; failing < counted.operations(); failing++) {
      const watched = watchedBackend({
        capabilities: { device: "small", maxMatrixBytes: 32 },
        before: (operation) => {
          if (operation === failing) throw new Error("the device is gone");
        },
      });
      await expect(recommend(tables, 3, { similarity: "cosine", backend: watched.backend })).rejects.toThrow(
        "the device is gone",
      );
      expect(watched.live()).toBe(0);
    }
    // Three blocks of items by two of users, each uploaded, ranked; the items also scaled.
    expect(counted.operations()).toBeGreaterThan(12);
  });

  const tables = { users: new Float32Array(6), items: new Float32Array(9), columns: 3 };
  const seen = toInteractions([[], []], 3);

  it.each([0, -1, 1.5, Number.NaN, Number.POSITIVE_INFINITY])("refuses k = %d", async (k) => {
    await expectRefusal(() => recommend(tables, k), "invalid-option", "whole number", `${k}`, "k");
  });

  it.each<[what: string, tables: ScoringTables, seen: Interactions, parts: string[]]>([
    ["users that are no whole rows", { ...tables, users: new Float32Array(7) }, seen, ["users", "7 values"]],
    ["items that are no whole rows", { ...tables, items: new Float32Array(8) }, seen, ["items", "8 values"]],
    ["users other than those who saw", tables, toInteractions([[]], 3), ["users", "1 rows"]],
    ["items other than those seen", tables, toInteractions([[], []], 4), ["items", "4 rows"]],
  ])("refuses %s", async (_, given, history, parts) => {
    await expectRefusal(() => recommend(given, 2, { seen: history }), "mismatch", ...parts);
  });
});
