/** Every parser of the workspace, each with valid files to damage. */
import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { deflateRawSync } from "node:zlib";
import {
  bundleRows,
  bundleTables,
  decodeIds,
  encodeIds,
  formatManifest,
  parseManifest,
} from "@wellbegun/adapters/bundle";
import { parseFreerec } from "@wellbegun/adapters/freerec";
import { parseInter, splitInteractions } from "@wellbegun/adapters/mmrec";
import { decodeNpy, encodeNpy } from "@wellbegun/adapters/npy";
import { parseRecboleFeatures, parseRecboleInter } from "@wellbegun/adapters/recbole";
import { decodeSafetensors, encodeSafetensors, toFloat32, toInt32 } from "@wellbegun/adapters/safetensors";
import { arrayVectors } from "@wellbegun/adapters/vectors";
import { replaceEmbedding } from "@wellbegun/backend-onnx/replace";
import { denseFeatures, fit, Initializer, interactionsFromPairs } from "@wellbegun/core";
import { run } from "wellbegun";
// Parsers that no package exports.
import { parseCsrNpz } from "../../packages/adapters/dist/node/npz-csr.js";
import { encodeModel } from "../../packages/backend-onnx/dist/protobuf/encode.js";
import { crc32c } from "../../packages/core/dist/checksum.js";
import { parseRecords, Recorded } from "../../packages/tune/dist/records.js";

/**
 * @typedef {object} Parser
 * @property {string} name
 * @property {readonly Uint8Array[]} seeds valid files
 * @property {(bytes: Uint8Array) => unknown} parse reads a file, and uses what was read
 * @property {number} [share] how many inputs it gets for each input of the others; default 1
 */

/** @param {string} text */
const utf8 = (text) => new TextEncoder().encode(text);
/** @param {Uint8Array} bytes */
const textOf = (bytes) => new TextDecoder().decode(bytes);

const interactions = interactionsFromPairs(
  [
    ["ann", "tea"],
    ["ann", "jam"],
    ["bob", "oil"],
    ["eve", 7n],
  ],
  { itemIds: ["jam", "oil", "tea", 7n] },
);
const image = denseFeatures(Float32Array.of(1, 0, 0, 3, 2, 1, 0, 0), 4, 2, {
  missing: Uint8Array.of(0, 0, 0, 1),
});
const text = denseFeatures(
  Float32Array.from({ length: 12 }, (_, i) => Math.sin(i)),
  4,
  3,
);
const fitted = await fit({ interactions, features: { image, text } }, { clusters: 2, lambda: 0.5, dim: 3 });
const initializer = fitted.initializer.toBytes();
const plain = (
  await fit({ interactions: { ...interactions, itemIds: undefined }, features: { text } }, { clusters: 2 })
).initializer.toBytes();

/**
 * Reads an initializer and uses it for a user and for the items.
 * @param {Uint8Array} bytes
 */
function useInitializer(bytes) {
  const read = Initializer.fromBytes(bytes);
  read.place(read.itemIds?.ids.slice(0, 2) ?? [0, 1].slice(0, read.itemCount));
  return read.itemTable();
}

/** @param {Uint8Array} bytes */
function withRightChecksum(bytes) {
  if (bytes.length < 16) return bytes;
  const checksum = crc32c(bytes.subarray(16), crc32c(bytes.subarray(0, 12)));
  new DataView(bytes.buffer, bytes.byteOffset).setUint32(12, checksum, true);
  return bytes;
}

/**
 * A zip archive.
 * @param {Readonly<Record<string, Uint8Array>>} members
 * @param {0 | 8} method stored or deflated
 */
function zip(members, method) {
  /** @type {Uint8Array[]} */
  const files = [];
  /** @type {Uint8Array[]} */
  const directory = [];
  let position = 0;
  for (const [name, content] of Object.entries(members)) {
    const packed = method === 0 ? content : deflateRawSync(content);
    const head = new DataView(new ArrayBuffer(46));
    head.setUint32(0, 0x02014b50, true);
    head.setUint16(10, method, true);
    head.setUint32(20, packed.length, true);
    head.setUint32(24, content.length, true);
    head.setUint16(28, name.length, true);
    head.setUint32(42, position, true);
    directory.push(new Uint8Array(head.buffer), utf8(name));
    const local = new DataView(new ArrayBuffer(30));
    local.setUint32(0, 0x04034b50, true);
    local.setUint16(26, name.length, true);
    files.push(new Uint8Array(local.buffer), utf8(name), packed);
    position += 30 + name.length + packed.length;
  }
  const end = new DataView(new ArrayBuffer(22));
  end.setUint32(0, 0x06054b50, true);
  end.setUint16(10, Object.keys(members).length, true);
  end.setUint32(16, position, true);
  return new Uint8Array(Buffer.concat([...files, ...directory, new Uint8Array(end.buffer)]));
}

