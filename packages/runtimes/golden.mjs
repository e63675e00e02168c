/** What the golden cases expect, under the names that program.mjs gives its tables. */

import { readFileSync } from "node:fs";
import { join } from "node:path";
import { decodeNpy, toFloat32, toInt32 } from "@wellbegun/adapters/npy";
import { goldenCases, goldenFolder } from "./consumer.mjs";

/**
 * Labels, and user tables with the modalities side by side, from the files of an independent implementation.
 * @returns {import("./compare.mjs").Tables}
 */
export function goldenTables() {
  /** @type {Record<string, import("./compare.mjs").Table>} */
  const expected = {};
  for (const name of goldenCases()) {
    /** @param {string} file */
    const read = (file) => decodeNpy(readFileSync(join(goldenFolder, name, file)), file);
    const meta = JSON.parse(readFileSync(join(goldenFolder, name, "meta.json"), "utf8"));
    const modalities = Object.keys(meta.modalities);
    for (const modality of modalities) {
      const values = toInt32(read(`${modality}_labels.npy`));
      expected[`golden/${name}/labels/${modality}`] = { values, columns: 1 };
    }
    for (const norm of ["sym", "mean"]) {
      for (const lambda of meta.lambdas) {
        const setting = `${norm}_lam${lambda.toFixed(1)}`;
        const tables = modalities.map((modality) => read(`${modality}_init_${setting}.npy`));
        expected[`golden/${name}/users/${setting}`] = sideBySide(tables, meta.users);
      }
    }
  }
  return expected;
}

/**
 * @param {import("@wellbegun/adapters/npy").NpyArray[]} tables
 * @param {number} rows
 * @returns {import("./compare.mjs").Table}
 */
function sideBySide(tables, rows) {
  const width = tables.reduce((sum, { columns }) => sum + columns, 0);
  const all = new Float32Array(rows * width);
  let first = 0;
  for (const table of tables) {
    const { columns } = table;
    const values = toFloat32(table);
    for (let row = 0; row < rows; row++) {
      all.set(values.subarray(row * columns, (row + 1) * columns), row * width + first);
    }
    first += columns;
  }
  return { values: all, columns: width };
}
