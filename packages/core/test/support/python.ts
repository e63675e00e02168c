import { spawnSync } from "node:child_process";
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";

const python = process.env.WELLBEGUN_PYTHON ?? "python3";

/**
 * Why tests that compare with a Python package are skipped here; undefined when it is there. Under CI an absent
 * package is an error: a green suite that compared with nothing would be worth nothing.
 */
export function pythonAbsent(module: string): string | undefined {
  const { error, status } = spawnSync(python, ["-c", `import ${module}`], { stdio: "ignore" });
  if (error === undefined && status === 0) return undefined;
  const reason = `${python} cannot import ${module}: pip install numpy scikit-learn, or name a Python in WELLBEGUN_PYTHON`;
  if (process.env.CI !== undefined) throw new Error(reason);
  return reason;
}

/** A table for Python, as raw float32. */
export interface PythonTable {
  readonly data: Float32Array;
  readonly columns: number;
}

/**
 * Runs a script that finds the tables as `tables` (a list of numpy arrays) and leaves its answer in `answer`, which
 * comes back as JSON. NaN would not be JSON.
 */
export function runPython<T>(script: string, tables: readonly PythonTable[]): T {
  const folder = mkdtempSync(join(tmpdir(), "wellbegun-core-"));
  try {
    tables.forEach(({ data }, index) => {
      writeFileSync(
        join(folder, `${index}.f32`),
        new Uint8Array(data.buffer, data.byteOffset, data.byteLength),
      );
    });
    const columns = JSON.stringify(tables.map((table) => table.columns));
    const program = [
      "import json, numpy as np",
      `tables = [np.fromfile(f"{i}.f32", "<f4").reshape(-1, c) for i, c in enumerate(${columns})]`,
      script,
      'json.dump(answer, open("answer.json", "w"))',
    ].join("\n");
    // One thread: beside other tests, waiting threads cost OpenMP twenty times what they save.
    const env = { ...process.env, OMP_NUM_THREADS: "1", OPENBLAS_NUM_THREADS: "1", MKL_NUM_THREADS: "1" };
    const options = { cwd: folder, env, encoding: "utf8" } as const;
    const { error, status, stderr } = spawnSync(python, ["-c", program], options);
    if (error !== undefined || status !== 0) throw new Error(`Python failed: ${error ?? stderr}`);
    return JSON.parse(readFileSync(join(folder, "answer.json"), "utf8")) as T;
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
}
