import { isWellbegunError, WellbegunError } from "@wellbegun/core";
import { messageOf } from "@wellbegun/core/backend";
import { BatchVectors } from "../batch-vectors.ts";
import { filesOf, textsOf } from "../content.ts";
import type { Content, EncodedBatch } from "../encoder.ts";
import { mostSamples } from "../sound/extractor-limit.ts";
import { hearSound, tooShort } from "../sound/samples.ts";
import { decodeWithWebAudio } from "../sound/web-audio.ts";
import { encodeDecoded, encodeLibraryFiles, type FileSettings } from "./files.ts";
import { type LibraryModel, type LoadOptions, modelLoader, type TransformersLibrary } from "./library.ts";
import type { ModelFiles, TransformersEncoderOptions } from "./options.ts";
import { pooledAs } from "./sentence-transformers.ts";
import { encodeLibraryTexts } from "./text.ts";

/** A loaded model with what is around it. */
export interface LoadedModel {
  readonly model: LibraryModel;
  readonly width: number;
  /** What determines the vectors besides the files. */
  readonly preprocessing: Readonly<Record<string, unknown>>;
  /** SHA-256 of the files that it was loaded from, by name. */
  readonly files: Readonly<Record<string, string>>;
  readonly encode: (batch: readonly Content[]) => Promise<EncodedBatch>;
}

/** Loads the model and what prepares its content, and finds the width by encoding something small. */
export async function loadModel(
  library: TransformersLibrary,
  name: string,
  options: TransformersEncoderOptions,
): Promise<LoadedModel> {
  const { modality, revision, device, dtype, threads, offline = false } = options;
  const read = new Set<string>();
  const loading: LoadOptions = {
    ...(revision === undefined ? {} : { revision }),
    ...(device === undefined ? {} : { device }),
    ...(dtype === undefined ? {} : { dtype }),
    ...(threads === undefined ? {} : { session_options: { intraOpNumThreads: threads } }),
    local_files_only: offline,
    progress_callback: ({ status, file }) => {
      if (status === "done" && file !== undefined) read.add(file);
    },
  };
  try {
    const config = await library.AutoConfig.from_pretrained(name, loading);
    const model = await modelLoader(library, config.model_type, modality).from_pretrained(name, loading);
    const own = modality === "text" && options.files !== undefined ? await pooledAs(options.files, name) : {};
    const { pooling = own.pooling ?? (modality === "image" ? "cls" : "mean") } = options;
    const { normalize = own.normalize ?? false } = options;
    const common = { pooling, normalize, dtype: dtype ?? null };
    if (modality === "text") {
      const tokenizer = await library.AutoTokenizer.from_pretrained(name, loading);
      const most = Math.min(tokenizer.model_max_length ?? 512, 8192);
      const { maxTokens = own.maxTokens ?? most } = options;
      const settings = { pooling, normalize, maxTokens, device, label: name };
      const first = await encodeLibraryTexts(library, model, tokenizer, settings, undefined, ["a"]);
      const width = first.vectors.length;
      const encode = (batch: readonly Content[]): Promise<EncodedBatch> =>
        encodeLibraryTexts(library, model, tokenizer, settings, width, textsOf(batch));
      const files = await hashesOf(read, options.files);
      return { model, width, preprocessing: { ...common, maxTokens }, files, encode };
    }
    const [settings, small, more] =
      modality === "image"
        ? await imageSettings(library, name, loading, { pooling, normalize, label: name })
        : await soundSettings(library, name, loading, { pooling, normalize, label: name }, options);
    const first = new BatchVectors(1);
    await encodeDecoded(model, small, settings, 0, first);
    const width = first.data.length;
    const encode = (batch: readonly Content[]): Promise<EncodedBatch> =>
      encodeLibraryFiles(model, settings, width, filesOf(batch, modality));
    const hashes = await hashesOf(read, options.files);
    return { model, width, preprocessing: { ...common, ...more }, files: hashes, encode };
  } catch (cause) {
    if (isWellbegunError(cause)) throw cause;
    throw new WellbegunError("unavailable", {
      doing: "loading a model with transformers.js",
      expected: `the model ${name} for ${modality}`,
      found: messageOf(cause),
      at: name,
      hint:
        offline && options.localPath === undefined
          ? "Without offline, models are fetched from the hub."
          : "A folder has config.json and onnx/model.onnx, or another precision's file, such as model_quantized.onnx for q8.",
      cause,
    });
  }
}

async function hashesOf(
  names: ReadonlySet<string>,
  files: ModelFiles | undefined,
): Promise<Record<string, string>> {
  const hashes: Record<string, string> = {};
  for (const name of [...names].sort()) {
    const hash = await files?.hash(name);
    if (hash !== undefined) hashes[name] = hash;
  }
  return hashes;
}

/** The settings, something small to find the width with, and what the identity records. */
type Made = readonly [settings: FileSettings, small: unknown, more: Readonly<Record<string, unknown>>];

async function imageSettings(
  library: TransformersLibrary,
  name: string,
  loading: LoadOptions,
  common: Pick<FileSettings, "pooling" | "normalize" | "label">,
): Promise<Made> {
  const processor = await library.AutoImageProcessor.from_pretrained(name, loading);
  const settings: FileSettings = {
    ...common,
    decode: async (file) => {
      const blob = new Blob([file as Uint8Array<ArrayBuffer>]);
      // The library's own words differ from run to run where images are decoded side by side.
      const image = await library.RawImage.fromBlob(blob).catch((cause: unknown) => {
        throw new Error("no image that can be decoded", { cause });
      });
      return { content: image.rgb(), truncated: false };
    },
    prepare: async (image) => {
      const { pixel_values } = await processor(image);
      return { pixel_values: pixel_values! };
    },
    refused: (_, error) => {
      throw error;
    },
  };
  const side = 32;
  return [settings, new library.RawImage(new Uint8ClampedArray(side * side * 3), side, side, 3), {}];
}

async function soundSettings(
  library: TransformersLibrary,
  name: string,
  loading: LoadOptions,
  common: Pick<FileSettings, "pooling" | "normalize" | "label">,
  { decodeSound = decodeWithWebAudio, maxSeconds: most = 30 }: TransformersEncoderOptions,
): Promise<Made> {
  const extractor = await library.AutoFeatureExtractor.from_pretrained(name, loading);
  const sampleRate = extractor.config.sampling_rate ?? 16_000;
  const limit = Math.min(Math.floor(sampleRate * most), mostSamples(extractor.config));
  const settings: FileSettings = {
    ...common,
    decode: async (file) => {
      const { samples, truncated } = await hearSound(decodeSound, file, sampleRate, limit);
      return { content: samples, truncated };
    },
    prepare: (samples) => extractor(samples),
    refused: (samples, error) => tooShort((samples as Float32Array).length, sampleRate, error),
  };
  return [settings, new Float32Array(sampleRate), { maxSeconds: limit / sampleRate, sampleRate }];
}
