#!/usr/bin/env node
/**
 * Time and memory of spectral tables as the interactions grow: each size in a process of its own, with the exponent
 * of the time between them. Items are fixed; users grow with the interactions, ten of them each. Items are skewed: a
 * tenth of them has about half of the interactions. Prints Markdown.
 *
 *   npm run bench:spectral -- --interactions 1000000,10000000 --items 100000 --k 128
 */

import { execFileSync } from "node:child_process";
import { fileURLToPath } from "node:url";
import { interactionsFromArrays, spectral } from "@wellbegun/core";
import { createRandom } from "@wellbegun/core/support";
import { choice, commandLine, wholeNumber } from "./lib/arguments.mjs";
import { surroundings, surroundingsText } from "./lib/machine.mjs";
import { table } from "./lib/markdown.mjs";
import { fittedExponent } from "./lib/statistics.mjs";
import { backendNames, openBackend } from "./sides/backends.mjs";

const { values } = commandLine({
  options: {
    interactions: { type: "string", default: "1000000,10000000" },
    items: { type: "string", default: "100000" },
    k: { type: "string", default: "128" },
    backend: { type: "string", default: "auto" },
    threads: { type: "string", default: "1" },
    "one-size": { type: "boolean", default: false },
  },
});
const items = wholeNumber("items", values.items, 2);
const k = wholeNumber("k", values.k, 1);
const name = choice("backend", values.backend, backendNames);
const threads = wholeNumber("threads", values.threads, 1);
const sizes = values.interactions.split(",").map((size) => wholeNumber("interactions", size, 10));

/** @typedef {{ backend: string, users: number, interactions: number, makeSeconds: number, seconds: number, cpuSeconds: number, megabytes: number }} Measured */

if (values["one-size"]) console.log(JSON.stringify(await measure(sizes[0] ?? 10)));
else report();

/** @param {number} count @returns {Promise<Measured>} */
async function measure(count) {
  const begun = performance.now();
  const userCount = Math.ceil(count / 10);
  const random = createRandom(1, "bench/spectral-scale");
  const users = new Uint32Array(count);
  const touched = new Uint32Array(count);
  for (let e = 0; e < count; e++) {
    users[e] = e % userCount;
    touched[e] = Math.floor(items * random.uniform() ** 3);
  }
  const train = interactionsFromArrays({ users, items: touched, userCount, itemCount: items });
  const backend = await openBackend(name, threads);
  const [start, cpu] = [performance.now(), process.cpuUsage()];
  const model = await spectral(train, { k, backend });
  const seconds = (performance.now() - start) / 1000;
  const { user, system } = process.cpuUsage(cpu);
  await backend.dispose();
  if (!model.users.data.every(Number.isFinite)) throw new Error("a value is not finite");
  return {
    backend: backend.name,
    users: userCount,
    interactions: train.items.length,
    makeSeconds: (start - begun) / 1000,
    seconds,
    cpuSeconds: (user + system) / 1e6,
    megabytes: Math.round(process.resourceUsage().maxRSS / 1024),
  };
}

function report() {
  const own = fileURLToPath(import.meta.url);
  const shared = ["--items", `${items}`, "--k", `${k}`, "--backend", name, "--threads", `${threads}`];
  /** @type {Measured[]} */
  const runs = sizes.map((size) => {
    const args = [own, "--one-size", "--interactions", `${size}`, ...shared];
    return JSON.parse(execFileSync(process.execPath, args, { encoding: "utf8" }));
  });
  console.log(`# Spectral tables as the interactions grow\n\n${surroundingsText(surroundings())}`);
  console.log(
    `- backend ${runs[0]?.backend}, ${threads} thread(s); one run of each size, in a process of its own`,
  );
  console.log(`- ${items} items, k ${k}, two rounds\n`);
  const rows = runs.map((run) => [
    ...[`${run.users}`, `${run.interactions}`, run.seconds.toFixed(1), run.cpuSeconds.toFixed(1)],
    `${run.megabytes}`,
  ]);
  const exponent = (/** @type {"seconds" | "cpuSeconds"} */ key) =>
    runs.length < 2 ? "" : fittedExponent(runs.map((run) => [run.interactions, run[key]])).toFixed(2);
  rows.push(["exponent", "", exponent("seconds"), exponent("cpuSeconds"), ""]);
  console.log(table(["users", "interactions", "seconds", "CPU seconds", "MB, whole process"], rows));
}
