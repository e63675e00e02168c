import { interactionsFromArrays, type Table } from "@wellbegun/core";
import {
  compare,
  coOccurrenceNeighbors,
  itemCf,
  permutedTables,
  popularityRanker,
  randomTables,
  splitOf,
} from "@wellbegun/evaluation";
import { parseHTML } from "linkedom";
import { describe, expect, it } from "vitest";
import { type ReportInput, renderReport } from "../src/index.ts";

const [userCount, itemCount, columns] = [60, 40, 6];
const split = splitOf(
  { train: touched(1, 5), validation: touched(7, 2), test: touched(11, 1) },
  "validation",
);

function touched(step: number, each: number) {
  const users = Array.from({ length: userCount * each }, (_, e) => Math.floor(e / each));
  const items = users.map((user, e) => (user * step + (e % each) ** 2 * step + step) % itemCount);
  return interactionsFromArrays({ users, items, userCount, itemCount });
}

async function example(): Promise<ReportInput> {
  const tables = randomTables(userCount, itemCount, columns, 5);
  const comparison = await compare(
    [
      { name: "popularity", ranker: popularityRanker(split.train) },
      { name: "a <b> & c", tables },
    ],
    split,
    { k: [3, 8] },
  );
  const listsOf = async (items: Table) =>
    (await itemCf(items, split.train, comparison.neighbors!, { k: [100] })).lists;
  return {
    title: "<script>alert(1)</script>",
    facts: [["users & items", '60, "40"']],
    comparison,
    spaces: [{ name: "a <b> & c", tables }],
    neighborLists: [
      { name: "own", lists: await listsOf(tables.items) },
      { name: "control", lists: await listsOf(permutedTables(tables).items) },
    ],
    labels: { image: Int32Array.from({ length: itemCount }, (_, i) => (i % 9 === 8 ? -1 : i % 3)) },
  };
}

/** The cells of a section's tables, row by row, as texts. */
function numbersOf(html: string, id: string): string[][][] {
  const { document } = parseHTML(html);
  return [...document.querySelectorAll(`#${id} details table`)].map((table) =>
    [...table.querySelectorAll("tbody tr")].map((row) =>
      [...row.querySelectorAll("th, td")].map((cell) => cell.textContent ?? ""),
    ),
  );
}

describe("The report", () => {
  it("is the same for the same input, and lets no text become markup", async () => {
    const html = await renderReport(await example());
    expect(await renderReport(await example())).toBe(html);
    expect(html).not.toContain("<script");
    expect(html).toContain("&lt;script&gt;alert(1)&lt;/script&gt;");
    expect(html).toContain("a &lt;b&gt; &amp; c");
  });

  it("has the figures of the comparison below the picture", async () => {
    const input = await example();
    const [rows] = numbersOf(await renderReport(input), "recall-by-degree");
    const expected = input.comparison.contestants.flatMap(({ name, zeroShot, control }) =>
      zeroShot!.cuts[1]!.byDegree.flatMap(({ group, users, recall }) => {
        const permuted = control?.zeroShot?.cuts[1]?.byDegree.find((one) => one.group === group)?.recall;
        return users === 0 ? [] : [[name, group, users, recall, permuted]];
      }),
    );
    expect(expected.length).toBeGreaterThan(1);
    expect(rows!.map(([name, group]) => [name, group])).toEqual(
      expected.map(([name, group]) => [name, group]),
    );
    for (const [r, [, , users, recall, control]] of rows!.entries()) {
      expect(Number(users)).toBe(expected[r]![2]);
      expect(Number(recall)).toBeCloseTo(expected[r]![3] as number, 4);
      if (expected[r]![4] === undefined) expect(control).toBe("");
      else expect(Number(control)).toBeCloseTo(expected[r]![4] as number, 4);
    }
  });

  it("counts items without a cluster separately", async () => {
    const [rows] = numbersOf(await renderReport(await example()), "cluster-sizes");
    const sizes = new Map(rows!.map(([name, items]) => [name, Number(items)]));
    const of = (label: number) =>
      Array.from({ length: itemCount }, (_, i) => i).filter((i) => i % 9 !== 8 && i % 3 === label).length;
    expect(sizes).toEqual(
      new Map([
        ["0", of(0)],
        ["1", of(1)],
        ["2", of(2)],
        ["without the modality", 4],
      ]),
    );
  });

  it("shows in the heat map where co-occurring items lie, as multiples of chance", async () => {
    const input = await example();
    const [rows] = numbersOf(await renderReport(input), "item-cf-heat");
    const neighbors = coOccurrenceNeighbors(split.train);
    const { lists } = input.neighborLists![0]!;
    const inside = (rank: number, bin: string): boolean => {
      const [first = 0, last = first] = bin.split("-").map(Number);
      return rank >= first && rank <= last;
    };
    for (const [, near, common, pairs, lift] of rows!) {
      let [found, tried] = [0, 0];
      for (const [row, item] of lists.users.entries()) {
        const wanted = [...neighbors.items.subarray(neighbors.offsets[item], neighbors.offsets[item + 1])];
        const list = [...lists.items.subarray(row * lists.k, (row + 1) * lists.k)];
        for (const [index, other] of wanted.entries()) {
          if (!inside(index + 1, common!)) continue;
          tried++;
          if (inside(list.indexOf(other) + 1, near!)) found++;
        }
      }
      const [first = 0, last = first] = near!.split("-").map(Number);
      expect(Number(pairs)).toBe(found);
      expect(Number(lift)).toBeCloseTo((found / tried) * ((itemCount - 1) / (last - first + 1)), 2);
    }
    expect(rows!.some(([, , , pairs]) => Number(pairs) > 0)).toBe(true);
  });

  it("draws every user and item of a small dataset", async () => {
    const html = await renderReport(await example());
    const { document } = parseHTML(html);
    for (const id of ["pca", "umap"]) {
      expect(document.querySelectorAll(`#${id} svg [aria-label="dot"] circle`)).toHaveLength(
        userCount + itemCount,
      );
      const points = numbersOf(html, id).at(-1)!;
      expect(points).toHaveLength(userCount + itemCount);
      expect(
        points
          .flat()
          .slice(2)
          .every((text) => text !== "NaN"),
      ).toBe(true);
    }
  });

  it("stops when its signal is aborted", async () => {
    await expect(renderReport(await example(), { signal: AbortSignal.abort() })).rejects.toMatchObject({
      code: "aborted",
    });
  });
});
