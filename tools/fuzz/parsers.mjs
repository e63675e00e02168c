/** Every parser of the workspace, each with valid files to damage. */
import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { bundleRows, bundleTables, decodeIds, parseManifest } from "@wellbegun/adapters/bundle";
import { readVectors } from "@wellbegun/adapters/columns";
import { parseFreerec } from "@wellbegun/adapters/freerec";
import { parseInter, splitInteractions } from "@wellbegun/adapters/mmrec";
import { decodeNpy } from "@wellbegun/adapters/npy";
import { openParquet } from "@wellbegun/adapters/parquet";
import { parseRecboleFeatures, parseRecboleInter } from "@wellbegun/adapters/recbole";
import { decodeSafetensors, toFloat32, toInt32 } from "@wellbegun/adapters/safetensors";
import { arrayVectors } from "@wellbegun/adapters/vectors";
import { replaceEmbedding } from "@wellbegun/backend-onnx/replace";
import { readInitializer, TrainedInitializer } from "@wellbegun/core";
import { run } from "wellbegun";
// Parsers that no package exports.
import { parseCsrNpz } from "../../packages/adapters/dist/node/npz-csr.js";
import { crc32c } from "../../packages/core/dist/initializer/checksum.js";
import { parseRecords, Recorded } from "../../packages/tune/dist/records.js";
import { files, searchHead, trialSettings } from "./seeds.mjs";

/**
 * @typedef {object} Parser
 * @property {string} name
 * @property {readonly Uint8Array[]} seeds valid files
 * @property {(bytes: Uint8Array) => unknown} parse reads a file, and uses what was read
 * @property {number} [share] how many inputs it gets for each input of the others; default 1
 */

/** @param {Uint8Array} bytes */
const textOf = (bytes) => new TextDecoder().decode(bytes);

/**
 * Reads an initializer and uses it for a user, for a new item and for the items.
 * @param {Uint8Array} bytes
 */
function useInitializer(bytes) {
  const read = readInitializer(bytes);
  const { ids, rows } = read.items;
  const items = ids?.ids.slice(0, 2) ?? [0, 1].slice(0, rows);
  if (!(read instanceof TrainedInitializer) || read.foldsUsers) {
    read.foldIn(items, { negatives: items.slice(1) });
  }
  const widths = Object.entries(read.contentWidths);
  const content = Object.fromEntries(widths.map(([name, width]) => [name, new Float32Array(width).fill(1)]));
  if (widths.length > 0) read.foldInItem(content);
  return read.items;
}

/** @param {Uint8Array} bytes */
function withRightChecksum(bytes) {
  if (bytes.length < 16) return bytes;
  const checksum = crc32c(bytes.subarray(16), crc32c(bytes.subarray(0, 12)));
  new DataView(bytes.buffer, bytes.byteOffset).setUint32(12, checksum, true);
  return bytes;
}

const users = arrayVectors("users", {
  data: Float32Array.from({ length: 15 }, (_, i) => Math.cos(i)),
  rows: 5,
  columns: 3,
});
const scratch = mkdtempSync(join(tmpdir(), "wellbegun-fuzz-"));
process.once("exit", () => rmSync(scratch, { recursive: true, force: true }));
const configPath = join(scratch, "config.json");

/**
 * The command line with a config file and a missing dataset: the config file is read first.
 * @param {Uint8Array} bytes
 */
async function useConfig(bytes) {
  writeFileSync(configPath, bytes);
  const printed = /** @type {string[]} */ ([]);
  const stream = { isTTY: false, write: (/** @type {string} */ part) => printed.push(part) };
  /** @type {any} */
  const io = { stdout: stream, stderr: stream, env: {} };
  const args = [
    "init",
    join(scratch, "absent"),
    "--out",
    join(scratch, "out"),
    "--config",
    configPath,
    "--json",
  ];
  await run(args, io);
  const { error } = JSON.parse(printed.join(""));
  if (error.code === "internal") throw new Error(error.message);
  // The dataset is missing, which is reported only after the file was accepted.
  if (!error.message.includes(join(scratch, "absent")))
    throw Object.assign(new Error(error.message), { told: true });
}

/** @type {readonly Parser[]} */
export const parsers = [
  { name: "npy", seeds: files.npy, parse: (bytes) => toFloat32(decodeNpy(bytes)) },
  {
    name: "safetensors",
    seeds: files.safetensors,
    parse(bytes) {
      for (const tensor of decodeSafetensors(bytes).tensors.values()) toInt32Or(tensor);
    },
  },
  {
    name: "npz (CSR)",
    seeds: files.csrArchives,
    parse: (bytes) => parseCsrNpz(bytes, "matrix.npz"),
  },
  {
    name: ".inter, rows as IDs",
    seeds: files.inter,
    parse(bytes) {
      const read = parseInter(bytes);
      return ["train", "validation", "test"].map((split) =>
        splitInteractions(read, /** @type {"train"} */ (split)),
      );
    },
  },
  {
    name: ".inter, raw IDs",
    seeds: files.rawInter,
    parse(bytes) {
      const itemIds = ["oil", "tea", "jam"];
      return splitInteractions(
        parseInter(bytes, { ids: "raw", separator: ",", labelColumn: null, itemIds }),
        "train",
      );
    },
  },
  { name: "RecBole interactions", seeds: files.recboleInter, parse: (bytes) => parseRecboleInter(bytes) },
  {
    name: "RecBole features",
    seeds: files.recboleFeatures,
    parse: (bytes) => parseRecboleFeatures(bytes, ["a", "b", "c"]),
  },
  {
    name: "freerec",
    seeds: files.freerec,
    parse: (bytes) => parseFreerec({ train: bytes, valid: bytes, test: bytes }),
  },
  {
    name: "manifest.json",
    seeds: files.manifests,
    parse(bytes) {
      const read = parseManifest(textOf(bytes));
      return [bundleTables(read), bundleRows(read)];
    },
  },
  {
    name: "ID lists",
    seeds: files.ids,
    parse: (bytes) => decodeIds(bytes),
  },
  { name: "initializer.bin", seeds: files.initializers, parse: useInitializer },
  {
    name: "initializer.bin under a right checksum",
    seeds: files.initializers,
    parse: (bytes) => useInitializer(withRightChecksum(bytes)),
  },
  {
    name: "trial records",
    seeds: files.trialRecords,
    parse(bytes) {
      const read = parseRecords(textOf(bytes));
      return new Recorded(searchHead, read).find(0, 4, /** @type {any} */ (trialSettings));
    },
  },
  {
    name: "ONNX models",
    seeds: files.onnx,
    parse: (bytes) => replaceEmbedding(bytes, users),
  },
  {
    name: "Parquet",
    seeds: files.parquet,
    parse: async (bytes) => readVectors([await openParquet(bytes)]),
    share: 0.1,
  },
  { name: "config JSON", seeds: files.configs, parse: useConfig, share: 0.1 },
];

/** @param {import("@wellbegun/adapters/safetensors").Tensor} tensor */
function toInt32Or(tensor) {
  return tensor.dtype === "int32" ? toInt32(tensor) : toFloat32(tensor);
}
