import { describe, expect, it } from "vitest";
import {
  cpu,
  type FoldingModel,
  interactionsFromArrays,
  interactionsFromPairs,
  joinModels,
  spectral,
} from "../src/index.ts";
import { numbers } from "./support/numbers.ts";
import { largestDifference, tableRows } from "./support/tables.ts";

const { below, normal } = numbers(11);
const [users, items, width] = [40, 30, 4];
const train = interactionsFromArrays({
  users: Array.from({ length: 200 }, () => below(users - 1)),
  items: Array.from({ length: 200 }, () => below(items - 1)),
  userCount: users,
  itemCount: items,
});

/** A second model of the same users and items, whose columns depend on each other. */
async function contentModel(): Promise<FoldingModel> {
  const model = await spectral(train, { k: width, exponent: 0, seed: 1, backend: cpu() });
  for (let i = 0; i < items; i++) {
    for (let c = 0; c < width - 1; c++) model.items.data[i * width + c] = normal();
    model.items.data[i * width + width - 1] = 2 * model.items.data[i * width]!;
  }
  model.users.data.set(model.transform(train).data);
  return model;
}

function standardDeviation(values: number[]): number {
  const mean = values.reduce((sum, value) => sum + value, 0) / values.length;
  return Math.sqrt(values.reduce((sum, value) => sum + (value - mean) ** 2, 0) / values.length);
}

function scores(model: FoldingModel): number[][] {
  const rows = tableRows(model.items);
  return tableRows(model.users).map((user) =>
    rows.map((item) => item.reduce((sum, value, c) => sum + value * user[c]!, 0)),
  );
}

describe("Joined tables", () => {
  it("score by both models' scores, each divided by its deviation among the user's scores", async () => {
    const [collaborative, content] = [await spectral(train, { k: 6, backend: cpu() }), await contentModel()];
    const joined = await joinModels(collaborative, content, { weight: 0.7, backend: cpu() });
    expect(joined.users.columns).toBe(6 + width);
    const standardized = (model: FoldingModel): number[][] =>
      scores(model).map((row) => {
        const deviation = standardDeviation(row);
        return row.map((value) => (deviation > 1e-9 ? value / deviation : 0));
      });
    const [a, b] = [standardized(collaborative), standardized(content)];
    const expected = a.map((row, u) => row.map((value, i) => value + 0.7 * b[u]![i]!));
    expect(largestDifference(scores(joined).flat(), expected.flat())).toBeLessThan(1e-4);
  });

  it("give a train user its row when it is folded in, and zeros to a user without items", async () => {
    const [collaborative, content] = [await spectral(train, { k: 6, backend: cpu() }), await contentModel()];
    const joined = await joinModels(collaborative, content, { weight: 0.7, backend: cpu() });
    for (let u = 0; u < users; u++) {
      const history = train.items.slice(train.offsets[u], train.offsets[u + 1]);
      expect(largestDifference(joined.foldIn(history).vector, joined.users.row(u))).toBeLessThan(1e-5);
    }
    expect(largestDifference(joined.transform(train).data, joined.users.data)).toBeLessThan(1e-5);
    expect([...joined.users.row(users - 1)]).toEqual(new Array(6 + width).fill(0));
  });

  it("ignore a side on which all items score alike, whatever its rounding errors", async () => {
    const pairs = interactionsFromArrays({
      users: [0, 0, 1, 1],
      items: [0, 1, 2, 3],
      userCount: 3,
      itemCount: 4,
    });
    const model = await spectral(pairs, { k: 2, backend: cpu() });
    const joined = await joinModels(model, model, { weight: 1, backend: cpu() });
    // One item of each of two groups that are like each other: every item scores as any other.
    expect([...joined.foldIn([0, 2]).vector]).toEqual([0, 0, 0, 0]);
    expect(joined.foldIn([0]).vector.some((value) => value !== 0)).toBe(true);
  });

  it("change their weight to what joining at that weight gives", async () => {
    const [collaborative, content] = [await spectral(train, { k: 6, backend: cpu() }), await contentModel()];
    const joined = await joinModels(collaborative, content, { weight: 0.7, backend: cpu() });
    const expected = await joinModels(collaborative, content, { weight: 1.9, backend: cpu() });
    const changed = joined.with({ weight: 0 }).with({ weight: 1.9 });
    expect(changed.users.data).toEqual(expected.users.data);
    expect(changed.foldIn([1, 2])).toEqual(expected.foldIn([1, 2]));
    expect(() => joined.with({ weight: -1 })).toThrow(/found -1 \(weight\)/);
  });

  it("refuse a weight that is not finite, and models of other items", async () => {
    const model = await spectral(train, { k: 6, backend: cpu() });
    await expect(joinModels(model, model, { weight: Number.NaN })).rejects.toThrow(/found NaN \(weight\)/);
    const fewer = interactionsFromArrays({ users: [0], items: [0], userCount: users, itemCount: items - 1 });
    const other = await spectral(fewer, { k: 1, backend: cpu() });
    await expect(joinModels(model, other, { weight: 1 })).rejects.toThrow(/30 items.*found 29 items/);
    const named = async (itemIds: string[]) =>
      await spectral(
        interactionsFromPairs(
          [
            ["ann", "tea"],
            ["bob", "jam"],
          ],
          { itemIds },
        ),
        { k: 1, backend: cpu() },
      );
    const [one, turned] = [await named(["tea", "jam"]), await named(["jam", "tea"])];
    await expect(joinModels(one, turned, { weight: 1 })).rejects.toThrow(
      /"tea" as row 0, found string "jam"/,
    );
  });
});
