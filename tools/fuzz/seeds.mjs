/** Valid files of every format. */
import { deflateRawSync } from "node:zlib";
import { encodeIds, formatManifest } from "@wellbegun/adapters/bundle";
import { encodeNpy } from "@wellbegun/adapters/npy";
import { encodeParquet } from "@wellbegun/adapters/parquet";
import { encodeSafetensors } from "@wellbegun/adapters/safetensors";
import {
  createTable,
  denseFeatures,
  fit,
  IdIndex,
  interactionsFromPairs,
  itemDegrees,
  joinModels,
  spectral,
  TrainedInitializer,
} from "@wellbegun/core";
import { encodeModel } from "../../packages/backend-onnx/dist/protobuf/encode.js";

/** @param {string} text */
const utf8 = (text) => new TextEncoder().encode(text);

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
const fitted = await fit(
  { train: interactions, features: { image, text } },
  { clusters: 2, lambda: 0.5, dim: 3 },
);
const initializer = fitted.initializer.toBytes();
const plain = (
  await fit({ train: { ...interactions, itemIds: undefined }, features: { text } }, { clusters: 2 })
).initializer.toBytes();
const collaborative = await spectral(interactions, { k: 2 });
const graph = new TrainedInitializer(
  collaborative.items,
  collaborative.items.data.map(Math.sin),
  itemDegrees(interactions),
);
/** @type {import("@wellbegun/core").ContentModality[]} */
const modalities = [
  { name: "image", width: 2, mean: Float64Array.of(0.5, 1) },
  { name: "text", width: 3, mean: undefined },
];
const numbers = (/** @type {number} */ length) => Float32Array.from({ length }, (_, i) => Math.sin(i));
const { data: itemRows, columns } = collaborative.items;
const neighbors = new TrainedInitializer(collaborative.items, itemRows, itemDegrees(interactions), {
  kind: "neighbors",
  modalities,
  graphs: [{ modalities: ["image", "text"], k: 2, weighting: "cosine", weight: 1 }],
  features: numbers(4 * 5),
  table: itemRows,
});
const linear = new TrainedInitializer(collaborative.items, undefined, itemDegrees(interactions), {
  kind: "linear",
  modalities,
  weight: numbers(columns * 5),
  bias: numbers(columns),
});
const joined = await joinModels(collaborative, fitted, { weight: 0.5 });

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
    {
      seed: 999,
      options: { dim: 16, lambda: { image: 1 }, modalities: ["image"], givenCentroids: [] },
      report: { explained: { image: null }, tables: { users: { rows: 10, columns: 16, factor: 0.5 } } },
      backend: { name: "cpu", device: "cpu" },
      packages: { "@wellbegun/core": "0.0.0" },
      input: {
        name: "toy",
        train: { users: 10, items: 12, interactions: 30, sha256, userIds: sha256, itemIds: null },
        features: { image: { shape: [12, 20], sha256 } },
      },
      control: "permuted",
      later: [1, 2.5, null],
    },
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

/**
 * The head of a search.
 * @type {any}
 */
export const searchHead = {
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
/** The settings of a trial. */
export const trialSettings = {
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
    searchHead,
    { kind: "trial", trial: 0, draw: { lambda: 0.5 }, units: 4, score: 0.125, settings: trialSettings },
    {
      kind: "trial",
      trial: 1,
      draw: { lambda: 1 },
      units: 2,
      score: 0,
      settings: { ...trialSettings, lambda: 1 },
    },
  ]
    .map((record) => `${JSON.stringify(record)}\n`)
    .join(""),
);

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

/** Valid files by format. */
export const files = {
  parquet: await Promise.all(
    [
      ["a", "b", "c"],
      [7, 2n ** 60n, -1],
    ].map((ids) =>
      encodeParquet(createTable(Float32Array.of(1, 2, 3, 4, 5, 6), 3, 2, new IdIndex(ids)), {
        rowsPerGroup: 2,
      }),
    ),
  ),
  npy: npySeeds(),
  safetensors: [
    encodeSafetensors(
      [
        { name: "users", shape: [2, 3], data: Float32Array.of(1, 2, 3, 4, 5, 6) },
        { name: "labels", shape: [3], data: Int32Array.of(1, 0, 1) },
      ],
      { format: "pt" },
    ),
    encodeSafetensors([{ name: "half", shape: [4], data: Uint16Array.of(1, 2, 3, 4), dtype: "bfloat16" }]),
  ],
  csrArchives: [zip(csrMembers, 0), zip(csrMembers, 8)],
  inter: [inter, wide],
  rawInter: [csv, utf8("userID,itemID\n7,tea\n07,oil\n")],
  recboleInter: [atomic],
  recboleFeatures: [vectorsOfItems],
  freerec: [utf8("USER\tITEM\tTIMESTAMP\n0\t2\t1\n1\t0\t1\n"), utf8("USER\tITEM\n0\t4\n")],
  manifests: [manifest],
  ids: [encodeIds(["ann", 7n, "é", "bob the builder"]), encodeIds([])],
  initializers: [
    initializer,
    plain,
    collaborative.toBytes(),
    graph.toBytes(),
    neighbors.toBytes(),
    linear.toBytes(),
    joined.toBytes(),
  ],
  trialRecords: [records],
  onnx: [onnx],
  configs: [config],
};
