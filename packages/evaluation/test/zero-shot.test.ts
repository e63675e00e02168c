import { cpu, createTable, denseFeatures, itemDegrees } from "@wellbegun/core";
import fc from "fast-check";
import { describe, expect, it } from "vitest";
import {
  accuracyMetrics,
  compare,
  coOccurrenceNeighbors,
  evaluateRanker,
  itemCf,
  linearCka,
  popularityRanker,
  rankUsers,
  splitOf,
  tableRanker,
  userMetrics,
  zeroShot,
} from "../src/index.ts";
import {
  listOf,
  numbers,
  randomTask,
  scoringTables,
  seeded,
  table,
  tasks,
  toInteractions,
} from "./support/data.ts";
import { expectRefusal } from "./support/errors.ts";
import { limitedBackend } from "./support/limited-backend.ts";
import { mean, naiveGini, naiveMetrics, naiveRanking } from "./support/naive.ts";

describe("The zero-shot protocol", () => {
  it("gives the metrics of a naive implementation, ties included, at every cut and on both splits", async () => {
    await fc.assert(
      fc.asyncProperty(tasks, fc.constantFrom("validation", "test"), async (task, name) => {
        const split = splitOf(task, name);
        const { cuts, users, interactions } = await zeroShot(task.tables, split, {
          k: [1, 5, 60],
          blockUsers: 3,
        });
        const lists = naiveRanking(task.tables, split.seen);
        const wanted = lists.map((_, user) => listOf(split.heldOut, user));
        const judged = [...lists.keys()].filter((user) => wanted[user]!.length > 0);
        expect(users).toBe(judged.length);
        expect(interactions).toBe(wanted.flat().length);
        for (const cut of cuts) {
          const expected = judged.map((user) => naiveMetrics(lists[user]!, wanted[user]!, cut.k));
          for (const metric of accuracyMetrics) {
            expect(cut[metric]).toBeCloseTo(mean(expected.map((one) => one[metric])), 12);
          }
          const listed = judged.flatMap((user) => lists[user]!.slice(0, cut.k));
          const counts = Array.from(
            { length: split.train.itemCount },
            (_, i) => listed.filter((j) => j === i).length,
          );
          const degrees = itemDegrees(split.train);
          const bits = listed.map((i) => -Math.log2(Math.max(1, degrees[i]!) / split.train.userCount));
          expect(cut.coverage).toBeCloseTo(new Set(listed).size / counts.length, 12);
          expect(cut.gini).toBeCloseTo(listed.length === 0 ? 0 : naiveGini(counts), 12);
          expect(cut.novelty).toBeCloseTo(mean(bits), 10);
        }
      }),
      seeded,
    );
  });

  it("masks train items, and validation items too on test rows", async () => {
    const data = {
      train: toInteractions([[0]], 4),
      validation: toInteractions([[1]], 4),
      test: toInteractions([[2]], 4),
    };
    const tables = scoringTables(Float32Array.of(1), Float32Array.of(4, 3, 2, 1), 1);
    const first = async (name: "validation" | "test") =>
      (await zeroShot(tables, splitOf(data, name), { k: [1] })).cuts[0]!.recall;
    expect(await first("validation")).toBe(1);
    expect(await first("test")).toBe(1);
  });

  it("splits figures by user degree and by item popularity", async () => {
    const { below } = numbers(5);
    const itemCount = 60;
    const pick = (count: number) => [
      ...new Set(Array.from({ length: count }, () => below(below(itemCount) + 1))),
    ];
    const train = Array.from({ length: 90 }, (_, u) => pick([0, 1, 4, 9, 30][u % 5]!));
    const heldOut = train.map((own) => pick(6).filter((item) => !own.includes(item)));
    const data = { train: toInteractions(train, itemCount), validation: toInteractions(heldOut, itemCount) };
    const tables = scoringTables(table(90, 3, 1), table(itemCount, 3, 2), 3);
    const split = splitOf({ ...data, test: data.validation }, "validation");
    const [cut] = (await zeroShot(tables, split, { k: [7] })).cuts;

    const lists = naiveRanking(tables, data.train);
    const degrees = itemDegrees(data.train);
    const popular = [...degrees.keys()].sort((a, b) => degrees[b]! - degrees[a]! || a - b).slice(0, 12);
    const popularity = (item: number) =>
      degrees[item]! <= 2 ? "cold" : popular.includes(item) ? "head" : "long tail";
    const degreeOf = (user: number) => {
      const degree = train[user]!.length;
      return degree === 0 ? "0" : degree <= 2 ? "1-2" : degree <= 5 ? "3-5" : degree <= 10 ? "6-10" : ">10";
    };
    const recalls = (users: (user: number) => boolean, items: (item: number) => boolean) =>
      heldOut.flatMap((own, user) => {
        const wanted = own.filter(items);
        return users(user) && wanted.length > 0 ? [naiveMetrics(lists[user]!, wanted, 7).recall] : [];
      });
    expect(cut!.byDegree.map(({ group }) => group)).toEqual(["0", "1-2", "3-5", "6-10", ">10"]);
    expect(cut!.byPopularity.map(({ group }) => group)).toEqual(["cold", "long tail", "head"]);
    for (const { group, recall, users } of cut!.byDegree) {
      const expected = recalls(
        (user) => degreeOf(user) === group,
        () => true,
      );
      expect(expected.length).toBeGreaterThan(0);
      expect([users, recall]).toEqual([expected.length, expect.closeTo(mean(expected), 12)]);
    }
    for (const { group, recall, users } of cut!.byPopularity) {
      const expected = recalls(
        () => true,
        (item) => popularity(item) === group,
      );
      expect(expected.length).toBeGreaterThan(0);
      expect([users, recall]).toEqual([expected.length, expect.closeTo(mean(expected), 12)]);
    }
  });

  it("leaves a backend open that the caller passed in, and no matrices on it", async () => {
    const backend = cpu();
    const task = randomTask(9, 20, 3, 4);
    await zeroShot(task.tables, splitOf(task, "validation"), { backend });
    await expect(backend.create(1, 1)).resolves.toBeDefined();
    await backend.dispose();
  });
});