const csrMembers = {
  "indices.npy": encodeNpy(Int32Array.of(1, 3, 0, 2), [4]),
  "indptr.npy": encodeNpy(Int32Array.of(0, 2, 2, 4), [4]),
  "format.npy": withText(encodeNpy(Uint8Array.of(99, 115, 114), [3])),
  "shape.npy": encodeNpy(BigInt64Array.of(3n, 4n), [2]),
  "data.npy": encodeNpy(Float64Array.of(2, 1, 1, 1), [4]),
};

/** @param {Uint8Array} npy its type as text of three bytes without dimensions, as numpy writes b"csr" */
function withText(npy) {
  const latin1 = Buffer.from(npy).toString("latin1").replace("|u1", "|S3").replace("(3,)", "()  ");
  return new Uint8Array(Buffer.from(latin1, "latin1"));
}

const inter = utf8("userID\titemID\tx_label\n0\t2\t0\n0\t1\t0\n3\t0\t0\n1\t4\t1\n3\t4\t2\n");
const wide = utf8("userID\titemID\tx_label\ttime\r\n0\t2\t0\t5\r\n12\t1\t0\t\r\n\r\n3\t0\t1\tx\r\n");
const atomic = utf8("user_id:token\titem_id:token\trating:float\nu9\tb\t5\nu1\ta\t3\nu9\tc\t4\n");
const vectorsOfItems = utf8("iid:token\temb:float_seq\nc\t1 2\na\t-0.5 1e2\nb\t0 3.25\n");
const csv = utf8("userID,itemID\nann,tea\nbob,jam\nann,oil\n");

const sha256 = "ab".repeat(32);
const manifest = utf8(
  formatManifest(
    { seed: 999, options: { dim: 16, lambda: 1 }, report: { items: [1, 2.5, null] } },
    {
      "users.npy": { sha256, bytes: 1000, dtype: "float32", shape: [10, 16] },
      "labels.image.npy": { sha256, bytes: 200, dtype: "int32", shape: [12] },
      "user_ids.txt": { sha256, bytes: 30, shape: [10] },
      "tables.safetensors": {
        sha256,
        bytes: 5000,
        tensors: {
          users: { dtype: "float32", shape: [10, 16] },
          items: { dtype: "float32", shape: [12, 16] },
        },
      },
    },
  ),
);

/** @type {any} */
const head = {
  kind: "search",
  version: 1,
  objective: "recall",
  k: 20,
  seed: 1,
  users: 10,
  items: 12,
  train: 30,
  validation: 5,
  units: 4,
  rows: "00ff00ff",
  dimensions: [{ name: "lambda", values: [0, 0.5, 1] }],
  fixed: { preset: "default" },
};
const settings = {
  prepare: "center+l2",
  norm: "sym",
  lambda: 0.5,
  clusters: 8,
  project: "pca",
  dim: 16,
  weights: { image: 1 },
  scale: "xavier",
};
const records = utf8(
  [
    head,
    { kind: "trial", trial: 0, draw: { lambda: 0.5 }, units: 4, score: 0.125, settings },
    {
      kind: "trial",
      trial: 1,
      draw: { lambda: 1 },
      units: 2,
      score: 0,
      settings: { ...settings, lambda: 1 },
    },
  ]
    .map((record) => `${JSON.stringify(record)}\n`)
    .join(""),
);

const users = arrayVectors("users", {
  data: Float32Array.from({ length: 15 }, (_, i) => Math.cos(i)),
  rows: 5,
  columns: 3,
});
const table = {
  name: "users",
  type: /** @type {const} */ ("float32"),
  shape: [5, 3],
  bytes: new Uint8Array(Float32Array.from({ length: 15 }, (_, i) => Math.sin(i)).buffer),
};
const gather = { operator: "Gather", inputs: ["users", "rows"], outputs: ["out"], attributes: { axis: 0 } };
const rows = { name: "rows", type: /** @type {const} */ ("int64"), shape: ["n"] };
const out = { name: "out", type: /** @type {const} */ ("float32"), shape: ["n", 3] };
const onnx = encodeModel({
  graph: { inputs: [rows], outputs: [out], nodes: [gather], constants: [table] },
  opset: 17,
  metadata: { author: "the fuzzer" },
});

