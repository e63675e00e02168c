#!/usr/bin/env node
/**
 * Users' vectors from a log in Parquet, disk to disk: engine-duckdb with core's kernel (ours), the whole `wellbegun init`, which
 * also writes .npy tables, hashes and identifies its data (init), SQL alone in DuckDB, SciPy and Polars in memory. Each side is a
 * process of its own on two cores; the tables are compared. A side that fails, for example for lack of memory, is a row that says
 * so. Prints Markdown.
 *
 *   WELLBEGUN_PEERS=path/to/peers npm run bench:engine -- --pairs 1000000,10000000 --memory 1GB
 */

import { spawnSync } from "node:child_process";
import { existsSync, statSync } from "node:fs";
import { mkdtemp, rm } from "node:fs/promises";
import { freemem, tmpdir } from "node:os";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { commandLine, list, wholeNumber, wholeNumbers } from "./lib/arguments.mjs";
import { duckdb } from "./lib/duckdb.mjs";
import { logData } from "./lib/log-data.mjs";
import { surroundings, surroundingsText } from "./lib/machine.mjs";
import { figure, spread, table } from "./lib/markdown.mjs";
import { runJson } from "./lib/process.mjs";
import { fittedExponent, summarize } from "./lib/statistics.mjs";

const { values } = commandLine({
  options: {
    pairs: { type: "string", default: "1000000,10000000" },
    ids: { type: "string", default: "number" },
    memory: { type: "string", default: "1GB" },
    limit: { type: "string", default: `${Math.floor(freemem() / 2 ** 20)}` },
    sides: { type: "string", default: "ours,init,sql,scipy,polars" },
    repeats: { type: "string", default: "3" },
    "sql-parts": { type: "string", default: "1" },
    python: { type: "string", default: process.env.WELLBEGUN_PYTHON ?? "python3" },
    cache: { type: "string", default: join(tmpdir(), "wellbegun-bench") },
  },
});
// MiB that SciPy and Polars may take: a process that takes more than there are would end others.
const limit = wholeNumber("limit", values.limit, 1);
const repeats = wholeNumber("repeats", values.repeats, 1);
// Parts of the users, of which SQL alone sums one after the other.
const sqlParts = wholeNumber("sql-parts", values["sql-parts"], 1);
const here = (/** @type {string} */ path) => fileURLToPath(new URL(path, import.meta.url));
const peers = here("../tools/peers.mjs");
const node = [process.execPath, "--import", peers];
const folder = await mkdtemp(join(tmpdir(), "wellbegun-bench-engine-"));
const spill = join(folder, "spill");

/** @type {Record<string, (log: string, items: string, out: string) => string[]>} */
const commands = {
  ours: (...paths) => [...node, here("sides/engine-ours.mjs"), ...paths, values.memory, folder],
  init: (...paths) => [...node, here("sides/engine-init.mjs"), ...paths, values.memory, folder],
  sql: (...paths) => [...node, here("sides/engine-sql.mjs"), ...paths, values.memory, spill, `${sqlParts}`],
  scipy: (...paths) => [values.python, here("python/engine.py"), "scipy", ...paths, `${limit}`],
  polars: (...paths) => [values.python, here("python/engine.py"), "polars", ...paths, `${limit}`],
};
const sides = list(values.sides).filter((side) => {
  const modules = { scipy: "scipy, pyarrow", polars: "polars" }[side];
  if (modules === undefined || spawnSync(values.python, ["-c", `import ${modules}`]).status === 0)
    return true;
  console.error(`${side} is left out: ${values.python} -m pip install ${modules.replaceAll(",", "")}`);
  return false;
});

console.log(`# Users from a log\n\n${surroundingsText(surroundings())}`);
console.log(
  `- DuckDB ${duckdb.version()}, IDs: ${values.ids}, DuckDB's memory ${values.memory}, SciPy's and Polars' at most ${limit} MiB; whole process, median of ${repeats} [min-max]\n`,
);
const rows = [];
/** @type {(readonly [number, number])[]} */
const costs = [];
try {
  for (const wanted of wholeNumbers("pairs", values.pairs, 1000)) {
    const { log, items, pairs } = await logData(duckdb, wanted, values.ids === "text", values.cache);
    for (const side of sides) {
      const out = join(folder, `${side}.parquet`);
      const runs = [];
      try {
        for (let repeat = 0; repeat < repeats; repeat++) {
          await rm(out, { force: true });
          runs.push(await runJson(/** @type {any} */ (commands[side])(log, items, out), 2));
        }
      } catch (error) {
        const [reason = ""] = String(error instanceof Error ? error.message : error)
          .split("\n")
          .slice(-1);
        // The end, since a process that is killed says nothing: then the line is its command and the signal.
        rows.push([pairs.toLocaleString("en"), side, `failed: ${reason.slice(-200)}`]);
        await rm(out, { force: true });
        // A process that is killed leaves what it spilled, which may be most of the disk.
        await rm(spill, { recursive: true, force: true });
        continue;
      }
      const cpu = summarize(runs.map(({ output }) => output.cpuSeconds));
      if (side === "ours") costs.push([pairs, cpu.median]);
      rows.push([
        pairs.toLocaleString("en"),
        side,
        spread(summarize(runs.map(({ wallSeconds }) => wallSeconds))),
        spread(cpu),
        figure(summarize(runs.map(({ output }) => output.peakBytes / 1e6)).median),
        side === sides[0] ? "" : await difference(join(folder, `${sides[0]}.parquet`), out),
        figure(summarize(runs.map(({ output }) => output.writtenBytes / 1e6)).median),
        figure(statSync(out).size / 1e6),
      ]);
    }
  }
} finally {
  await rm(folder, { recursive: true, force: true });
}
console.log(
  table(["pairs", "side", "wall, s", "CPU, s", "peak MB", "difference", "written MB", "file MB"], rows),
);
if (costs.length > 1) console.log(`\nOur CPU time grows with exponent ${fittedExponent(costs).toFixed(2)}.`);

/**
 * Largest distance of two vectors of one ID, as a share of the mean length.
 * @param {string} one
 * @param {string} other
 */
async function difference(one, other) {
  if (!existsSync(one)) return "";
  const instance = await duckdb.DuckDBInstance.create(":memory:");
  const connection = await instance.connect();
  const reader = await connection.runAndReadAll(
    `select count(*), max(list_distance(a.vector::float[], b.vector::float[])) / avg(sqrt(list_inner_product(a.vector::float[], a.vector::float[]))),
       (select count(*) from '${one}'), (select count(*) from '${other}')
     from '${one}' a join '${other}' b using (id)`,
  );
  const [matched, distance, count, otherCount] = reader.getRows()[0] ?? [];
  connection.closeSync();
  instance.closeSync();
  if (matched !== count || matched !== otherCount) return `${otherCount} rows, ${matched} of ${count} users`;
  return Number(distance).toExponential(1);
}
