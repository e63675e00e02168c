/** The most memory that this process has had in use. */

import { readFileSync } from "node:fs";

/** Bytes; where the system says so, without what `resourceUsage` takes over from the process that started this one. */
export function peakBytes() {
  try {
    const kibibytes = /VmHWM:\s*(\d+) kB/.exec(readFileSync("/proc/self/status", "utf8"))?.[1];
    if (kibibytes !== undefined) return Number(kibibytes) * 1024;
  } catch {
    // Not Linux: no such file.
  }
  return process.resourceUsage().maxRSS * 1024;
}
