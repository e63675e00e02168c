import { denseFeatures, fit, interactionsFromArrays } from "@wellbegun/core";
import { coOccurrenceNeighbors, itemCf, splitOf, zeroShot } from "@wellbegun/evaluation";
import { expect, it } from "vitest";
import { settingsToOptions, type TuneResult, tune } from "../src/index.ts";
import { type Data, syntheticData } from "./data.ts";

const small = syntheticData(420, 4200);
const data = small;

/** What a plain fit with a trial's options gives. */
async function fitted(result: TuneResult, trial: number, data: Data = small) {
  const options = settingsToOptions(result.trials[trial]!.settings, result.head.fixed);
  return await fit(data, { ...options, perModality: false });
}

it("tune scores every trial as a fit and the zero-shot protocol do", async () => {
  const result = await tune(data, { budget: { trials: 36 } });
  const seen = new Set<string>();
  for (const { trial, score, settings, units } of result.trials) {
    expect(units).toBe(result.head.units);
    const { cuts } = await zeroShot(await fitted(result, trial), splitOf(data, "validation"));
    expect(Math.abs(score - cuts[0]!.recall), JSON.stringify(settings)).toBeLessThan(1e-6);
    const { combine, project, scale, prepare, lambda, smooth, damping } = settings;
    for (const value of [combine, project, scale, prepare, `${lambda === 1}`]) seen.add(value);
    if (smooth > 0) seen.add("smooth");
    if (damping > 0) seen.add("damping");
  }
  // The comparison is worth something only if the trials went everywhere.
  expect([...seen].sort()).toEqual([
    "cca",
    "center",
    "center+l2",
    "columns",
    "concat",
    "damping",
    "false",
    "l2",
    "none",
    "pca",
    "random",
    "smooth",
    "standardize",
    "true",
    "unit",
    "whiten",
    "xavier",
  ]);
});

it("tune scores cold items as the protocol's group does", async () => {
  const sparse = syntheticData(900, 4000, 1, 1500);
  const options = { objective: "cold-items", space: { dim: [8], clusters: [4] } } as const;
  const result = await tune(sparse, { ...options, budget: { trials: 6 } });
  for (const { trial, score } of result.trials) {
    const { cuts } = await zeroShot(await fitted(result, trial, sparse), splitOf(sparse, "validation"));
    const cold = cuts[0]!.byPopularity.find(({ group }) => group === "cold")!;
    expect(cold.users).toBe(result.head.units);
    expect(score).toBeCloseTo(cold.recall, 6);
  }
});

it("tune scores items alone as the item-CF protocol does", async () => {
  const result = await tune(data, { budget: { trials: 8 }, objective: "item-cf", k: 10 });
  const neighbors = coOccurrenceNeighbors(data.train, 10);
  for (const { trial, score } of result.trials) {
    const { items } = await fitted(result, trial);
    const { cuts } = await itemCf(items, data.train, neighbors, { k: [10] });
    expect(score).toBeCloseTo(cuts[0]!.recall, 6);
  }
  expect(result.comparison.againstPopularity).toBeNull();
});

it("tune finds no trial better than the best, and compares it with the default and its control", async () => {
  const { trials, best, comparison } = await tune(data, { budget: { trials: 30 } });
  expect(best.score).toBe(Math.max(...trials.map(({ score }) => score)));
  expect(comparison.scores.best).toBeCloseTo(best.score, 12);
  expect(comparison.scores.default).toBeCloseTo(trials[0]!.score, 12);
  expect(comparison.againstDefault.difference).toBeCloseTo(best.score - trials[0]!.score, 12);
  expect(comparison.scores.permuted).toBeLessThan(comparison.scores.best! / 2);
});

it("tune works where the bound on shared work keeps nothing", async () => {
  const options = { budget: { trials: 12 } };
  const plain = await tune(data, options);
  const bounded = await tune(data, { ...options, memory: 1 });
  expect(bounded).toEqual(plain);
});

it("tune restricts itself to the given values, also with one modality", async () => {
  const space = {
    prepare: ["l2"],
    lambda: [0.5],
    dim: [4, 6],
    project: ["pca"],
    clusters: [3],
    normalization: ["mean"],
    smooth: [0],
    damping: [0],
  } as const;
  const { trials, head } = await tune(data, { budget: { trials: 50 }, modalities: ["image"], space });
  // The default, the paper's, and 2 widths x 2 scales: the space is used up before the budget.
  expect(trials.map(({ draw }) => draw).filter((draw) => draw === "given")).toHaveLength(2);
  expect(trials).toHaveLength(6);
  for (const { settings } of trials.slice(2)) {
    expect(settings).toMatchObject({
      prepare: "l2",
      lambda: 0.5,
      project: "pca",
      clusters: 3,
      weights: { image: 1 },
    });
  }
  expect(head.fixed.modalities).toEqual(["image"]);
});

it("tune searches a dataset with fewer items than the default number of clusters", async () => {
  const interactions = (users: number[], items: number[]) =>
    interactionsFromArrays({ users, items, userCount: 4, itemCount: 6 });
  const six = {
    train: interactions([0, 0, 1, 1, 2, 2, 3], [0, 1, 1, 2, 3, 4, 5]),
    validation: interactions([0, 1, 2, 3], [2, 3, 5, 0]),
    features: {
      image: denseFeatures(
        Array.from({ length: 18 }, (_, i) => Math.sin(i * i)),
        6,
        3,
      ),
    },
  };
  const { trials } = await tune(six, { budget: { trials: 8 }, k: 3 });
  expect(trials).toHaveLength(8);
  expect(trials.some(({ settings }) => settings.lambda < 1)).toBe(true);
  for (const { score } of trials) expect(score).toBeGreaterThanOrEqual(0);
});
