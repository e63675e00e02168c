/**
 * numpy as the independent reader and writer of `.npy`. Where it is absent its tests are left out, and a line says so;
 * where the environment variable CI is set, its absence fails.
 */
import { execFileSync, spawnSync } from "node:child_process";
import { describe, it } from "vitest";

const probe = spawnSync("python3", ["-c", "import numpy; print(numpy.__version__)"], { encoding: "utf8" });
const hasNumpy: boolean = probe.status === 0;

/** A suite that needs python3 with numpy. */
export function describeWithNumpy(name: string, suite: () => void): void {
  if (hasNumpy) {
    describe(`${name} (numpy ${probe.stdout.trim()})`, suite);
    return;
  }
  const reason = "python3 with numpy is not there: install Python 3, then run `python3 -m pip install numpy`";
  if (process.env.CI) throw new Error(`${name}: ${reason}; with CI set it must be there`);
  console.warn(`Left out: ${name}; ${reason}.`);
  // Not describe.skip, which would still run the suite's own body.
  it.skip(`${name}: ${reason}`, () => undefined);
}

/** Runs a Python script with numpy as `np` and returns what it prints. */
export function python(script: string, ...args: readonly string[]): string {
  const prelude = "import json, sys\nimport numpy as np\n";
  return execFileSync("python3", ["-c", prelude + script, ...args], { encoding: "utf8" });
}
