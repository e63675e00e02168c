/**
 * The datasets in a folder outside the repository, in MMRec's layout: the real TikTok where it is there, synthetic
 * ones of the real shapes otherwise. As a program it writes one dataset and prints its folder, so that the
 * caller's peak memory excludes the generator's:
 *
 *   node bench/lib/datasets.mjs baby path/to/cache
 */

import { once } from "node:events";
import { createWriteStream, existsSync, readFileSync } from "node:fs";
import { mkdir, open, rename, rm } from "node:fs/promises";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { encodeNpyHeader } from "@wellbegun/adapters/npy";
import { generateDataset, presets } from "@wellbegun/synthetic";
import { runJson } from "./process.mjs";

/** @typedef {import("@wellbegun/synthetic").SyntheticDataset} SyntheticDataset */
/** @typedef {{ folder: string, source: "real" | "synthetic" }} Dataset */

const root = fileURLToPath(new URL("../..", import.meta.url));
/** Values of features that are generated and written at a time. */
const BLOCK_VALUES = 1 << 20;

/**
 * The dataset's folder; writes the dataset if it is missing.
 * @param {import("@wellbegun/synthetic").PresetName} name
 * @param {string} cache
 * @returns {Promise<Dataset>}
 */
export async function findDataset(name, cache) {
  const real = process.env.WELLBEGUN_TIKTOK ?? join(root, "../shared/data/tiktok");
  if (name === "tiktok" && existsSync(real)) return { folder: real, source: "real" };
  const { output } = await runJson(
    [process.execPath, fileURLToPath(import.meta.url), name, cache],
    undefined,
  );
  return { folder: output.folder, source: "synthetic" };
}

/**
 * Writes a synthetic dataset unless it is there; another version of the generator writes into another folder.
 * @param {import("@wellbegun/synthetic").PresetName} name
 * @param {string} cache
 */
async function writeDataset(name, cache) {
  const { version } = JSON.parse(readFileSync(join(root, "packages/synthetic/package.json"), "utf8"));
  const folder = join(cache, `${name}-${version}`);
  if (existsSync(folder)) return folder;
  // Under another name until it is whole, so that an interrupted run leaves nothing that looks finished.
  const unfinished = `${folder}.unfinished`;
  await rm(unfinished, { recursive: true, force: true });
  await mkdir(unfinished, { recursive: true });
  const data = generateDataset(presets[name]);
  await writeInteractions(join(unfinished, `${name}.inter`), data.log);
  for (const source of Object.values(data.features)) await writeFeatures(unfinished, source);
  await rename(unfinished, folder);
  return folder;
}

/**
 * @param {string} path
 * @param {SyntheticDataset["log"]} log
 */
async function writeInteractions(path, { users, items, labels }) {
  const file = createWriteStream(path);
  file.write("userID\titemID\tx_label\n");
  for (let first = 0; first < users.length; first += 1 << 16) {
    const end = Math.min(users.length, first + (1 << 16));
    let text = "";
    for (let e = first; e < end; e++) text += `${users[e]}\t${items[e]}\t${labels[e]}\n`;
    if (!file.write(text)) await once(file, "drain");
  }
  file.end();
  await once(file, "finish");
}

/**
 * @param {string} folder
 * @param {import("@wellbegun/core").FeatureSource} source
 */
async function writeFeatures(folder, source) {
  const { rows, columns, label } = source;
  const file = await open(join(folder, `${label}_feat.npy`), "w");
  try {
    await file.writeFile(encodeNpyHeader("float32", [rows, columns]));
    const height = Math.max(1, Math.floor(BLOCK_VALUES / columns));
    const block = new Float32Array(Math.min(height, rows) * columns);
    for (let first = 0; first < rows; first += height) {
      const count = Math.min(height, rows - first);
      const part = block.subarray(0, count * columns);
      await source.read(first, count, part);
      await file.writeFile(new Uint8Array(part.buffer, 0, part.byteLength));
    }
  } finally {
    await file.close();
  }
}

if (process.argv[1] === fileURLToPath(import.meta.url)) {
  const [name, cache] = process.argv.slice(2);
  if (name === undefined || cache === undefined || !(name in presets)) {
    throw new Error(`usage: node bench/lib/datasets.mjs <${Object.keys(presets).join("|")}> <cache folder>`);
  }
  const folder = await writeDataset(/** @type {keyof typeof presets} */ (name), cache);
  console.log(JSON.stringify({ folder }));
}
