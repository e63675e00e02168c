/**
 * Fills the memory that nobody uses with cached file pages, as on a machine that has been running for a while. A virtual
 * machine whose host takes free memory back pays for the first touch of it, some seconds a gigabyte as luck has it, and
 * whoever runs after a large process pays nothing: that would be measured instead of the sides.
 */

import { closeSync, ftruncateSync, openSync, readdirSync, readSync, statSync } from "node:fs";
import { totalmem } from "node:os";
import { join } from "node:path";

const block = new Uint8Array(8 * 2 ** 20);

/**
 * Reads a file without content, as large as the memory, and then the dataset, which is to be in the cache.
 * @param {string} cache folder for that file
 * @param {string} dataset folder
 */
export function fillCache(cache, dataset) {
  const filler = join(cache, "filler");
  const file = openSync(filler, "w");
  ftruncateSync(file, totalmem());
  closeSync(file);
  readThrough(filler);
  for (const name of readdirSync(dataset)) {
    const path = join(dataset, name);
    if (statSync(path).isFile()) readThrough(path);
  }
}

/** @param {string} path */
function readThrough(path) {
  const file = openSync(path, "r");
  while (readSync(file, block) > 0);
  closeSync(file);
}
