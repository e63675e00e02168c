/**
 * Runs the packed packages on every runtime and compares what they computed:
 *
 *     npm run runtimes -w packages/runtimes                  all of them
 *     npm run runtimes -w packages/runtimes -- deno bun      the reference, and those named
 *     npm run runtimes -w packages/runtimes -- bun --groups=core,webgpu     with these groups of backends only
 *     npm run conformance                                    the conformance suite alone, on Node 20
 *
 * A runtime that is absent is reported; where CI is set, or WELLBEGUN_REQUIRED_RUNTIMES names it, that is a failure.
 */

import { cpSync, mkdirSync, mkdtempSync, realpathSync, rmSync, writeFileSync } from "node:fs";
import { arch, cpus, platform, tmpdir } from "node:os";
import { join } from "node:path";
import process from "node:process";
import { fileURLToPath } from "node:url";
import { formatOverview, formatTable } from "@wellbegun/conformance";
import { conformanceProblems, limits, presenceProblems } from "./compare.mjs";
import { hasTfjsNode, prepareConsumer } from "./consumer.mjs";
import { datasetNames } from "./datasets.mjs";
import { goldenTables } from "./golden.mjs";
import { groups, groupsNamed, isGroup } from "./groups.mjs";
import { absentRow, judge, referenceBackend } from "./judge.mjs";
import { requiredRuntimes, selected } from "./required.mjs";
import { readResults } from "./results.mjs";
import { bun } from "./runtimes/bun.mjs";
import { chromium } from "./runtimes/chromium.mjs";
import { deno } from "./runtimes/deno.mjs";
import { node20 } from "./runtimes/node20.mjs";
import { node24 } from "./runtimes/node24.mjs";
import { node26 } from "./runtimes/node26.mjs";
import { formatRows } from "./table.mjs";

/** @typedef {import("./runtimes/runtime.d.mts").Runtime} Runtime */
/** @typedef {import("./judge.mjs").Row} Row */

/** The first is the reference. @type {readonly Runtime[]} */
const runtimes = [node20, node24, node26, deno, bun, chromium];
const names = runtimes.map(({ name }) => name);
const required = requiredRuntimes(process.env, names);
const args = process.argv.slice(2);
// Alone, the suite needs no reference to compare with.
const conformanceOnly = args.includes("--conformance");
const groupsGiven = args.find((arg) => arg.startsWith("--groups="))?.slice("--groups=".length);
const named = args.filter((arg) => !arg.startsWith("--"));
const wanted = conformanceOnly && named.length > 0 ? named : selected(named, names);
const groupNames = groupsGiven === undefined ? Object.keys(groups).filter(isGroup) : groupsNamed(groupsGiven);
const out = fileURLToPath(new URL("out", import.meta.url));
// The real path, since Deno holds permissions against it.
const consumer = realpathSync(mkdtempSync(join(tmpdir(), "wellbegun-runtimes-")));

const notBuilt = "the addon is not built; npm run tfjs-node -w packages/backend-tfjs";

/** @type {Row[]} */
const rows = [];
/** @type {Record<string, unknown>} */
const reports = {};
/** @type {import("@wellbegun/conformance").CaseResult[]} */
const cases = [];
/** @type {ReturnType<typeof readResults> | undefined} */
let reference;

/**
 * Runs one group of backends on one runtime to its end.
 * @param {Runtime} runtime
 * @param {string} command
 * @param {import("./groups.mjs").GroupName} group
 */
async function runGroup(runtime, command, group) {
  const { name, lacks } = runtime;
  const folder = join(out, name, group);
  mkdirSync(folder, { recursive: true });
  const stages = conformanceOnly ? "conformance" : undefined;
  try {
    const log = (/** @type {string} */ line) => console.log(`${name}: ${line}`);
    await runtime.run({ command, consumer, group, stages, out: folder, log });
  } catch (error) {
    const text = error instanceof Error ? error.message : String(error);
    for (const backend of groups[group]) {
      const known = lacks[backend];
      const row =
        known === undefined
          ? absentRow(name, backend, "FAILED", "did not finish", [text])
          : absentRow(name, backend, "crashed", `${known}. A user sees: ${text.slice(-300)}`, []);
      rows.push(row);
    }
    return;
  }
  const results = readResults(folder);
  reports[`${name}, ${group}`] = results.report;
  cases.push(...results.report.backends.flatMap((backend) => backend.cases));
  if (conformanceOnly) {
    for (const backend of results.report.backends) {
      const problems = presenceProblems(backend, lacks);
      if (backend.absent === undefined) problems.push(...conformanceProblems(backend));
      if (problems.length > 0) rows.push(absentRow(name, backend.name, "FAILED", "", problems));
    }
    return;
  }
  if (reference === undefined) {
    reference = results;
    // The others load what the reference saved.
    mkdirSync(join(consumer, "reference"));
    for (const size of datasetNames) {
      cpSync(join(folder, referenceBackend, `${size}.bin`), join(consumer, "reference", `${size}.bin`));
    }
  }
  rows.push(...judge(results, reference, golden, lacks, group === "core" ? limits.core : limits.devices));
}

const golden = goldenTables();
try {
  rmSync(out, { recursive: true, force: true });
  mkdirSync(out);
  prepareConsumer(consumer);
  for (const runtime of runtimes.filter(({ name }) => wanted.includes(name))) {
    const found = runtime.find();
    if ("absent" in found) {
      const { name } = runtime;
      const problems = required.includes(name) ? [`absent, but required: ${found.absent}`] : [];
      rows.push(absentRow(name, "", "absent", found.absent, problems));
    } else {
      for (const group of groupNames) {
        const unbuilt = group === "tfjs-node" && !hasTfjsNode();
        const slow = groupsGiven === undefined && !conformanceOnly ? runtime.slow?.[group] : undefined;
        const omitted = runtime.omits?.[group] ?? slow ?? (unbuilt ? notBuilt : undefined);
        if (omitted !== undefined) {
          const missing = omitted === notBuilt && required.includes(runtime.name);
          const problems = missing ? [`absent, but required: ${notBuilt}`] : [];
          for (const backend of groups[group]) {
            rows.push(absentRow(runtime.name, backend, "left out", omitted, problems));
          }
          continue;
        }
        await runGroup(runtime, found.command, group);
        // Without the reference nothing can be compared.
        if (reference === undefined && !conformanceOnly) break;
      }
    }
    if (reference === undefined && !conformanceOnly) break;
  }
  if (reference === undefined && !conformanceOnly && rows.every(({ problems }) => problems.length === 0)) {
    rows[0]?.problems.push("the reference runtime did not run, so nothing could be compared");
  }
} finally {
  rmSync(consumer, { recursive: true, force: true });
}

const machine = { platform: platform(), arch: arch(), cpu: cpus()[0]?.model, cores: cpus().length };
writeFileSync(join(out, "runtimes.json"), JSON.stringify({ machine, limits, rows, reports }, null, 2));
const overview = formatOverview(cases);
writeFileSync(join(out, "overview.md"), `${overview}\n`);
writeFileSync(join(out, "conformance.md"), `${formatTable(cases)}\n`);
console.log(`\n${overview}\n`);
if (rows.length > 0) console.log(formatRows(rows));
const failures = rows.flatMap(({ runtime, backend, problems }) =>
  problems.map((problem) => `failed: ${runtime} ${backend}: ${problem}`),
);
for (const failure of failures) console.error(failure);
console.log(failures.length === 0 ? "\nok" : `\nFAILED, ${failures.length} problems`);
process.exitCode = failures.length === 0 ? 0 : 1;
