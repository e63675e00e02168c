import type { Id, Interactions } from "@wellbegun/core";
import { createRandom } from "@wellbegun/core/support";
import { describe, expect, it } from "vitest";
import { type LogOptions, readInteractions } from "../src/columns/index.ts";
import { columnSource } from "./column-sources.ts";
import { expectFailure } from "./helpers.ts";

const names = { userColumn: "u", itemColumn: "i" };

/** Interactions as text, by raw ID. */
function pairsOf(interactions: Interactions | undefined): string[] {
  if (interactions === undefined) return [];
  const { userCount, offsets, items, weights, userIds, itemIds } = interactions;
  const pairs: string[] = [];
  for (let user = 0; user < userCount; user++) {
    for (let e = offsets[user]!; e < offsets[user + 1]!; e++) {
      const ids: Id[] = [userIds?.ids[user] ?? user, itemIds?.ids[items[e]!] ?? items[e]!];
      pairs.push([...ids, ...(weights === undefined ? [] : [weights[e]!])].join(" "));
    }
  }
  return pairs;
}

describe("Interactions from columns", () => {
  it("are numbered in the order of their IDs, whatever the order of the rows", async () => {
    const { train } = await readInteractions(
      [
        columnSource({ u: ["bob", "ann", "bob", "cid"], i: ["tea", "jam", "jam", "oil"] }),
        columnSource({ u: ["ann"], i: ["oil"] }),
      ],
      names,
    );
    expect(train.userIds?.ids).toEqual(["ann", "bob", "cid"]);
    expect(train.itemIds?.ids).toEqual(["jam", "oil", "tea"]);
    expect(pairsOf(train)).toEqual(["ann jam", "ann oil", "bob jam", "bob tea", "cid oil"]);
  });

  it("sort text IDs by code points, as databases do, and numbers by value, also beyond 2^53", async () => {
    const text = await readInteractions(
      [columnSource({ u: ["\u{1f600}", "\uff01", "b", "a"], i: [0, 1, 2, 3] })],
      names,
    );
    expect(text.train.userIds?.ids).toEqual(["a", "b", "\uff01", "\u{1f600}"]);
    const ids = [2n ** 60n, 10, 9n, -3];
    const numbers = await readInteractions([columnSource({ u: ids, i: [0, 1, 2, 3] })], names);
    expect(numbers.train.userIds?.ids).toEqual([-3, 9, 10, 2n ** 60n]);
  });

  it("keep no IDs where the IDs are the row numbers", async () => {
    const { train } = await readInteractions([columnSource({ u: [1n, 0n, 2n], i: [5, 5, 6] })], names);
    expect(train.userIds).toBeUndefined();
    expect(train.itemIds?.ids).toEqual([5, 6]);
  });

  it("give a row to items that only have features", async () => {
    const { train } = await readInteractions([columnSource({ u: ["a"], i: ["x"] })], {
      ...names,
      alsoItems: ["w", "x", "z"],
    });
    expect(train.itemIds?.ids).toEqual(["w", "x", "z"]);
    expect(pairsOf(train)).toEqual(["a x"]);
  });

  it("are split by a column of labels, numbers or names", async () => {
    const columns = { u: ["a", "a", "b", "b"], i: ["x", "y", "x", "y"] };
    for (const s of [
      [0, 1n, 2, 0],
      ["train", "valid", "test", "train"],
    ]) {
      const { train, validation, test } = await readInteractions([columnSource({ ...columns, s })], {
        ...names,
        split: { by: "label", column: "s" },
      });
      expect([train, validation, test].map(pairsOf)).toEqual([["a x", "b y"], ["a y"], ["b x"]]);
      expect(test?.userIds).toBe(train.userIds);
    }
  });

  it("are split by time, where a pair counts in the earliest split", async () => {
    const t = ["2024-01-01", "2024-02-01", "2024-02-01", "2024-03-01T00:00:00Z", "2024-03-05"].map(
      (text) => new Date(text),
    );
    const { train, validation, test } = await readInteractions(
      [columnSource({ u: ["a", "a", "a", "a", "a"], i: ["x", "y", "x", "z", "y"], t })],
      {
        ...names,
        split: { by: "time", column: "t", validationFrom: "2024-02-01", testFrom: new Date("2024-03-01") },
      },
    );
    expect([train, validation, test].map(pairsOf)).toEqual([["a x"], ["a y"], ["a z"]]);
    const text = [
      "2024-01-31 23:59",
      "2024-02-01",
      "2024-02-01T01:30+02:00",
      "2024-02-29T23:59:59.9",
      "2024-03-01",
    ];
    const columns = { u: ["a", "b", "c", "d", "e"], i: ["x", "x", "x", "x", "x"], t: text };
    const dates = await readInteractions([columnSource(columns)], {
      ...names,
      split: { by: "time", column: "t", validationFrom: "2024-02-01", testFrom: "2024-03-01" },
    });
    expect([dates.train, dates.validation, dates.test].map(pairsOf)).toEqual([
      ["a x", "c x"],
      ["b x", "d x"],
      ["e x"],
    ]);
    const numbers = await readInteractions([columnSource({ u: ["a", "a"], i: ["x", "y"], t: [1n, 2] })], {
      ...names,
      split: { by: "time", column: "t", testFrom: 2 },
    });
    expect(numbers.validation).toBeUndefined();
    expect(pairsOf(numbers.test)).toEqual(["a y"]);
  });

  it("merge repeated pairs by the rule", async () => {
    const columns = { u: ["a", "a", "a"], i: ["x", "x", "x"], w: [2, 5, 3] };
    const read = async (options: Partial<LogOptions>): Promise<string[]> =>
      pairsOf((await readInteractions([columnSource(columns)], { ...names, ...options })).train);
    expect((await readInteractions([columnSource(columns)], names)).repeatedRows).toBe(2);
    expect(await read({})).toEqual(["a x"]);
    expect(await read({ duplicates: "sum" })).toEqual(["a x 3"]);
    expect(await read({ weightColumn: "w" })).toEqual(["a x 5"]);
    expect(await read({ weightColumn: "w", duplicates: "last" })).toEqual(["a x 3"]);
    expect(await read({ weightColumn: "w", duplicates: "sum" })).toEqual(["a x 10"]);
  });

  it("are filtered to the k-core that repeated removal gives", async () => {
    const random = createRandom(7, "pairs");
    const pairs = Array.from(
      { length: 400 },
      () => [Math.floor(60 * random.uniform() ** 2), Math.floor(50 * random.uniform() ** 2)] as const,
    );
    let left = [...new Set(pairs.map(([u, i]) => `u${u} i${i}`))];
    for (let before = -1; before !== left.length; ) {
      before = left.length;
      const degree = (part: 0 | 1, id: string): number =>
        left.filter((pair) => pair.split(" ")[part] === id).length;
      left = left.filter(
        (pair) => degree(0, pair.split(" ")[0]!) >= 5 && degree(1, pair.split(" ")[1]!) >= 4,
      );
    }
    expect(left.length).toBeGreaterThan(20);
    const source = columnSource(
      { u: pairs.map(([u]) => `u${u}`), i: pairs.map(([, i]) => `i${i}`) },
      "log",
      50,
    );
    const { train } = await readInteractions([source], { ...names, minUser: 5, minItem: 4 });
    expect(pairsOf(train).sort()).toEqual(left.sort());
    expect(train.userCount).toBe(new Set(left.map((pair) => pair.split(" ")[0])).size);
    const nothing = (): Promise<unknown> => readInteractions([source], { ...names, minUser: 1000 });
    await expectFailure(nothing, "invalid-data", "at least 1000 items", "found none");
  });

  it("are refused with the file, row and column of the first fault", async () => {
    const read = (
      columns: Record<string, readonly unknown[]>,
      options: Partial<LogOptions> = {},
    ): Promise<unknown> =>
      readInteractions([columnSource(columns, "log/1.parquet")], { ...names, ...options });
    const i = ["x", "y", "z", "x", "y"];
    await expectFailure(() => read({ v: ["a"], i }), "format", 'a column "u"', "v, i", "log/1.parquet");
    await expectFailure(
      () => read({ u: ["a", "b", "c", null, "d"], i }),
      "invalid-data",
      "null",
      "log/1.parquet, row 3, column u",
    );
    await expectFailure(
      () => read({ u: ["a", "b", 7, "c", "d"], i }),
      "invalid-data",
      "found 7",
      "row 2, column u",
    );
    await expectFailure(
      () => read({ u: [1, 2, 3, 4, 1.5], i }),
      "invalid-data",
      "whole number",
      "1.5",
      "row 4, column u",
    );
    const u = ["a", "a", "b", "b", "b"];
    for (const bad of [0, -1, Number.NaN, Number.POSITIVE_INFINITY, 1e39, "1", null]) {
      await expectFailure(
        () => read({ u, i, w: [1, bad, 1, 1, 1] }, { weightColumn: "w" }),
        "invalid-data",
        "weight",
        "row 1, column w",
      );
    }
    const label = { split: { by: "label", column: "s" } } as const;
    await expectFailure(
      () => read({ u, i, s: [0, 1, 2, 3, 0] }, label),
      "invalid-data",
      "found 3",
      "row 3, column s",
    );
    const time = { split: { by: "time", column: "s", testFrom: "2024-01-01" } } as const;
    await expectFailure(
      () => read({ u, i, s: [0, 1, 2, 3, 0] }, time),
      "invalid-data",
      "a time",
      "found 0",
      "column s",
    );
    for (const bad of ["May 2024", "2023-02-30", "", "12"]) {
      const s = ["2024-01-01", bad, "2024-01-01", "2024-01-01", "2024-01-01"];
      await expectFailure(() => read({ u, i, s }, time), "invalid-data", "a time", "row 1, column s");
    }
    await expectFailure(() => read({ u, i }, { alsoItems: [7] }), "mismatch", "one kind", '"7"');
  });

  it("refuse options without an effect", async () => {
    const read = (options: Partial<LogOptions>): Promise<unknown> =>
      readInteractions([columnSource({ u: [], i: [] })], { ...names, ...options });
    await expectFailure(() => read({ itemColumn: "u" }), "invalid-option", "u twice");
    await expectFailure(() => read({ minUser: 0 }), "invalid-option", "minUser");
    const split = (cuts: object): object => ({ split: { by: "time", column: "t", ...cuts } });
    await expectFailure(() => read(split({})), "invalid-option", "neither");
    for (const date of ["May 2024", "2024-02-30", "2024-13-01"]) {
      await expectFailure(() => read(split({ testFrom: date })), "invalid-option", date);
    }
    await expectFailure(
      () => read(split({ testFrom: 5, validationFrom: "2024-01-01" })),
      "invalid-option",
      "a date and a number",
    );
    await expectFailure(
      () => read(split({ testFrom: 5, validationFrom: 5 })),
      "invalid-option",
      "begins before",
    );
  });
});
