#!/usr/bin/env node
/**
 * The protocol table of docs/evaluate.md: `wellbegun evaluate` with the defaults on the validation and on the test rows
 * of a dataset. Behind a figure, in brackets, stands its control: the same tables with their rows permuted. Prints
 * Markdown.
 *
 *   node bench/protocols.mjs path/to/tiktok [options of evaluate]
 */

import { fileURLToPath } from "node:url";
import { surroundings, surroundingsText } from "./lib/machine.mjs";
import { table } from "./lib/markdown.mjs";
import { runJson } from "./lib/process.mjs";

const [folder, ...options] = process.argv.slice(2);
if (folder === undefined || folder.startsWith("-")) {
  const usage = "node bench/protocols.mjs <dataset folder in MMRec's layout> [options of evaluate]";
  console.error(`usage: ${usage}; found ${folder ?? "no folder"}`);
  process.exit(2);
}
const program = fileURLToPath(new URL("../packages/cli/bin/wellbegun.js", import.meta.url));

console.log(`# Protocols\n\n${surroundingsText(surroundings())}`);
for (const split of ["valid", "test"]) {
  const { output, wallSeconds } = await runJson(
    [process.execPath, program, "evaluate", folder, "--split", split, "--json", ...options],
    undefined,
  );
  const where = `${output.users} users, ${output.interactions} ${output.split} rows`;
  console.log(`\n## ${output.split}: ${where}; ${wallSeconds.toFixed(0)} s, ${output.backend.name}\n`);
  print(output);
}

/** @param {any} output what `evaluate --json` prints */
function print({ contestants, maskModality, k, cka, explainedByClusters }) {
  const last = k.length - 1;
  const rank = (/** @type {any[]} */ all, /** @type {string} */ first) => {
    const shown = all.filter(({ zeroShot }) => zeroShot !== null);
    const metrics = ["recall", "ndcg", "precision", "map", "hitRate", "mrr"];
    const head = [...k.slice(0, last).map((/** @type {number} */ cut) => `Recall@${cut}`)];
    const names = ["Recall", "NDCG", "Precision", "MAP", "HitRate", "MRR"].map(
      (name) => `${name}@${k[last]}`,
    );
    const rows = shown.map(({ name, zeroShot, control }) => [
      name,
      ...k
        .slice(0, last)
        .map((/** @type {number} */ _, /** @type {number} */ cut) =>
          figure(zeroShot[cut].recall, control?.zeroShot[cut].recall),
        ),
      ...metrics.map((metric) => figure(zeroShot[last][metric], control?.zeroShot[last][metric])),
      zeroShot[last].coverage.toFixed(3),
      zeroShot[last].gini.toFixed(3),
      zeroShot[last].novelty.toFixed(2),
    ]);
    console.log(`${table([first, ...head, ...names, "coverage", "Gini", "novelty"], rows)}\n`);
  };
  const groups = (/** @type {"byDegree" | "byPopularity"} */ side, /** @type {string} */ first) => {
    const shown = contestants.filter((/** @type {any} */ one) => one.zeroShot !== null);
    const present = shown[0].zeroShot[last][side].filter((/** @type {any} */ one) => one.users > 0);
    const at = (/** @type {any} */ cuts, /** @type {string} */ group) =>
      cuts?.[last][side].find((/** @type {any} */ one) => one.group === group).recall;
    const rows = shown.map((/** @type {any} */ { name, zeroShot, control }) => [
      name,
      ...present.map((/** @type {any} */ { group }) =>
        figure(at(zeroShot, group), at(control?.zeroShot, group)),
      ),
    ]);
    const heads = present.map((/** @type {any} */ { group, users }) => `${group} (${users} users)`);
    console.log(`${table([first, ...heads], rows)}\n`);
  };
  const itemCf = (/** @type {any[]} */ all, /** @type {string} */ first) => {
    const shown = all.filter((one) => one.itemCf !== null);
    const heads = shown[0].itemCf[last].byPopularity.map(
      (/** @type {any} */ { group }) => `${group} @${k[last]}`,
    );
    const rows = shown.map(({ name, itemCf, control }) => [
      name,
      ...itemCf.map((/** @type {any} */ cut, /** @type {number} */ index) =>
        figure(cut.recall, control?.itemCf[index].recall),
      ),
      ...itemCf[last].byPopularity.map((/** @type {any} */ one, /** @type {number} */ index) =>
        figure(one.recall, control?.itemCf[last].byPopularity[index].recall),
      ),
    ]);
    console.log(
      `${table([first, ...k.map((/** @type {number} */ cut) => `Recall@${cut}`), ...heads], rows)}\n`,
    );
  };
  rank(contestants, "zero-shot");
  groups("byDegree", `Recall@${k[last]} by user degree`);
  groups("byPopularity", `Recall@${k[last]} by item popularity`);
  itemCf(contestants, "item-CF");
  if (maskModality !== null) {
    rank(maskModality.contestants, `zero-shot, ${100 * maskModality.share} % masked`);
    itemCf(maskModality.contestants, `item-CF, ${100 * maskModality.share} % masked`);
  }
  const aligned = contestants.filter((/** @type {any} */ one) => one.alignment !== null);
  const rows = aligned.map((/** @type {any} */ { name, alignment: found }) => [
    name,
    found.cosine.own.toFixed(3),
    found.cosine.random.toFixed(3),
    found.alignment.toFixed(3),
    found.userUniformity.toFixed(2),
    found.itemUniformity.toFixed(2),
    found.userEffectiveRank.toFixed(1),
    found.itemEffectiveRank.toFixed(1),
  ]);
  const heads = [
    "cosine, own items",
    "random items",
    "alignment",
    "uniformity, users",
    "items",
    "effective rank, users",
    "items",
  ];
  console.log(`${table(["alignment", ...heads], rows)}\n`);
  console.log(
    `Linear CKA: ${JSON.stringify(cka)}; explained by clusters: ${JSON.stringify(explainedByClusters)}`,
  );
}

/**
 * @param {number} value
 * @param {number | undefined} control
 */
function figure(value, control) {
  return control === undefined ? value.toFixed(4) : `${value.toFixed(4)} (${control.toFixed(4)})`;
}
