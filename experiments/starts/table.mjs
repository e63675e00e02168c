// The tables of docs/experiments.md, from results/<dataset>.json.
//
//   node experiments/starts/table.mjs

import { readFileSync, writeFileSync } from "node:fs";
import { fileURLToPath } from "node:url";
import { datasets, defaultArms, models, seeds, trainedArms, untrainedArms } from "./plan.mjs";
import { readResults } from "./results.mjs";
import { tunedRegularization } from "./runs.mjs";

/**
 * @typedef {import("./results.mjs").Results} Results
 * @typedef {import("./results.mjs").Run} Run
 */

const page = new URL("../../docs/experiments.md", import.meta.url);
const notRun = "not run";
/** @param {readonly number[]} values */
const mean = (values) => values.reduce((sum, value) => sum + value, 0) / values.length;
const figure = (/** @type {number} */ value) => value.toFixed(4);
const signed = (/** @type {number} */ value) => `${value < 0 ? "-" : "+"}${figure(Math.abs(value))}`;

/** Writes the tables into the page, between their marks. */
export function writeTables() {
  const text = ["trained", "differences", "untrained"].reduce(
    (found, name) => {
      const mark = new RegExp(`(<!-- starts: ${name} -->\\n)(?:\\|.*\\n)*`);
      if (!mark.test(found)) throw new Error(`docs/experiments.md has no place for ${name}`);
      return found.replace(mark, (_, own) => own + tables[name]?.());
    },
    readFileSync(page, "utf8"),
  );
  writeFileSync(page, text);
}

/** @type {Readonly<Record<string, () => string>>} */
const tables = { trained: trainedTable, differences: differenceTable, untrained: untrainedTable };

/** @param {readonly string[]} titles @param {readonly (readonly string[])[]} rows */
function table(titles, rows) {
  return [titles, titles.map(() => "---"), ...rows].map((cells) => `| ${cells.join(" | ")} |\n`).join("");
}

/** A row for each dataset and model that was trained from some arm, a column for each arm. */
function trainedTable() {
  const arms = Object.keys(trainedArms);
  const rows = datasets.flatMap((dataset) => {
    const runs = readResults(dataset)?.runs ?? [];
    return Object.entries(models).flatMap(([model, { regularizations }]) => {
      const tuned = tunedRegularization(runs, model);
      if (tuned === undefined) return [];
      /** @param {number} regularization @param {readonly string[]} shown */
      const row = (regularization, shown) => [
        `${dataset}, ${model}`,
        `${regularization}${regularization === regularizations[0] ? " (default)" : ""}`,
        ...arms.map((arm) => {
          const wanted = { model, arm, regularization };
          return shown.includes(arm) ? cell(runs.filter((run) => matches(run, wanted))) : "";
        }),
      ];
      const standard = tuned === regularizations[0] ? [] : [row(regularizations[0], defaultArms)];
      return [row(tuned, arms), ...standard];
    });
  });
  return table(["data, model", "regularization", ...arms], rows);
}

/** @param {Run} run @param {{ model: string, arm: string, regularization: number }} wanted */
function matches({ model, arm, regularization }, wanted) {
  return model === wanted.model && arm === wanted.arm && regularization === wanted.regularization;
}

/** Recall@20 and its best epoch, means over the seeds. @param {readonly Run[]} own of one arm, a seed each */
function cell(own) {
  if (own.length === 0) return notRun;
  const recall = figure(mean(own.map(({ test }) => test.recall)));
  const epoch = Math.round(mean(own.map(({ bestEpoch = 0 }) => bestEpoch)));
  const rising = own.every(({ stopped }) => stopped === "patience") ? "" : ", still rising";
  const few = own.length < seeds.length ? `, ${own.length} of ${seeds.length} seeds` : "";
  return `${recall} (${epoch}${rising}${few})`;
}

function differenceTable() {
  const rows = datasets.flatMap((dataset) =>
    (readResults(dataset)?.differences ?? [])
      .filter(({ model }) => model !== undefined)
      .map(({ model, arm, over, difference, low, high, seeds: each }) => [
        `${dataset}, ${model}`,
        `${arm} - ${over}`,
        `${signed(difference)} (${signed(low)} to ${signed(high)})`,
        `${each.map(signed).join(", ")}${each.length < seeds.length ? ` (${each.length} of ${seeds.length} seeds)` : ""}`,
      ]),
  );
  return table(["data, model", "difference", "test Recall@20 (95 % over users)", "each seed"], rows);
}

function untrainedTable() {
  const found = datasets.flatMap((dataset) => {
    const results = readResults(dataset);
    return results === undefined ? [] : [{ dataset, ...results }];
  });
  const rows = Object.keys(untrainedArms).map((arm) => [
    arm,
    ...found.map(({ runs, differences }) => {
      const run = runs.find((one) => one.model === undefined && one.arm === arm);
      const over = differences.find(
        (one) => one.model === undefined && one.arm === arm && one.split === "test",
      );
      if (run === undefined) return notRun;
      const difference = over && ` (${signed(over.low)} to ${signed(over.high)})`;
      return `${figure(run.test.recall)}${difference ?? ""}`;
    }),
  ]);
  return table(["tables", ...found.map(({ dataset }) => dataset)], rows);
}

if (process.argv[1] === fileURLToPath(import.meta.url)) writeTables();