describe("A ranker", () => {
  it("by popularity gives the naive order", async () => {
    await fc.assert(
      fc.asyncProperty(tasks, async (task) => {
        const degrees = itemDegrees(task.train);
        const scores = scoringTables(
          new Float32Array(task.train.userCount).fill(1),
          Float32Array.from(degrees),
          1,
        );
        const expected = naiveRanking(scores, task.train);
        const users = Uint32Array.from({ length: task.train.userCount }, (_, u) => u);
        const { items } = await rankUsers(popularityRanker(task.train), users, 50, task.train);
        for (const user of users) {
          const list = [...items.subarray(user * 50, (user + 1) * 50)].filter((item) => item >= 0);
          expect(list).toEqual(expected[user]);
        }
      }),
      seeded,
    );
  });

  it.each([
    ["matrices of 7 items", { maxMatrixBytes: 7 * 3 * 4 }],
    ["a memory in which the item table cannot stay", { maxTotalBytes: 64 * 3 * 4 }],
  ])("ranks in tiles where a backend allows %s, with the same result", async (_, limits) => {
    const task = randomTask(25, 40, 3, 8);
    const backend = limitedBackend(limits);
    const everyone = Uint32Array.from({ length: 25 }, (_, user) => user);
    for (const k of [1, 6, 50]) {
      const ranker = await tableRanker(task.tables, { backend });
      const { items } = await rankUsers(ranker, everyone, k, task.train, { blockUsers: 5 });
      await ranker.dispose();
      const expected = naiveRanking(task.tables, task.train).flatMap((list) =>
        Array.from({ length: k }, (_, rank) => list[rank] ?? -1),
      );
      expect([...items]).toEqual(expected);
    }
    await backend.dispose();
  });

  it("by cosine divides by the items' norms", async () => {
    const tables = scoringTables(
      table(12, 4, 1),
      table(50, 4, 2).map((v, i) => v * (1 + (i >> 2))),
      4,
    );
    const unit = tables.items.data.map(
      (value, i) => value / Math.hypot(...tables.items.data.slice(i & ~3, (i & ~3) + 4)),
    );
    const seen = toInteractions(
      Array.from({ length: 12 }, () => []),
      50,
    );
    const ranker = await tableRanker(tables, { similarity: "cosine" });
    const { items } = await rankUsers(ranker, Uint32Array.of(3, 1), 6, seen);
    await ranker.dispose();
    const expected = naiveRanking({ ...tables, items: createTable(unit, 50, 4) }, seen);
    expect([...items]).toEqual([...expected[3]!.slice(0, 6), ...expected[1]!.slice(0, 6)]);
  });
});

