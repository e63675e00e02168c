/** Where the tables of our side go: arrays in memory, as Python's side has them, or `.npy` files. */

import { mkdir, open } from "node:fs/promises";
import { join } from "node:path";
import { encodeNpyHeader } from "@wellbegun/adapters/npy";

/** @typedef {import("@wellbegun/core").TableSink & { finish(): Promise<void> }} Sink */

/** @returns {Sink} */
export function memorySink() {
  /** @type {Record<string, { data: Float32Array, columns: number }>} */
  const tables = {};
  return {
    begin(name, rows, columns) {
      tables[name] = { data: new Float32Array(rows * columns), columns };
    },
    write(name, firstRow, view) {
      const table = tables[name];
      table?.data.set(view, firstRow * table.columns);
    },
    scale(name, factor) {
      scaleAll(tables[name].data, factor);
    },
    async finish() {},
  };
}

/**
 * A function of its own, since engines optimize each closure anew.
 * @param {Float32Array} data
 * @param {number} factor
 */
function scaleAll(data, factor) {
  for (let i = 0; i < data.length; i++) data[i] *= factor;
}

/**
 * Files that are written as the rows come, without hashing or syncing, as `np.save` does.
 * @param {string} folder
 * @returns {Sink}
 */
export function fileSink(folder) {
  /** @type {Record<string, import("node:fs/promises").FileHandle>} */
  const files = {};
  return {
    async begin(name, rows, columns) {
      await mkdir(folder, { recursive: true });
      const file = await open(join(folder, `${name}.npy`), "w");
      files[name] = file;
      await file.writeFile(encodeNpyHeader("float32", [rows, columns]));
    },
    async write(name, _firstRow, view) {
      let rest = new Uint8Array(view.buffer, view.byteOffset, view.byteLength);
      while (rest.length > 0) {
        const { bytesWritten } = await files[name].write(rest);
        rest = rest.subarray(bytesWritten);
      }
    },
    async finish() {
      for (const file of Object.values(files)) await file.close();
    },
  };
}
