import {
  cpu,
  createTable,
  denseFeatures,
  fit,
  type InteractionPair,
  interactionsFromPairs,
  recommend,
} from "@wellbegun/core";
import { describe, expect, it } from "vitest";
import { Newcomer } from "../src/page/newcomer.ts";
import { compute } from "../src/worker/compute.ts";

const itemIds = Array.from({ length: 40 }, (_, item) => `i${item}`);
const pairs: InteractionPair[] = Array.from({ length: 300 }, (_, e) => [
  `u${e % 50}`,
  `i${(e * e * 7 + e) % 40}`,
]);
const train = interactionsFromPairs(pairs, { itemIds });
const image = denseFeatures(
  Float32Array.from({ length: 40 * 6 }, (_, i) => Math.sin(i * 12.9898)),
  40,
  6,
);

describe("a new user on the page", () => {
  it("gets the vector and the list that core gives", async () => {
    const model = await fit({ train, features: { image } }, { dim: 4 });
    const dataset = { train, features: { image }, notes: [] };
    const { result } = await compute(dataset, { dim: 4 }, cpu(), () => undefined);
    const clicked = [3, 17, 29];
    const { vector, own } = new Newcomer(result).lists(new Set(clicked), 10);
    const expected = model.foldIn(clicked.map((row) => itemIds[row]!)).vector;
    expect([...vector].every((value, c) => Math.abs(value - expected[c]!) < 1e-5)).toBe(true);
    const seen = interactionsFromPairs(
      clicked.map((row) => ["you", itemIds[row]!]),
      { itemIds },
    );
    const users = createTable(vector, 1, 4, seen.userIds);
    const top = await recommend({ users, items: model.items }, { k: 10, seen });
    expect(own.map(({ row }) => itemIds[row])).toEqual(top.of("you").map(({ item }) => item));
  });

  it("sees the most popular other items, and a control that ranks the same values", async () => {
    const dataset = { train, features: { image }, notes: [] };
    const { result } = await compute(dataset, { dim: 4 }, cpu(), () => undefined);
    const clicked = new Set([0, 1]);
    const { own, popular, permuted } = new Newcomer(result).lists(clicked, 40);
    const degrees = itemIds.map((id, row) => ({
      row,
      score: new Set(pairs.filter(([, item]) => item === id).map(([user]) => user)).size,
    }));
    const expected = degrees
      .filter(({ row }) => !clicked.has(row))
      .sort((a, b) => b.score - a.score || a.row - b.row);
    expect(popular).toEqual(expected);
    // The control's values are those of all items; only two of each list's 40 are left out.
    const values = (list: typeof own): number[] => list.map(({ score }) => score);
    const shared = values(permuted).filter((value) => values(own).includes(value));
    expect(shared.length).toBeGreaterThanOrEqual(36);
    expect(permuted.map(({ row }) => row)).not.toEqual(own.map(({ row }) => row));
  });
});
