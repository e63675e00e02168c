import fc from "fast-check";
import { describe, expect, it } from "vitest";
import {
  choices,
  cpu,
  type FitOptions,
  fit,
  IdIndex,
  type Interactions,
  interactionsFromArrays,
  itemDegrees,
  joinModels,
  spectral,
  type UserFolder,
} from "../src/index.ts";
import { randomData, seeded, shapes, toInput } from "./support/dataset.ts";
import { expectRefusal } from "./support/errors.ts";
import { numbers } from "./support/numbers.ts";
import { largestDifference } from "./support/tables.ts";

const { below } = numbers(4);
const train = interactionsFromArrays({
  users: Array.from({ length: 200 }, () => below(40)),
  items: Array.from({ length: 200 }, () => below(24)),
  userCount: 40,
  // The last item has no interactions.
  itemCount: 25,
});

/** The documented formula: v(history) - g sum_j w_j v({j}) / sum_j w_j, from vectors without negatives. */
function rocchio(
  folder: Pick<UserFolder, "foldIn">,
  history: readonly number[],
  negatives: readonly number[],
  weights: readonly number[],
  factor: number,
): number[] {
  const vector = [...folder.foldIn(history).vector];
  const total = weights.reduce((sum, weight) => sum + weight, 0);
  for (const [j, item] of negatives.entries()) {
    for (const [c, value] of folder.foldIn([item]).vector.entries()) {
      vector[c]! -= (factor * weights[j]! * value) / total;
    }
  }
  return vector;
}

