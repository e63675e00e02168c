// Tables of the runs, as Markdown; every figure but those of single users goes to results.json beside this file.

import { readFileSync, writeFileSync } from "node:fs";
import { fileURLToPath } from "node:url";
import { pairedBootstrap } from "@wellbegun/evaluation";
import { arms, datasets, seeds, trainedArms, trainings } from "./plan.mjs";

/**
 * @typedef {{ recall: number, ndcg: number, cold: number | null, perUser: number[] }} Judged
 * @typedef {{ dataset: string, arm: string, model?: string, seed?: number, cpuSeconds: number, bestEpoch?: number,
 *   curve?: [number, number][], validation: Judged, test: Judged }} Run
 */
/** @param {number} value */
const signed = (value) => `${value < 0 ? "-" : "+"}${Math.abs(value).toFixed(4)}`;
/** @param {number[]} a @param {number[]} b */
function difference(a, b) {
  const { difference, low, high } = pairedBootstrap(a, b);
  return `${signed(difference)} (${signed(low)} to ${signed(high)})`;
}
/** @param {number[]} values */
const mean = (values) => values.reduce((sum, value) => sum + value, 0) / values.length;
/** @param {(string | number)[]} cells */
const row = (cells) => console.log(`| ${cells.join(" | ")} |`);
/** @param {string[]} titles */
function head(titles) {
  row(titles);
  row(titles.map(() => "---"));
}

/** Prints the tables. @param {string} file one run a line */
export function printTables(file) {
  /** @type {Run[]} */
  const runs = readFileSync(file, "utf8")
    .trim()
    .split("\n")
    .map((line) => JSON.parse(line));

  console.log("## Untrained\n");
  for (const dataset of datasets) {
    const untrained = runs.filter((run) => run.dataset === dataset && run.model === undefined);
    const standard = untrained.find(({ arm }) => arm === "default");
    if (standard === undefined) continue;
    console.log(`\n### ${dataset}, ${standard.test.perUser.length} users with test rows\n`);
    head([
      "arm",
      "validation Recall@20",
      "over default (95 %)",
      "test Recall@20",
      "over default (95 %)",
      "cold items",
    ]);
    for (const arm of Object.keys(arms)) {
      const run = untrained.find((one) => one.arm === arm);
      if (run === undefined) continue;
      const over = (/** @type {"validation" | "test"} */ split) =>
        run === standard ? "" : difference(run[split].perUser, standard[split].perUser);
      const { validation, test } = run;
      const cold = test.cold === null ? "" : test.cold.toFixed(4);
      row([
        arm,
        validation.recall.toFixed(4),
        over("validation"),
        test.recall.toFixed(4),
        over("test"),
        cold,
      ]);
    }
  }

  console.log("\n## Trained: test Recall@20 at the epoch with the best validation Recall@20\n");
  head([
    "data, model (epochs)",
    "arm",
    "each seed",
    "mean",
    "cold items",
    "best epoch",
    "epoch at random's best",
  ]);
  /** @type {string[][]} */
  const differences = [];
  for (const { dataset, name, epochs } of trainings) {
    /** @param {string} arm */
    const of = (arm) =>
      seeds.flatMap((seed) =>
        runs.filter(
          (run) => run.dataset === dataset && run.model === name && run.arm === arm && run.seed === seed,
        ),
      );
    /** @param {Run} run */
    const reached = (run) => {
      const random = of("random").find(({ seed }) => seed === run.seed);
      const best = Math.max(...(random?.curve ?? []).map(([, recall]) => recall));
      return run.curve?.find(([, recall]) => recall >= best)?.[0] ?? "never";
    };
    for (const arm of trainedArms) {
      const own = of(arm);
      if (own.length === 0) continue;
      const recalls = own.map(({ test }) => test.recall);
      const cold = own.flatMap(({ test }) => test.cold ?? []);
      row([
        `${dataset}, ${name} (${epochs})`,
        arm,
        recalls.map((recall) => recall.toFixed(4)).join(", "),
        mean(recalls).toFixed(4),
        cold.length > 0 ? mean(cold).toFixed(4) : "",
        own.map(({ bestEpoch }) => bestEpoch).join(", "),
        own.map(reached).join(", "),
      ]);
    }
    /** Each user's recall, averaged over the seeds. @param {string} arm */
    const averaged = (arm) => {
      const own = of(arm);
      return (own[0]?.test.perUser ?? []).map((_, user) =>
        mean(own.map(({ test }) => test.perUser[user] ?? 0)),
      );
    };
    const smooth = "smooth 1, damping .5";
    for (const [a, b] of [
      ["default", "random"],
      [smooth, "random"],
      [smooth, "default"],
      [smooth, `${smooth}, permuted`],
    ]) {
      if (of(a).length === 0 || of(a).length !== of(b).length) continue;
      const bySeed = of(a).map(({ test }, index) => signed(test.recall - (of(b)[index]?.test.recall ?? 0)));
      differences.push([
        `${dataset}, ${name}`,
        `${a} - ${b}`,
        difference(averaged(a), averaged(b)),
        bySeed.join(", "),
      ]);
    }
  }
  console.log("\n## Differences, each user's recall averaged over the seeds\n");
  head(["data, model", "difference", "Recall@20 (95 % over users)", "each seed"]);
  for (const cells of differences) row(cells);

  const minutes = runs.reduce((sum, { cpuSeconds }) => sum + cpuSeconds, 0) / 60;
  console.log(`\n${runs.length} runs, ${minutes.toFixed(1)} minutes of CPU time.`);

  const without = (/** @type {Judged} */ { perUser, ...judged }) => judged;
  const kept = runs.map((run) => ({ ...run, validation: without(run.validation), test: without(run.test) }));
  const lines = kept.map((run) => `  ${JSON.stringify(run)}`).join(",\n");
  writeFileSync(fileURLToPath(new URL("results.json", import.meta.url)), `[\n${lines}\n]\n`);
}
