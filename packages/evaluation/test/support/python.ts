/**
 * Python as an independent judge: python3, or what WELLBEGUN_PYTHON names. Where a package is absent its tests are
 * left out and a line says so; where the environment variable CI is set, its absence fails.
 */
import { spawnSync } from "node:child_process";
import { describe, it } from "vitest";

const python = process.env.WELLBEGUN_PYTHON ?? "python3";

/** A suite that needs Python with these packages. */
export function describeWithPython(name: string, packages: string, suite: () => void): void {
  // Found rather than imported, which takes Cornac seconds.
  const code = `import importlib.util, sys; sys.exit(None in map(importlib.util.find_spec, sys.argv[1:]))`;
  const { status } = spawnSync(python, ["-c", code, ...packages.split(", ")], { stdio: "ignore" });
  if (status === 0) {
    describe(name, suite);
    return;
  }
  const reason = `${python} cannot import ${packages}: pip install --requirement tools/python-peers.txt, or name a Python in WELLBEGUN_PYTHON`;
  if (process.env.CI) throw new Error(`${name}: ${reason}; with CI set they must be there`);
  console.warn(`Left out: ${name}; ${reason}.`);
  // Not describe.skip, which would still run the suite's own body.
  it.skip(`${name}: ${reason}`, () => undefined);
}

/** Runs a program that reads `given` as JSON from standard input and prints its answer as JSON. */
export function runPython<T>(program: string, input: unknown): T {
  const code = `import json, sys\nimport numpy as np\ngiven = json.load(sys.stdin)\n${program}`;
  const { status, stdout, stderr, error } = spawnSync(python, ["-c", code], {
    input: JSON.stringify(input),
    encoding: "utf8",
    maxBuffer: 2 ** 28,
    // One thread: beside other tests, waiting threads cost OpenMP twenty times what they save.
    env: { ...process.env, OMP_NUM_THREADS: "1", OPENBLAS_NUM_THREADS: "1" },
  });
  if (status !== 0) throw new Error(`Python failed: ${error ?? stderr}`);
  return JSON.parse(stdout) as T;
}
