// The figures of a dataset without those of single users, the differences with intervals, and the tables of docs/experiments.md.
//
//   node experiments/alignment/table.mjs

import { existsSync, readFileSync, writeFileSync } from "node:fs";
import { fileURLToPath } from "node:url";
import { pairedBootstrap } from "@wellbegun/evaluation";
import { arms, candidatesOf, datasets, seeds } from "./plan.mjs";
import { chosenCandidate } from "./runs.mjs";

/**
 * @typedef {import("./runs.mjs").Done} Done
 * @typedef {{ difference: number, low: number, high: number, seeds: number }} Difference
 * @typedef {{ arm: string, setting: unknown, validation: number, test: number, control: number, itemCf: number,
 *   itemCfControl: number, overFirst?: Difference }} Untrained
 * @typedef {{ arm: string, permuted: boolean, test: number[], bestEpochs: number[], stopped: string[],
 *   curves: [number, number][][], overFirst?: Difference }} Trained
 * @typedef {{ candidates: unknown[], untrained: Untrained[], trained: Trained[] }} Results
 */

const page = new URL("../../docs/experiments.md", import.meta.url);
const first = "side by side";
/** @param {string} dataset */
const fileOf = (dataset) => new URL(`results/${dataset}.json`, import.meta.url);
/** @param {readonly number[]} values */
const mean = (values) => values.reduce((sum, value) => sum + value, 0) / values.length;

/** Writes results/<dataset>.json. @param {string} dataset @param {readonly Done[]} done @param {import("./plan.mjs").Shape} shape */
export function summarize(dataset, done, shape) {
  const chosen = (/** @type {string} */ arm, /** @type {Done["step"]} */ step) =>
    done.filter(
      (run) => run.step === step && run.arm === arm && run.candidate === chosenCandidate(done, arm, shape),
    );
  const untrained = Object.keys(arms).flatMap((arm) => {
    const [run] = chosen(arm, "chosen");
    if (run === undefined) return [];
    const setting = candidatesOf(arm, shape)[run.candidate];
    const validation = done.find(
      (one) => one.step === "candidate" && one.arm === arm && one.candidate === run.candidate,
    )?.validation;
    const { itemCf, itemCfControl } = run;
    const overFirst = over([run], chosen(first, "chosen"));
    return [
      {
        arm,
        setting,
        validation,
        test: run.test?.recall,
        control: run.control?.recall,
        itemCf,
        itemCfControl,
        overFirst,
      },
    ];
  });
  const trained = Object.keys(arms).flatMap((arm) =>
    [false, true].flatMap((permuted) => {
      const own = chosen(arm, "trained").filter((run) => run.permuted === permuted);
      if (own.length === 0) return [];
      const others = chosen(first, "trained").filter((run) => !run.permuted);
      return [
        {
          arm,
          permuted,
          test: own.map(({ test }) => test?.recall),
          bestEpochs: own.map(({ bestEpoch }) => bestEpoch),
          stopped: own.map(({ stopped }) => stopped),
          cpuSeconds: own.map(({ cpuSeconds }) => cpuSeconds),
          curves: own.map(({ curve }) => curve),
          overFirst: over(own, others),
        },
      ];
    }),
  );
  const candidates = done
    .filter(({ step }) => step === "candidate")
    .map(({ arm, candidate, validation }) => [arm, candidatesOf(arm, shape)[candidate], validation]);
  const lines = (/** @type {readonly unknown[]} */ rows) =>
    rows.map((row) => `    ${JSON.stringify(row)}`).join(",\n");
  const parts = Object.entries({ candidates, untrained, trained });
  const text = parts.map(([name, rows]) => `  "${name}": [\n${lines(rows)}\n  ]`).join(",\n");
  writeFileSync(fileOf(dataset), `{\n${text}\n}\n`);
}

