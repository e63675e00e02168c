/**
 * Runs the packed packages on every runtime and compares what they computed:
 *
 *     npm run runtimes -w packages/runtimes                  all of them
 *     npm run runtimes -w packages/runtimes -- deno bun      the reference, and those named
 *
 * A runtime that is absent is reported; where CI is set, or WELLBEGUN_REQUIRED_RUNTIMES names it, that is a failure.
 */

import { cpSync, mkdirSync, mkdtempSync, realpathSync, rmSync, writeFileSync } from "node:fs";
import { arch, cpus, platform, tmpdir } from "node:os";
import { join } from "node:path";
import process from "node:process";
import { fileURLToPath } from "node:url";
import { limits } from "./compare.mjs";
import { prepareConsumer } from "./consumer.mjs";
import { goldenTables } from "./golden.mjs";
import { absentRow, judge, referenceBackend } from "./judge.mjs";
import { requiredRuntimes, selected } from "./required.mjs";
import { readResults } from "./results.mjs";
import { bun } from "./runtimes/bun.mjs";
import { chromium } from "./runtimes/chromium.mjs";
import { deno } from "./runtimes/deno.mjs";
import { node20 } from "./runtimes/node20.mjs";
import { node24 } from "./runtimes/node24.mjs";
import { formatRows } from "./table.mjs";

/** @typedef {import("./runtimes/runtime.d.mts").Runtime} Runtime */
/** @typedef {import("./judge.mjs").Row} Row */

/** The first is the reference. @type {readonly Runtime[]} */
const runtimes = [node20, node24, deno, bun, chromium];
const names = runtimes.map(({ name }) => name);
const required = requiredRuntimes(process.env, names);
const wanted = selected(process.argv.slice(2), names);
const out = fileURLToPath(new URL("out", import.meta.url));
// The real path, since Deno holds permissions against it.
const consumer = realpathSync(mkdtempSync(join(tmpdir(), "wellbegun-runtimes-")));

/**
 * Runs one runtime to its end; undefined if it is absent.
 * @param {Runtime} runtime
 * @param {Row[]} rows
 */
async function runOne(runtime, rows) {
  const { name } = runtime;
  const found = runtime.find();
  if ("absent" in found) {
    const problems = required.includes(name) ? [`absent, but required: ${found.absent}`] : [];
    rows.push(absentRow(name, "", "absent", found.absent, problems));
    return undefined;
  }
  const folder = join(out, name);
  mkdirSync(folder);
  try {
    await runtime.run({
      command: found.command,
      consumer,
      out: folder,
      log: (line) => console.log(`${name}: ${line}`),
    });
    return readResults(folder);
  } catch (error) {
    const text = error instanceof Error ? error.message : String(error);
    rows.push(absentRow(name, "", "FAILED", "did not finish", [text]));
    return undefined;
  }
}

/** @type {Row[]} */
const rows = [];
/** @type {Record<string, unknown>} */
const reports = {};
try {
  rmSync(out, { recursive: true, force: true });
  mkdirSync(out);
  prepareConsumer(consumer);
  const golden = goldenTables();
  /** @type {ReturnType<typeof readResults> | undefined} */
  let reference;
  for (const runtime of runtimes.filter(({ name }) => wanted.includes(name))) {
    const results = await runOne(runtime, rows);
    if (results === undefined) {
      // Without the reference nothing can be compared.
      if (runtime === node20) break;
      continue;
    }
    if (reference === undefined) {
      reference = results;
      // The others load what the reference saved.
      cpSync(join(out, runtime.name, referenceBackend, "initializer.bin"), join(consumer, "reference.bin"));
    }
    rows.push(...judge(results, reference, golden, runtime.lacks));
    reports[runtime.name] = results.report;
  }
  if (reference === undefined && rows.every(({ problems }) => problems.length === 0)) {
    rows[0]?.problems.push("the reference runtime did not run, so nothing could be compared");
  }
} finally {
  rmSync(consumer, { recursive: true, force: true });
}

const machine = { platform: platform(), arch: arch(), cpu: cpus()[0]?.model, cores: cpus().length };
writeFileSync(join(out, "runtimes.json"), JSON.stringify({ machine, limits, rows, reports }, null, 2));
console.log(`\n${formatRows(rows)}`);
const failures = rows.flatMap(({ runtime, backend, problems }) =>
  problems.map((problem) => `failed: ${runtime} ${backend}: ${problem}`),
);
for (const failure of failures) console.error(failure);
console.log(failures.length === 0 ? "\nok" : `\nFAILED, ${failures.length} problems`);
process.exitCode = failures.length === 0 ? 0 : 1;