describe("negatives", () => {
  it("are subtracted by Rocchio's formula from the vectors of a fit, whatever its options", async () => {
    const options: fc.Arbitrary<FitOptions> = fc.record({
      lambda: fc.constantFrom(0, 0.3, 1),
      normalization: fc.constantFrom(...choices.normalization),
      scale: fc.constantFrom("none", "items"),
      prepare: fc.constantFrom("center+l2", "whiten"),
      clusters: fc.constant(3),
    });
    await fc.assert(
      fc.asyncProperty(shapes, options, fc.nat(1000), async (shape, chosen, seed) => {
        const { initializer } = await fit(toInput(randomData({ ...shape, missing: 0 })), chosen);
        const order = numbers(seed).permutation(shape.items);
        const [history, negatives] = [order.slice(0, 2), order.slice(1, 4)];
        const weights = negatives.map((_, j) => 0.5 + j);
        const found = initializer.foldIn(history, {
          negatives,
          negativeWeights: weights,
          negativeFactor: 0.6,
        });
        const expected = rocchio(initializer, history, negatives, weights, 0.6);
        const size = Math.max(1, ...expected.map(Math.abs));
        expect(largestDifference(found.vector, expected)).toBeLessThan(1e-5 * size);
        expect(found.used).toBe(history.length);
      }),
      { ...seeded, numRuns: 60 },
    );
  });

  it("leave the sums of a modality that they lack, and nothing is subtracted where all lack it", async () => {
    const data = randomData({ users: 20, items: 12, widths: { image: 3, audio: 2 }, seed: 2 });
    const audio = data.features.audio!.map((row, item) => (item < 2 ? null : row));
    const input = toInput({ ...data, features: { ...data.features, audio } });
    const options = { project: "none", scale: "none", clusters: 2 } as const;
    const { initializer } = await fit(input, options);
    const plain = initializer.foldIn([5, 6]).vector;
    const lacking = initializer.foldIn([5, 6], { negatives: [0, 1] }).vector;
    expect(lacking.subarray(3)).toEqual(plain.subarray(3));
    expect(lacking.subarray(0, 3)).not.toEqual(plain.subarray(0, 3));
    const mixed = initializer.foldIn([5, 6], { negatives: [0, 4] }).vector;
    expect(mixed.subarray(3)).toEqual(initializer.foldIn([5, 6], { negatives: [4] }).vector.subarray(3));
  });

  it("are subtracted before unit scaling", async () => {
    const input = toInput(randomData({ users: 20, items: 12, widths: { image: 4 }, seed: 7 }));
    const [raw, unit] = [await fit(input, { scale: "none" }), await fit(input, { scale: "unit" })];
    const options = { negatives: [3], negativeFactor: 0.5 };
    const vector = [...raw.foldIn([1, 2], options).vector];
    const length = Math.hypot(...vector);
    const expected = vector.map((value) => value / length);
    expect(largestDifference(unit.foldIn([1, 2], options).vector, expected)).toBeLessThan(1e-6);
  });

  it("are subtracted from spectral vectors, where an item without interactions leaves the mean", async () => {
    const model = await spectral(train, { k: 5, backend: cpu() });
    expect(itemDegrees(train)[24]).toBe(0);
    const found = model.foldIn([1, 2, 3], { negatives: [7, 24, 9], negativeWeights: [1, 5, 2] });
    const expected = rocchio(model, [1, 2, 3], [7, 9], [1, 2], 0.2);
    expect(largestDifference(found.vector, expected)).toBeLessThan(1e-6);
    expect(model.foldIn([1], { negatives: [24] })).toEqual(model.foldIn([1]));
  });

  it("are subtracted on each side of joined tables, before its spread is measured", async () => {
    const [first, second] = [
      await spectral(train, { k: 5, backend: cpu() }),
      await spectral(train, { k: 3, seed: 4, exponent: 0.1, backend: cpu() }),
    ];
    const joined = await joinModels(first, second, { weight: 0.4, backend: cpu() });
    const options = { negatives: [7, 9], negativeFactor: 0.3 };
    const expected = [first, second].flatMap((model, side) => {
      const { vector } = model.foldIn([1, 2], options);
      const { data, rows, columns } = model.items;
      const scores = Array.from({ length: rows }, (_, i) =>
        vector.reduce((sum, value, c) => sum + value * data[i * columns + c]!, 0),
      );
      const mean = scores.reduce((sum, score) => sum + score, 0) / rows;
      const deviation = Math.sqrt(scores.reduce((sum, score) => sum + (score - mean) ** 2, 0) / rows);
      return [...vector].map((value) => ((side === 0 ? 1 : 0.4) * value) / deviation);
    });
    function* list(...items: number[]): Generator<number> {
      yield* items;
    }
    const found = joined.foldIn(list(1, 2), { ...options, negatives: list(7, 9) }).vector;
    expect(largestDifference(found, expected)).toBeLessThan(1e-5);
  });

  it("push the items like them down the list", async () => {
    const model = await spectral(train, { k: 8, backend: cpu() });
    const scoreOf = (vector: Float32Array, item: number): number =>
      model.items.row(item).reduce((sum, value, c) => sum + value * vector[c]!, 0);
    const before = scoreOf(model.foldIn([1, 2, 3]).vector, 7);
    expect(scoreOf(model.foldIn([1, 2, 3], { negatives: [7] }).vector, 7)).toBeLessThan(before);
  });

  it("without effect leave the vector as it is: none, or a factor of 0", async () => {
    const model = await spectral(train, { k: 4, backend: cpu() });
    const plain = model.foldIn([1, 2]);
    expect(model.foldIn([1, 2], { negatives: [] })).toEqual(plain);
    expect(model.foldIn([1, 2], { negatives: [3], negativeFactor: 0 })).toEqual(plain);
  });

  it("that are unknown are refused by their place, or skipped and listed after those of the history", async () => {
    const named: Interactions = {
      ...train,
      itemIds: new IdIndex(Array.from({ length: 25 }, (_, i) => `i${i}`)),
    };
    const model = await spectral(named, { k: 4, backend: cpu() });
    await expectRefusal(
      () => model.foldIn(["i1"], { negatives: ["i2", "x"] }),
      "invalid-data",
      "position 1 of the negatives",
    );
    const folded = model.foldIn(["i1", "y"], { negatives: ["i2", "x"], unknownItems: "skip" });
    expect(folded.unknown).toEqual(["y", "x"]);
    expect(folded.vector).toEqual(model.foldIn(["i1"], { negatives: ["i2"] }).vector);
  });

  it.each([
    ["a factor below 0", { negatives: [1], negativeFactor: -1 }, "invalid-option", "negativeFactor"],
    ["weights of no negatives", { negativeWeights: [1] }, "invalid-option", "negativeWeights"],
    [
      "a weight of 0",
      { negatives: [1], negativeWeights: [0] },
      "invalid-data",
      "position 0 of the negatives",
    ],
    ["too few weights", { negatives: [1, 2], negativeWeights: [1] }, "invalid-data", "negatives"],
  ] as const)("are refused with %s", async (_, options, code, message) => {
    const model = await spectral(train, { k: 4, backend: cpu() });
    await expectRefusal(() => model.foldIn([1], options), code, message);
  });
});