/**
 * The difference to the first arm, paired by user, each user's recall averaged over the seeds that both have.
 *
 * @param {readonly Done[]} own @param {readonly Done[]} others @returns {Difference | undefined}
 */
function over(own, others) {
  const pairs = own.flatMap((run) => {
    const other = others.find(({ seed }) => seed === run.seed);
    return other === undefined || other === run ? [] : [[run, other]];
  });
  if (pairs.length === 0) return undefined;
  const averaged = (/** @type {number} */ side) => {
    const runs = pairs.map((pair) => pair[side]?.test?.perUser ?? []);
    return (runs[0] ?? []).map((_, user) => mean(runs.map((perUser) => perUser[user] ?? 0)));
  };
  const { difference, low, high } = pairedBootstrap(averaged(0), averaged(1));
  return { difference, low, high, seeds: pairs.length };
}

const figure = (/** @type {number} */ value) => value.toFixed(4);
const signed = (/** @type {number} */ value) => `${value < 0 ? "-" : "+"}${figure(Math.abs(value))}`;
const interval = (/** @type {Difference | undefined} */ found) =>
  found === undefined ? "" : `${signed(found.difference)} (${signed(found.low)} to ${signed(found.high)})`;

/** A table; with no rows, one that says so. @param {readonly string[]} titles @param {readonly (readonly string[])[]} rows */
function table(titles, rows) {
  const body = rows.length > 0 ? rows : [titles.map((_, at) => (at === 0 ? "not run yet" : ""))];
  return [titles, titles.map(() => "---"), ...body].map((cells) => `| ${cells.join(" | ")} |\n`).join("");
}

/** @param {(dataset: string, results: Results) => string[][]} rowsOf */
const rows = (rowsOf) =>
  datasets.flatMap((dataset) =>
    existsSync(fileOf(dataset)) ? rowsOf(dataset, JSON.parse(readFileSync(fileOf(dataset), "utf8"))) : [],
  );

/** @type {Readonly<Record<string, () => string>>} */
const tables = {
  untrained: () =>
    table(
      [
        "data",
        "item table",
        "setting",
        "validation",
        "test",
        "control",
        `test - ${first}`,
        "item-CF",
        "its control",
      ],
      rows((dataset, { untrained }) =>
        untrained.map((one) => [
          dataset,
          one.arm,
          settingText(one.setting),
          ...[one.validation, one.test, one.control].map(figure),
          interval(one.overFirst),
          ...[one.itemCf, one.itemCfControl].map(figure),
        ]),
      ),
    ),
  trained: () =>
    table(
      ["data", "AlignRec on", "seeds", "test", "each seed", "best epochs", `test - ${first}`],
      rows((dataset, { trained }) =>
        trained.map(({ arm, permuted, test, bestEpochs, overFirst }) => [
          dataset,
          permuted ? `${arm}, permuted` : arm,
          `${test.length}${permuted ? "" : ` of ${seeds.length}`}`,
          figure(mean(test)),
          test.map(figure).join(", "),
          bestEpochs.join(", "),
          interval(overFirst),
        ]),
      ),
    ),
};

/** @param {any} setting */
function settingText({ fit, pretrain }) {
  const { dimensions, ...own } = pretrain ?? {};
  return Object.entries({ ...own, ...fit })
    .filter(([name]) => name !== "combine")
    .map(([name, value]) => `${name} ${value}`)
    .join(", ");
}

/** Writes the tables into the page, between their marks. */
export function writeTables() {
  const text = Object.entries(tables).reduce(
    (found, [name, make]) => {
      const mark = new RegExp(`(<!-- alignment: ${name} -->\\n)(?:\\|.*\\n)*`);
      if (!mark.test(found)) throw new Error(`docs/experiments.md has no place for ${name}`);
      return found.replace(mark, (_, own) => own + make());
    },
    readFileSync(page, "utf8"),
  );
  writeFileSync(page, text);
}

if (process.argv[1] === fileURLToPath(import.meta.url)) writeTables();
