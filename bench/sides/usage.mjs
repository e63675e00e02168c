/** What this process has used, as a side of a bench reports it. */

import { readFileSync } from "node:fs";
import { peakBytes } from "./peak-memory.mjs";

/**
 * Processor time of all threads, the most memory, and the bytes written to files, spilled and temporary ones included
 * (Linux; 0 where the system does not say).
 */
export function usage() {
  const { user, system } = process.cpuUsage();
  return { cpuSeconds: (user + system) / 1e6, peakBytes: peakBytes(), writtenBytes: writtenBytes() };
}

function writtenBytes() {
  try {
    return Number(/^write_bytes: (\d+)$/m.exec(readFileSync("/proc/self/io", "utf8"))?.[1] ?? 0);
  } catch {
    // Not Linux: no such file.
    return 0;
  }
}
