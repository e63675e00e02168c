/**
 * Python's onnxruntime as an independent reader of exported models, and onnx as their judge: python3, or what
 * WELLBEGUN_PYTHON names. Where they are absent the suite is left out and a line says so; with CI set that fails.
 */
import { spawnSync } from "node:child_process";
import { it } from "vitest";

const python = process.env.WELLBEGUN_PYTHON ?? "python3";

/** Whether Python has what the suite needs; if not, the suite is named and left out. */
export function hasPython(suite: string): boolean {
  const { status } = spawnSync(python, ["-c", "import numpy, onnx, onnxruntime"], { stdio: "ignore" });
  if (status === 0) return true;
  const reason = `${python} has no onnxruntime and onnx: run "python3 -m pip install onnxruntime onnx", or name a Python in WELLBEGUN_PYTHON`;
  if (process.env.CI !== undefined) throw new Error(`${suite}: ${reason}; with CI set they must be there`);
  console.warn(`Left out: ${suite}; ${reason}.`);
  it.skip(`${suite}: ${reason}`, () => undefined);
  return false;
}

/** Runs a program in a folder, with the values as JSON on its standard input, and returns the JSON that it prints. */
export function runPython<T>(program: string, folder: string, input: unknown): T {
  const { status, stdout, stderr, error } = spawnSync(python, ["-c", program], {
    cwd: folder,
    input: JSON.stringify(input),
    encoding: "utf8",
    maxBuffer: 2 ** 28,
  });
  if (status !== 0) throw new Error(`Python failed: ${error ?? stderr}`);
  return JSON.parse(stdout) as T;
}
