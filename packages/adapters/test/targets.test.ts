import { expect, it } from "vitest";
import { codebases, findTarget, initRms, targetNames, targetsMarkdown } from "../src/targets/index.ts";
import { expectFailure } from "./helpers.ts";

it("findTarget finds a target by codebase and model, in any case", () => {
  const target = findTarget("MMRec:freedom");
  expect(target.name).toBe("FREEDOM");
  expect(target.codebase.title).toBe("MMRec");
  expect(findTarget("lightfm").name).toBe("LightFM");
});

it("findTarget refuses unknown targets, and lists the known ones", async () => {
  await expectFailure(() => findTarget("tensorflow:X"), "invalid-option", "mmrec", "tensorflow");
  await expectFailure(() => findTarget("mmrec:NoSuchModel"), "invalid-option", "FREEDOM", "NoSuchModel");
  await expectFailure(() => findTarget("mmrec"), "invalid-option", "mmrec:BM3", "none");
  await expectFailure(() => findTarget("mmrec:ItemKNNCBF"), "invalid-option", "no user vectors");
});

it("Every target has what the loader needs", () => {
  for (const { name, models, order } of Object.values(codebases)) {
    expect(codebases[name].models).toBe(models);
    expect(order.padding ?? 0).toBeGreaterThanOrEqual(0);
    for (const [model, { parameters, files = [] }] of Object.entries(models)) {
      if (files.length > 0) expect(files[0]!.rows, `${name}:${model}`).toBe("users");
      const keys = parameters.map(({ path, rows }) => `${path} ${rows}`);
      expect(new Set(keys).size, `${name}:${model}`).toBe(keys.length);
      // A model that is wired at all has user vectors, which stand first.
      if (parameters.length > 0) expect(parameters[0]!.rows, `${name}:${model}`).toBe("users");
    }
  }
});

it("The root mean square of each initialization is known", () => {
  // Xavier uniform draws from -a .. a with a = sqrt(6 / (rows + columns)), whose variance is a²/3.
  const bound = Math.sqrt(6 / (9308 + 64));
  expect(initRms({ kind: "xavier" }, 9308, 64)).toBeCloseTo(bound / Math.sqrt(3), 12);
  expect(initRms({ kind: "normal", std: 0.01 }, 3, 4)).toBe(0.01);
  expect(initRms({ kind: "other", note: "" }, 3, 4)).toBeUndefined();
  // The mean of the squares on a fine grid.
  const grid = Array.from({ length: 1e5 }, (_, i) => ((i + 0.5) / 1e5 - 0.5) / 8);
  const expected = Math.sqrt(grid.reduce((sum, value) => sum + value * value, 0) / grid.length);
  const uniform = { kind: "uniform", low: -0.5, high: 0.5, perWidth: true } as const;
  expect(initRms(uniform, 40, 9, 8)).toBeCloseTo(expected, 9);
});

it("The documentation lists every target", () => {
  const text = targetsMarkdown();
  for (const { source, models } of Object.values(codebases)) {
    expect(text).toContain(source);
    for (const model of Object.keys(models)) expect(text).toContain(`| ${model} |`);
  }
  expect(targetNames()).toContain("recbole:LightGCN");
});
