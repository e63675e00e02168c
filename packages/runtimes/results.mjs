/** Reads back what a run of program.mjs wrote. */

import { createHash } from "node:crypto";
import { readFileSync } from "node:fs";
import { join } from "node:path";

/** @typedef {import("./report.d.mts").RunReport} RunReport */
/** @typedef {import("./compare.mjs").Tables} Tables */

/**
 * The report of a run, and the tables of each backend.
 * @param {string} folder
 * @returns {{ report: RunReport, tables: Record<string, Tables> }}
 */
export function readResults(folder) {
  /** @type {RunReport} */
  const report = JSON.parse(readFileSync(join(folder, "report.json"), "utf8"));
  /** @type {Record<string, Tables>} */
  const tables = {};
  for (const backend of report.backends) {
    const entries = Object.entries(backend.arrays).map(([name, described]) => {
      const path = join(folder, backend.name.replace(":", "-"), name);
      return [name, { values: readValues(path, described), columns: described.columns }];
    });
    tables[backend.name] = Object.fromEntries(entries);
  }
  return { report, tables };
}

/**
 * @param {string} path
 * @param {import("./report.d.mts").ArrayReport} described
 */
function readValues(path, { type, rows, columns, sha256 }) {
  const bytes = readFileSync(path);
  const digest = createHash("sha256").update(bytes).digest("hex");
  if (digest !== sha256) throw new Error(`${path}: expected SHA-256 ${sha256}, as reported, found ${digest}`);
  const { buffer } = new Uint8Array(bytes);
  const values = type === "int32" ? new Int32Array(buffer) : new Float32Array(buffer);
  if (values.length !== rows * columns) {
    throw new Error(`${path}: expected ${rows} x ${columns} values, found ${values.length}`);
  }
  return values;
}
