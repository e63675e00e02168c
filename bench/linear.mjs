#!/usr/bin/env node
/**
 * How cost grows with the interactions at fixed items, width and K: x1, x4 and x16, once as more users and once as
 * longer histories, with the exponent fitted to each column. Prints Markdown.
 *
 *   npm run bench:linear -- --dim 64 --width 384
 */

import { denseFeatures, fitInto } from "@wellbegun/core";
import { generateDataset } from "@wellbegun/synthetic";
import { choice, commandLine, wholeNumber } from "./lib/arguments.mjs";
import { surroundings, surroundingsText } from "./lib/machine.mjs";
import { spread, table } from "./lib/markdown.mjs";
import { fittedExponent, summarize } from "./lib/statistics.mjs";
import { backendNames, openBackend } from "./sides/backends.mjs";

const { values } = commandLine({
  options: {
    users: { type: "string", default: "20000" },
    items: { type: "string", default: "7050" },
    degree: { type: "string", default: "6" },
    width: { type: "string", default: "384" },
    dim: { type: "string", default: "64" },
    clusters: { type: "string", default: "8" },
    repeats: { type: "string", default: "5" },
    backend: { type: "string", default: "auto" },
    threads: { type: "string", default: "1" },
  },
});
const users = wholeNumber("users", values.users, 1);
const items = wholeNumber("items", values.items, 2);
const degree = wholeNumber("degree", values.degree, 1);
const width = wholeNumber("width", values.width, 1);
const dim = wholeNumber("dim", values.dim, 0);
const clusters = wholeNumber("clusters", values.clusters, 1);
const repeats = wholeNumber("repeats", values.repeats, 1);
const name = choice("backend", values.backend, backendNames);
const backend = await openBackend(name, wholeNumber("threads", values.threads, 1));
const factors = [1, 4, 16];
const columns = /** @type {const} */ (["aggregate", "export", "whole fit"]);

/** @typedef {Record<(typeof columns)[number], number>} Milliseconds */

console.log(`# Growth\n\n${surroundingsText(surroundings())}`);
console.log(
  `- backend ${backend.name} (${backend.capabilities.device}); median of ${repeats} warm runs [min-max]`,
);
console.log(
  `- ${items} items, ${width} wide, K ${clusters}, ${dim === 0 ? "no projection" : `dim ${dim}`}\n`,
);
await series("More users", (factor) => [users * factor, degree]);
await series("Longer histories", (factor) => [users, degree * factor]);
await backend.dispose();

/**
 * @param {string} title
 * @param {(factor: number) => [users: number, degree: number]} grow
 */
async function series(title, grow) {
  const inputs = await Promise.all(factors.map((factor) => makeInput(...grow(factor))));
  /** @type {Milliseconds[][]} */
  const runs = inputs.map(() => []);
  // One unmeasured pass over all sizes; then the sizes take turns, so that other load affects all of them
  // equally.
  for (let round = -1; round < repeats; round++) {
    for (const [size, input] of inputs.entries()) {
      const run = await measure(input);
      if (round >= 0) runs[size]?.push(run);
    }
  }
  const measured = columns.map((column) => runs.map((run) => summarize(run.map((times) => times[column]))));
  const counts = inputs.map(({ train }) => train.items.length);
  const rows = inputs.map(({ train }, size) => [
    ...[`x${factors[size]}`, `${train.userCount}`, `${counts[size]}`],
    ...measured.map((ofColumn) => spread(ofColumn[size])),
  ]);
  const exponents = measured.map((ofColumn) =>
    fittedExponent(ofColumn.map(({ median }, size) => [counts[size] ?? 0, median])).toFixed(2),
  );
  rows.push(["exponent", "", "", ...exponents]);
  const header = ["", "users", "interactions", ...columns.map((column) => `${column}, ms`)];
  console.log(`## ${title}\n\n${table(header, rows)}\n`);
}

/**
 * @param {number} userCount
 * @param {number} perUser
 * @returns {Promise<import("@wellbegun/core").FitInput>}
 */
async function makeInput(userCount, perUser) {
  const options = { users: userCount, items, interactions: userCount * perUser, holdout: 0, coldUsers: 0 };
  const data = generateDataset({ ...options, modalities: [{ name: "text", width }] });
  // Generated once, since the cost of making features is not part of the growth.
  const features = new Float32Array(items * width);
  await data.features.text?.read(0, items, features);
  return {
    train: data.train,
    features: { text: denseFeatures(features, items, width) },
  };
}

/**
 * @param {import("@wellbegun/core").FitInput} input
 * @returns {Promise<Milliseconds>}
 */
async function measure(input) {
  const projection = dim === 0 ? { project: /** @type {const} */ ("none") } : { dim };
  const started = performance.now();
  const { times } = await fitInto(
    input,
    { clusters, lambda: 0.5, restarts: 1, ...projection, backend, perModality: false },
    { begin() {}, write() {} },
  );
  return {
    aggregate: times.aggregate ?? 0,
    export: (times.scale ?? 0) + (times.export ?? 0),
    "whole fit": performance.now() - started,
  };
}
