/**
 * Preloaded into a process (`node --import`): at its end, writes the CPU seconds of all its threads to the file that
 * WELLBEGUN_CPU_FILE names.
 */

import { writeFileSync } from "node:fs";
import { isMainThread } from "node:worker_threads";

const file = process.env.WELLBEGUN_CPU_FILE;
if (isMainThread && file !== undefined) {
  process.on("exit", () => {
    const { user, system } = process.cpuUsage();
    writeFileSync(file, String((user + system) / 1e6));
  });
}
