import fc from "fast-check";
import { describe, expect, it } from "vitest";
import {
  cpu,
  createTable,
  IdIndex,
  type Interactions,
  openItemIndex,
  type ProgressEvent,
  recommend,
  type ScoringTables,
  type Table,
} from "../src/index.ts";
import { seeded, toInteractions } from "./support/dataset.ts";
import { expectRefusal } from "./support/errors.ts";
import { normalTable, numbers } from "./support/numbers.ts";
import { norm, rowsOf, tableRows } from "./support/tables.ts";
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
    const table = (rows: number): Table =>
      createTable(
        Float32Array.from({ length: rows * columns }, () => random.below(5) - 2),
        rows,
        columns,
      );
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
      tables: { users: table(users), items: table(items) },
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
  const items = tableRows(tables.items);
  return tableRows(tables.users).map((user, u) => {
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

function normalTables(users: number, items: number, columns: number, scale?: (c: number) => number) {
  return {
    users: createTable(normalTable(users, columns, 1), users, columns),
    items: createTable(normalTable(items, columns, 2, scale), items, columns),
  };
}

describe("recommend", () => {
  it("gives the naive ranking, ties included, and marks empty places", async () => {
    await fc.assert(
      fc.asyncProperty(tasks, async (task) => {
        const { items, scores } = await recommend(task.tables, { k: task.k, seen: task.seen });
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
    const tables = normalTables(20, 300, 6, (c) => c + 1);
    const seen = toInteractions(
      Array.from({ length: 20 }, (_, u) => [{ item: 7 * u, weight: 1 }]),
      300,
    );
    const { items } = await recommend(tables, { k: 10, seen, similarity: "cosine" });
    const expected = naiveRanking({ tables, seen, k: 10 }, true);
    expect(rowsOf(items, 10)).toEqual(expected.map((list) => list.map(({ item }) => item)));
    const plain = await recommend(tables, { k: 10, seen });
    expect(plain.items).not.toEqual(items);
  });

  it("names a user's items by their IDs, and leaves out empty places", async () => {
    const users = createTable(new Float32Array([1, 0, 0, 1]), 2, 2, new IdIndex(["ann", "bob"]));
    const items = createTable(new Float32Array([3, 1, 1, 2, 2, 5]), 3, 2, new IdIndex(["jam", "oil", "tea"]));
    const seen = toInteractions([[{ item: 0, weight: 1 }], []], 3);
    const top = await recommend({ users, items }, { k: 3, seen });
    expect(top.of("ann")).toEqual([
      { item: "tea", score: 2 },
      { item: "oil", score: 1 },
    ]);
    expect(top.of("bob").map(({ item }) => item)).toEqual(["tea", "oil", "jam"]);
    await expectRefusal(() => top.of("cid"), "invalid-data", '"cid"');
    const bare = await recommend(
      { users: createTable(users.data, 2, 2), items: createTable(items.data, 3, 2) },
      { k: 1 },
    );
    expect(bare.of(1)).toEqual([{ item: 2, score: 5 }]);
    await expectRefusal(() => bare.of(2), "invalid-data", "from 0 to 1", '"2"');
  });

  it("does not change the tables", async () => {
    const tables = normalTables(3, 5, 4);
    await recommend(tables, { k: 2, similarity: "cosine" });
    expect(tables).toEqual(normalTables(3, 5, 4));
  });

  it("gives in blocks what it gives at once, ties included, whatever the device can hold", async () => {
    await fc.assert(
      fc.asyncProperty(tasks, fc.integer({ min: 1, max: 9 }), fc.boolean(), async (task, rows, cosine) => {
        const bytes = 4 * task.tables.users.columns * rows;
        const similarity = cosine ? "cosine" : "dot";
        const { tables, k, seen } = task;
        // On the same arithmetic: what is watched is the portable backend.
        const expected = await recommend(tables, { k, seen, similarity, backend: cpu() });
        for (const limit of [{ maxMatrixBytes: bytes }, { maxTotalBytes: 4 * bytes }]) {
          const watched = watchedBackend({ capabilities: { device: "small", ...limit } });
          const { backend } = watched;
          const found = await recommend(tables, { k, seen, similarity, backend });
          expect(found.items).toEqual(expected.items);
          expect(found.scores).toEqual(expected.scores);
          expect(watched.largestBytes()).toBeLessThanOrEqual(bytes);
          expect(watched.live()).toBe(0);
        }
      }),
      { ...seeded, numRuns: 100 },
    );
  });

  it("lets the event loop turn where somebody watches, so that a timer can stop it, and gives the same lists", async () => {
    const tables = normalTables(200, 8192, 512);
    const watched = watchedBackend();
    const turned: number[] = [];
    const timer = setTimeout(() => turned.push(watched.operations()), 0);
    const expected = await recommend(tables, { k: 2, backend: watched.backend });
    const atOnce = watched.operations();
    expect(turned).toEqual([]);
    clearTimeout(timer);

    const done: number[] = [];
    const onProgress = ({ stage, done: users, total }: ProgressEvent) =>
      done.push(users / total, stage.length);
    expect((await recommend(tables, { k: 2, backend: watched.backend, onProgress })).items).toEqual(
      expected.items,
    );
    expect(watched.operations()).toBeGreaterThan(2 * atOnce);
    expect(done).toEqual([64, 128, 192, 200].flatMap((users) => [users / 200, "recommend".length]));

    const controller = new AbortController();
    setTimeout(() => controller.abort("enough"), 0);
    const before = watched.operations();
    const { signal } = controller;
    const work = () => recommend(tables, { k: 2, backend: watched.backend, signal });
    expect((await expectRefusal(work, "aborted")).cause).toBe("enough");
    expect(watched.operations() - before).toBeLessThan(2 * atOnce);
    expect(watched.live()).toBe(0);
  });

  it("frees its matrices when an operation fails in a block", async () => {
    const tables = normalTables(6, 9, 2);
    const counted = watchedBackend({ capabilities: { device: "small", maxMatrixBytes: 32 } });
    await recommend(tables, { k: 3, similarity: "cosine", backend: counted.backend });
    for (let failing = 0; failing < counted.operations(); failing++) {
      const watched = watchedBackend({
        capabilities: { device: "small", maxMatrixBytes: 32 },
        before: (operation) => {
          if (operation === failing) throw new Error("the device is gone");
        },
      });
      await expect(
        recommend(tables, { k: 3, similarity: "cosine", backend: watched.backend }),
      ).rejects.toThrow("the device is gone");
      expect(watched.live()).toBe(0);
    }
    // Three blocks of items by two of users, each uploaded, ranked; the items also scaled.
    expect(counted.operations()).toBeGreaterThan(12);
  });

  const tables = {
    users: createTable(new Float32Array(6), 2, 3),
    items: createTable(new Float32Array(9), 3, 3),
  };
  const seen = toInteractions([[], []], 3);

  it.each([0, -1, 1.5, Number.NaN, Number.POSITIVE_INFINITY])("refuses k = %d", async (k) => {
    await expectRefusal(() => recommend(tables, { k }), "invalid-option", "whole number", `${k}`, "k");
  });

  it("refuses a similarity that there is not", async () => {
    const similarity = "cosin" as "cosine";
    const parts = ["dot or cosine", '"cosin"', "similarity"];
    await expectRefusal(() => recommend(tables, { k: 1, similarity }), "invalid-option", ...parts);
    await expectRefusal(() => openItemIndex(cpu(), tables.items, similarity), "invalid-option", ...parts);
  });

  it.each<[what: string, tables: ScoringTables, seen: Interactions, parts: string[]]>([
    [
      "items of another width than the users",
      { ...tables, items: createTable(new Float32Array(6), 3, 2) },
      seen,
      ["items", "3 columns", "2"],
    ],
    ["users other than those who saw", tables, toInteractions([[]], 3), ["seen", "2 users", "1 and 3"]],
    ["items other than those seen", tables, toInteractions([[], []], 4), ["seen", "3 items", "2 and 4"]],
    [
      "users whose IDs are not those of the interactions",
      { ...tables, users: createTable(new Float32Array(6), 2, 3, new IdIndex(["ann", "bob"])) },
      { ...seen, userIds: new IdIndex(["bob", "ann"]) },
      ["users of seen", '"ann" as row 0', '"bob" as row 0'],
    ],
    [
      "items whose IDs are not those of the interactions",
      { ...tables, items: createTable(new Float32Array(9), 3, 3, new IdIndex(["a", "b", "c"])) },
      { ...seen, itemIds: new IdIndex(["a", "b", "d"]) },
      ["items of seen", '"c" as row 2', '"d" as row 2'],
    ],
  ])("refuses %s", async (_, given, history, parts) => {
    await expectRefusal(() => recommend(given, { k: 2, seen: history }), "mismatch", ...parts);
  });
});
