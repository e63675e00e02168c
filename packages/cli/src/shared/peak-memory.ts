import { readFileSync } from "node:fs";

/**
 * Most bytes of memory that this process held at a time. Linux hands the figure that `getrusage` gives down from the
 * parent process, so its own is read where there is one.
 */
export function peakMemory(): number {
  try {
    const own = /^VmHWM:\s+(\d+) kB$/m.exec(readFileSync("/proc/self/status", "utf8"))?.[1];
    if (own !== undefined) return Number(own) * 1024;
  } catch {
    // No /proc: not Linux.
  }
  return process.resourceUsage().maxRSS * 1024;
}