describe("Ranking and metrics refuse", () => {
  const task = randomTask(6, 12, 2, 9);
  const split = splitOf(task, "validation");
  const wrong = toInteractions(
    Array.from({ length: 7 }, () => [1]),
    12,
  );

  it.each([[[]], [[0]], [[5, 1.5]], [[Number.NaN]]])("the cuts %j", async (k) => {
    await expectRefusal(() => zeroShot(task.tables, split, { k }), "invalid-option", "k");
  });

  it("interactions with other users", async () => {
    for (const part of ["seen", "heldOut", "train"] as const) {
      const other = { ...split, [part]: wrong };
      await expectRefusal(() => zeroShot(task.tables, other), "mismatch", part, "7 users");
    }
    await expectRefusal(() => splitOf({ ...task, validation: wrong }, "test"), "mismatch", "7");
  });

  it("tables that differ in width, or that are not finite", async () => {
    const { data, rows, columns } = task.tables.users;
    const wide = createTable(new Float32Array(3 * rows), rows, 3);
    await expectRefusal(() => tableRanker({ ...task.tables, users: wide }), "mismatch", "items", "3 columns");
    const broken = createTable(
      data.map((value, i) => (i === 7 ? Number.NaN : value)),
      rows,
      columns,
    );
    await expectRefusal(
      () => tableRanker({ ...task.tables, users: broken }),
      "invalid-data",
      "row 3",
      "column 1",
    );
  });

  it("lists that contradict their sizes", async () => {
    const lists = { users: Uint32Array.of(0), k: 2, items: Int32Array.of(1, 2) };
    const heldOut = { offsets: [0, 1], items: [1] };
    expect(userMetrics(lists, heldOut).recall).toEqual(Float64Array.of(1));
    await expectRefusal(() => userMetrics(lists, heldOut, 3), "mismatch", "cut");
    await expectRefusal(() => userMetrics({ ...lists, k: 3 }, heldOut), "mismatch", "3 items");
    await expectRefusal(() => userMetrics({ ...lists, users: Uint32Array.of(4) }, heldOut), "mismatch");
  });

  it("a dataset without the requested split", async () => {
    const model = { ...task.tables, train: task.train };
    await expectRefusal(() => zeroShot(model, undefined), "invalid-data", "without this split");
  });

  it("to continue once the signal is aborted", async () => {
    const ranker = popularityRanker(task.train);
    await expectRefusal(() => evaluateRanker(ranker, split, { signal: AbortSignal.abort() }), "aborted");
  });
});

describe("A misspelled option", () => {
  const task = randomTask(3, 20, 4, 3);
  const split = splitOf(task, "validation");
  const more = { simlarity: "cosine" };
  const named = { tables: task.tables, name: "a" };
  const table = denseFeatures(task.tables.items.data, task.tables.items.rows, task.tables.items.columns);
  const calls: Record<string, () => unknown> = {
    splitOf: () => splitOf(task, "validation", more as object),
    zeroShot: () => zeroShot(task.tables, split, more as object),
    "zeroShot of a split, with what is masked": () =>
      zeroShot(task.tables, split, { simlarity: undefined, seen: task.train } as object),
    evaluateRanker: () => evaluateRanker(popularityRanker(task.train), split, more as object),
    rankUsers: () =>
      rankUsers(popularityRanker(task.train), new Uint32Array(1), 1, task.train, more as object),
    tableRanker: () => tableRanker(task.tables, more as object),
    itemCf: () => itemCf(task.tables.items, task.train, coOccurrenceNeighbors(task.train), more as object),
    compare: () => compare([named], split, more as object),
    linearCka: () => linearCka({ a: table, b: table }, more as object),
  };

  it.each(Object.keys(calls))("is refused by name: %s", async (name) => {
    const found = name.includes("masked") ? '"seen"' : '"simlarity"';
    await expectRefusal(calls[name]!, "invalid-option", found);
  });

  it("is refused where it names a split or a protocol", async () => {
    const valid = "valid" as "validation";
    await expectRefusal(() => splitOf(task, valid), "invalid-option", '"valid"', "validation or test");
    const protocols = ["zeroshot" as "zero-shot"];
    await expectRefusal(
      () => compare([named], split, { protocols }),
      "invalid-option",
      '"zeroshot"',
      "item-cf",
    );
  });
});
