/**
 * Fills unused memory with cached file pages, as on a machine that has been running for a while. A virtual
 * machine whose host takes free memory back pays for the first touch of it, up to some seconds for each
 * gigabyte, and a process that runs after a large one pays nothing: this would distort the comparison.
 */

import { closeSync, ftruncateSync, openSync, readdirSync, readFileSync, readSync, statSync } from "node:fs";
import { totalmem } from "node:os";
import { join } from "node:path";

const block = new Uint8Array(8 * 2 ** 20);
/** Read between two looks at what is free. */
const stepBytes = 512 * 2 ** 20;
/** Size of a file without content, which takes no room on the disk: each filling reads on where the last one ended. */
const fillerBytes = 2 ** 40;
let position = Math.floor(Math.random() * (fillerBytes / block.length)) * block.length;

/**
 * Reads a file without content until no less memory is free for it (Linux keeps some), and then the dataset, which is to be in the cache.
 * @param {string} cache folder for that file
 * @param {string} dataset folder
 */
export function fillCache(cache, dataset) {
  // Not emptied: its pages would be free again.
  const file = openSync(join(cache, "filler"), "a+");
  ftruncateSync(file, fillerBytes);
  const most = totalmem();
  let free = freeBytes();
  for (let read = 0, before = Infinity; read < most && free < before - stepBytes / 4; read += stepBytes) {
    before = free;
    for (let step = 0; step < stepBytes; step += block.length) {
      readSync(file, block, 0, block.length, position);
      position = (position + block.length) % fillerBytes;
    }
    free = freeBytes();
  }
  closeSync(file);
  for (const name of readdirSync(dataset)) {
    const path = join(dataset, name);
    if (statSync(path).isFile()) readThrough(path);
  }
}

/** Memory that is entirely free; `freemem()` also counts cached pages. */
function freeBytes() {
  const found = /^MemFree: *([0-9]+) kB$/m.exec(readFileSync("/proc/meminfo", "utf8"));
  if (found === null) throw new Error("--fill-cache: /proc/meminfo does not tell how much memory is free");
  return 1024 * Number(found[1]);
}

/** @param {string} path */
function readThrough(path) {
  const file = openSync(path, "r");
  while (readSync(file, block) > 0);
  closeSync(file);
}
