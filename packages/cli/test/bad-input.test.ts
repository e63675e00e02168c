import { readdirSync, unlinkSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { describe, expect, it } from "vitest";
import { type Finished, wellbegun } from "./support/cli.ts";
import {
  interText,
  npyBytes,
  type Row,
  smallDataset,
  temporaryFolder,
  wave,
  writeDataset,
} from "./support/files.ts";

/** Runs init on the small dataset after `spoil` has changed it. */
async function initSpoilt(
  spoil: (dataset: string) => void,
  ...flags: string[]
): Promise<Finished & { readonly folder: string }> {
  const folder = temporaryFolder();
  const dataset = writeDataset(folder, "data", smallDataset());
  spoil(dataset);
  const finished = await wellbegun([
    "init",
    dataset,
    "--out",
    join(folder, "out"),
    "--clusters",
    "2",
    ...flags,
  ]);
  // Whatever was wrong, nothing half-made is left, hidden or not.
  expect(readdirSync(folder)).toEqual(["data"]);
  return { ...finished, folder };
}

/** What a spoilt dataset leads to: an exit status, and words that its message must hold. */
interface Case {
  readonly name: string;
  readonly spoil: (dataset: string) => void;
  readonly flags?: readonly string[];
  readonly status: 1 | 2;
  readonly says: readonly string[];
}

const { rows } = smallDataset();
const inter = (text: string) => (dataset: string) => writeFileSync(join(dataset, "data.inter"), text);
const features = (bytes: Uint8Array) => (dataset: string) =>
  writeFileSync(join(dataset, "image_feat.npy"), bytes);
const withRow = (index: number, row: Row) => inter(interText(rows.with(index, row)));
const image = wave(6, 5, 2).data;
const image32 = (index: number, value: number): Buffer => npyBytes(image.with(index, value), [6, 5]);

const cases: readonly Case[] = [
  {
    name: "a dataset without .inter",
    spoil: (dataset) => unlinkSync(join(dataset, "data.inter")),
    status: 1,
    says: [".inter", "data"],
  },
  {
    name: "a dataset without features",
    spoil: (dataset) => {
      for (const name of ["audio", "image"]) unlinkSync(join(dataset, `${name}_feat.npy`));
    },
    status: 1,
    says: ["_feat.npy", "data"],
  },
  {
    name: "a missing column",
    spoil: inter(interText(rows, "userID\titemID\tsplit")),
    status: 1,
    says: ['"x_label"', "data.inter", "line 1"],
  },
  {
    name: "an ID that is no whole number",
    spoil: withRow(4, [1.5, 2, 0]),
    status: 1,
    says: ['"1.5"', "data.inter", "line 6", "userID"],
  },
  {
    name: "a negative ID",
    spoil: withRow(7, [1, -3, 0]),
    status: 1,
    says: ['"-3"', "data.inter", "line 9", "itemID"],
  },
  {
    name: "an ID beyond the feature rows",
    spoil: withRow(2, [0, 6, 0]),
    status: 1,
    says: ["below 6", "found 6", "data.inter", "line 4", "itemID"],
  },
  {
    name: "an empty train split",
    spoil: inter(interText(rows.filter(([, , label]) => label !== 0))),
    status: 1,
    says: ["train split", "data.inter"],
  },
  {
    name: "NaN",
    spoil: features(image32(13, Number.NaN)),
    status: 1,
    says: ["NaN", "image_feat.npy", "row 2", "column 3"],
  },
  {
    name: "NaN where rows of zeros are kept",
    spoil: features(image32(13, Number.NaN)),
    flags: ["--zero-rows", "keep"],
    status: 1,
    says: ["NaN", "image_feat.npy", "row 2", "column 3"],
  },
  {
    name: "an infinity",
    spoil: features(image32(29, Number.NEGATIVE_INFINITY)),
    status: 1,
    says: ["-Infinity", "image_feat.npy", "row 5", "column 4"],
  },
  {
    name: "row counts that differ between modalities",
    spoil: features(npyBytes(image.slice(0, 25), [5, 5])),
    status: 1,
    says: ["found 5", "6", "image_feat.npy", "audio_feat.npy"],
  },
  {
    name: "a truncated .npy",
    spoil: features(npyBytes(image, [6, 5]).subarray(0, -10)),
    status: 1,
    says: ["image_feat.npy"],
  },
  {
    name: "an .npy cut off in its header",
    spoil: features(npyBytes(image, [6, 5]).subarray(0, 40)),
    status: 1,
    says: ["image_feat.npy", "header"],
  },
  {
    name: "an .npy of objects",
    spoil: features(npyBytes(image, [6, 5], "|O")),
    status: 1,
    says: ["image_feat.npy", "object"],
  },
  {
    name: "wrong magic",
    spoil: features(Buffer.concat([Buffer.from("PK\u0003\u0004"), npyBytes(image, [6, 5]).subarray(4)])),
    status: 1,
    says: ["image_feat.npy", "NUMPY", "zip"],
  },
  {
    name: "a header that lies about the size",
    spoil: features(npyBytes(image, [6, 50])),
    status: 1,
    says: ["image_feat.npy", "6 x 50", "found 248"],
  },
  {
    name: "more clusters than distinct rows",
    spoil: features(
      npyBytes(
        Float32Array.from({ length: 30 }, (_, i) => (i < 15 ? (i % 5) + 1 : 5 - (i % 5))),
        [6, 5],
      ),
    ),
    flags: ["--clusters", "image=4,audio=2", "--lambda", "0.5"],
    status: 2,
    says: ["at most 2", "found 4", "clusters of image"],
  },
  {
    name: "more clusters than items",
    spoil: () => undefined,
    flags: ["--clusters", "7", "--lambda", "0.5"],
    status: 2,
    says: ["at most 6", "found 7", "clusters of audio"],
  },
  {
    name: "a dim larger than the width",
    spoil: () => undefined,
    flags: ["--dim", "9"],
    status: 2,
    says: ["at most 8", "found 9", "dim"],
  },
  {
    name: "a modality that is not there",
    spoil: () => undefined,
    flags: ["--modalities", "image,text"],
    status: 2,
    says: ['"text"', "audio, image"],
  },
  {
    name: "an option that takes another kind of value",
    spoil: () => undefined,
    flags: ["--lambda", "image=much"],
    status: 2,
    says: ["a number", "image=much", "option --lambda"],
  },
  {
    name: "a family of backends that are not installed",
    spoil: () => undefined,
    flags: ["--backend", "tfjs"],
    status: 1,
    says: [
      "tfjs:node-gpu",
      "npm install @wellbegun/backend-tfjs @tensorflow/tfjs-core @tensorflow/tfjs-backend-wasm",
    ],
  },
  {
    name: "a backend that is not installed, with what it takes",
    spoil: () => undefined,
    flags: ["--backend", "tfjs:node-gpu"],
    status: 1,
    says: [
      "npm install @wellbegun/backend-tfjs @tensorflow/tfjs-node-gpu",
      "CUDA 11.2 and cuDNN 8.1",
      "Node 22",
    ],
  },
  {
    name: "a backend that does not exist",
    spoil: () => undefined,
    flags: ["--backend", "onnx:gpu"],
    status: 2,
    says: [
      "auto, webgpu, onnx, onnx:cuda, onnx:webgpu, onnx:cpu, onnx:wasm, tfjs, tfjs:wasm",
      "wasm, cpu",
      '"onnx:gpu"',
    ],
  },
  {
    name: "centroids that are not there",
    spoil: () => undefined,
    flags: ["--centroids", "."],
    status: 2,
    says: ["audio_seed_centroids.npy", "--centroids"],
  },
];

describe("init refuses, with a status and a message that names the place,", () => {
  it.each(cases)("$name", async ({ spoil, flags = [], status, says }) => {
    const found = await initSpoilt(spoil, ...flags);
    expect(found.status).toBe(status);
    for (const words of says) expect(found.stderr).toContain(words);
    expect(found.stderr).not.toContain("    at ");
  });

  it("a missing folder", async () => {
    const folder = temporaryFolder();
    const { status, stderr } = await wellbegun([
      "init",
      join(folder, "nowhere"),
      "--out",
      join(folder, "out"),
    ]);
    expect(status).toBe(1);
    expect(stderr).toContain(join(folder, "nowhere"));
    expect(readdirSync(folder)).toEqual([]);
  });

  it("no --out", async () => {
    const { status, stderr } = await wellbegun(["init", "anything"]);
    expect(status).toBe(2);
    expect(stderr).toContain("--out");
  });
});