const config = utf8(
  JSON.stringify(
    { dim: 16, lambda: 0.5, clusters: 8, modalities: ["image"], seed: 7, prepare: "l2", quiet: true },
    null,
    2,
  ),
);
const scratch = mkdtempSync(join(tmpdir(), "wellbegun-fuzz-"));
process.once("exit", () => rmSync(scratch, { recursive: true, force: true }));
const configPath = join(scratch, "config.json");

/**
 * The command line with a config file, on a dataset that is not there: the file is read first.
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
  // The dataset is not there, which is told only after the file was taken.
  if (!error.message.includes(join(scratch, "absent")))
    throw Object.assign(new Error(error.message), { told: true });
}

/** @type {readonly Parser[]} */
export const parsers = [
  { name: "npy", seeds: npySeeds(), parse: (bytes) => toFloat32(decodeNpy(bytes)) },
  {
    name: "safetensors",
    seeds: [
      encodeSafetensors(
        [
          { name: "users", shape: [2, 3], data: Float32Array.of(1, 2, 3, 4, 5, 6) },
          { name: "labels", shape: [3], data: Int32Array.of(1, 0, 1) },
        ],
        { format: "pt" },
      ),
      encodeSafetensors([{ name: "half", shape: [4], data: Uint16Array.of(1, 2, 3, 4), dtype: "bfloat16" }]),
    ],
    parse(bytes) {
      for (const tensor of decodeSafetensors(bytes).tensors.values()) toInt32Or(tensor);
    },
  },
  {
    name: "npz (CSR)",
    seeds: [zip(csrMembers, 0), zip(csrMembers, 8)],
    parse: (bytes) => parseCsrNpz(bytes, "matrix.npz"),
  },
  {
    name: ".inter, rows as IDs",
    seeds: [inter, wide],
    parse(bytes) {
      const read = parseInter(bytes);
      return ["train", "validation", "test"].map((split) =>
        splitInteractions(read, /** @type {"train"} */ (split)),
      );
    },
  },
  {
    name: ".inter, raw IDs",
    seeds: [csv, utf8("userID,itemID\n7,tea\n07,oil\n")],
    parse(bytes) {
      const itemIds = ["oil", "tea", "jam"];
      return splitInteractions(
        parseInter(bytes, { ids: "raw", separator: ",", labelColumn: null, itemIds }),
        "train",
      );
    },
  },
  { name: "RecBole interactions", seeds: [atomic], parse: (bytes) => parseRecboleInter(bytes) },
  {
    name: "RecBole features",
    seeds: [vectorsOfItems],
    parse: (bytes) => parseRecboleFeatures(bytes, ["a", "b", "c"]),
  },
  {
    name: "freerec",
    seeds: [utf8("USER\tITEM\tTIMESTAMP\n0\t2\t1\n1\t0\t1\n"), utf8("USER\tITEM\n0\t4\n")],
    parse: (bytes) => parseFreerec({ train: bytes, valid: bytes, test: bytes }),
  },
  {
    name: "manifest.json",
    seeds: [manifest],
    parse(bytes) {
      const read = parseManifest(textOf(bytes));
      return [bundleTables(read), bundleRows(read)];
    },
  },
  {
    name: "ID lists",
    seeds: [encodeIds(["ann", 7n, "é", "bob the builder"]), encodeIds([])],
    parse: (bytes) => decodeIds(bytes),
  },
  { name: "initializer.bin", seeds: [initializer, plain], parse: useInitializer },
  {
    name: "initializer.bin under a right checksum",
    seeds: [initializer, plain],
    parse: (bytes) => useInitializer(withRightChecksum(bytes)),
  },
  {
    name: "trial records",
    seeds: [records],
    parse(bytes) {
      const read = parseRecords(textOf(bytes));
      return new Recorded(head, read).find(0, 4, /** @type {any} */ (settings));
    },
  },
  {
    name: "ONNX models",
    seeds: [onnx],
    parse: (bytes) => replaceEmbedding(bytes, users),
  },
  { name: "config JSON", seeds: [config], parse: useConfig, share: 0.1 },
];

/** @returns {Uint8Array[]} */
function npySeeds() {
  const big = encodeNpy(Float32Array.of(1, 2, 3, 4, 5, 6), [2, 3]);
  const fortran = Buffer.from(big).toString("latin1").replace("False", "True ");
  return [
    big,
    new Uint8Array(Buffer.from(fortran, "latin1")),
    encodeNpy(BigInt64Array.of(1n, -2n, 3n), [3]),
    encodeNpy(Uint16Array.of(1, 2, 3, 4), [4, 1], { dtype: "float16" }),
  ];
}

/** @param {import("@wellbegun/adapters/safetensors").Tensor} tensor */
function toInt32Or(tensor) {
  return tensor.dtype === "int32" ? toInt32(tensor) : toFloat32(tensor);
}
