import { mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, expect, it } from "vitest";
import { arms, candidatesOf } from "../../experiments/alignment/plan.mjs";
import { addRun, nextStep, readRuns } from "../../experiments/alignment/runs.mjs";

const folder = mkdtempSync(join(tmpdir(), "wellbegun-runs-"));
afterAll(() => rmSync(folder, { recursive: true, force: true }));
const shape = { modalities: 2, width: 500 };
const plan = { arms: Object.keys(arms), shape, train: false };
/** @param {string} arm @param {number} candidate */
const lineOf = (arm, candidate) => ({
  ...{ step: /** @type {const} */ ("candidate"), arm, candidate },
  ...{ cpuSeconds: 1, validation: 0.1 },
});

it("A finished step of experiments:alignment is known by its settings, and refused under a plan with others", () => {
  const file = join(folder, "runs.jsonl");
  addRun(file, lineOf("whiten", 2), shape);
  const [run] = readRuns(file, shape);
  expect(run?.settings).toEqual(candidatesOf("whiten", shape)[2]);
  // Candidates that are wider than the features are left out.
  const narrow = { modalities: 1, width: 100 };
  expect(readRuns(file, narrow)).toHaveLength(1);
  const wide = join(folder, "wide.jsonl");
  addRun(wide, lineOf("whiten", 4), shape);
  expect(() => readRuns(wide, narrow)).toThrow(
    /line 1: candidate 4 of whiten .*"dim":128.*no such candidate/,
  );
  const text = readFileSync(file, "utf8").replace('"whitenRidge":0', '"whitenRidge":0.25');
  writeFileSync(file, text);
  expect(() => readRuns(file, shape)).toThrow(
    /runs\.jsonl, line 1: candidate 2 of whiten .*0\.25.*where the plan has/,
  );
});

it("A line of an earlier version, which has no settings, counts as the plan's candidate", () => {
  const file = join(folder, "old.jsonl");
  writeFileSync(file, `${JSON.stringify(lineOf("side by side", 0))}\n`);
  expect(nextStep(readRuns(file, shape), plan)).toEqual({
    step: "candidate",
    arm: "side by side",
    candidate: 1,
  });
});
