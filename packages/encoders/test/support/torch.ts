/**
 * A Python with PyTorch: what WELLBEGUN_TORCH_PYTHON names, else the repository's .venv-torch, which CI makes. Where it is absent,
 * the suite is left out and a line says so; with CI set that fails.
 */
import { spawnSync } from "node:child_process";
import { fileURLToPath } from "node:url";
import { it } from "vitest";

const python: string =
  process.env.WELLBEGUN_TORCH_PYTHON ??
  fileURLToPath(new URL("../../../../.venv-torch/bin/python", import.meta.url));

/** The Python's path; undefined if it has no PyTorch. */
export function torchPython(suite: string): string | undefined {
  if (spawnSync(python, ["-c", "import torch, numpy"], { stdio: "ignore" }).status === 0) return python;
  const reason = `${python} has no PyTorch; WELLBEGUN_TORCH_PYTHON names another Python`;
  if (process.env.CI) throw new Error(`${suite}: ${reason}; with CI set it must be there`);
  console.warn(`Left out: ${suite}; ${reason}.`);
  it.skip(`${suite}: ${reason}`, () => undefined);
  return undefined;
}
