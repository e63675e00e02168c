import { expect, it } from "vitest";
import {
  cpu,
  denseFeatures,
  explainScore,
  fit,
  interactionsFromPairs,
  joinModels,
  spectral,
} from "../src/index.ts";
import { normalTable, numbers } from "./support/numbers.ts";

const { below } = numbers(31);
const itemIds = Array.from({ length: 20 }, (_, i) => `item ${i}`);
const train = interactionsFromPairs(
  Array.from({ length: 160 }, () => [`user ${below(30)}`, itemIds[below(20)]!] as const),
  { itemIds },
);

it("The contributions of a user's items add up to its score, side by side", async () => {
  const backend = cpu();
  const content = await fit(
    { train, features: { text: denseFeatures(normalTable(20, 6, 1), 20, 6) } },
    { scale: "none", clusters: 1, backend },
  );
  const model = await joinModels(await spectral(train, { k: 5, backend }), content, { weight: 0.7, backend });
  for (const user of ["user 3", "user 17"]) {
    const row = train.userIds!.rowOf(user)!;
    const history = [...train.items.slice(train.offsets[row], train.offsets[row + 1])].map(
      (i) => itemIds[i]!,
    );
    for (const item of ["item 2", "item 11"]) {
      const found = explainScore(model, history, item);
      const vectors = [model.users.row(user), model.items.row(item)] as const;
      const half = (from: number, to: number): number =>
        vectors[0].slice(from, to).reduce((sum, value, c) => sum + value * vectors[1][from + c]!, 0);
      expect(found.collaborative).toBeCloseTo(half(0, 5), 4);
      expect(found.content).toBeCloseTo(half(5, 11), 4);
      expect(found.score).toBeCloseTo(half(0, 11), 4);
      expect(new Set(found.history.map((own) => own.item))).toEqual(new Set(history));
    }
  }
});

it("A score that comes from one item alone is explained by that item", async () => {
  const backend = cpu();
  const pairs = [
    ["ann", "tea"],
    ["ann", "cup"],
    ["bob", "tea"],
    ["bob", "cup"],
    ["eve", "oil"],
    ["eve", "tin"],
    ["eve", "pot"],
  ] as const;
  const small = interactionsFromPairs(pairs, { itemIds: ["tea", "cup", "oil", "tin", "pot"] });
  const collaborative = await spectral(small, { k: 2, backend });
  const model = await joinModels(collaborative, collaborative, { weight: 0, backend });
  const { history, content } = explainScore(model, ["tea", "oil"], "cup");
  expect(content).toBe(0);
  expect(history[0]).toMatchObject({ item: "tea" });
  expect(history[0]!.collaborative).toBeGreaterThan(0);
  expect(Math.abs(history[1]!.collaborative)).toBeLessThan(1e-5);
});
