/** File systems with a fault, for tests that need a real one: tiny, or read-only. Mounting them takes root on Linux. */
import { execFileSync } from "node:child_process";
import { mkdirSync } from "node:fs";
import { join } from "node:path";
import { afterAll, it } from "vitest";

/** Mounts an empty tmpfs; undefined, with the reason printed, where this machine does not let us. */
export function mountTmpfs(parent: string, name: string, options: string): string | undefined {
  const folder = join(parent, name);
  mkdirSync(folder);
  try {
    execFileSync("mount", ["-t", "tmpfs", "-o", options, "tmpfs", folder], { stdio: "pipe" });
  } catch (error) {
    const reason = error instanceof Error ? error.message.trim().split("\n").at(-1) : String(error);
    console.warn(`Left out: tests on a tmpfs (${options}); run them as root on Linux. ${reason}`);
    return undefined;
  }
  afterAll(() => {
    execFileSync("umount", [folder]);
  });
  return folder;
}

/** A test on a disk that may not be there; the line printed by {@link mountTmpfs} says why it is left out. */
export function itOn(disk: string | undefined, name: string, test: (disk: string) => Promise<void>): void {
  if (disk === undefined) it.skip(name, () => undefined);
  else it(name, () => test(disk));
}
