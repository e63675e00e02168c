import type { ContentKind } from "./encoder.ts";

/** How the vectors of tokens or patches become one: their mean, or the first, which is the class token's. */
export type Pooling = "mean" | "cls";

interface CommonSpec {
  /** The encoder's name. */
  readonly name: string;
  /** Version of the model. Default: none. */
  readonly revision?: string | undefined;
  /** File of the ONNX model. Default: `model.onnx`. */
  readonly model?: string | undefined;
  /** The model's output to take. Default: the first of `sentence_embedding`, `text_embeds`, `image_embeds`, `audio_embeds`, `pooler_output`, else the first output. */
  readonly output?: string | undefined;
  /** How an output with more than two dimensions becomes a vector. Default: `mean`. */
  readonly pooling?: Pooling | undefined;
  /** Whether vectors are divided by their length. Default: false. */
  readonly normalize?: boolean | undefined;
}

/** An ONNX model for texts. */
export interface TextSpec extends CommonSpec {
  readonly modality: "text";
  /** File of the tokenizer in Hugging Face's format. Default: `tokenizer.json`. */
  readonly tokenizer?: string | undefined;
  /** Most tokens of a text, special tokens included; longer texts are cut and counted. Default: 512. */
  readonly maxTokens?: number | undefined;
  /** Put before each text, as some models ask: `passage: `. Default: nothing. */
  readonly prefix?: string | undefined;
}

/** An ONNX model for images. */
export interface ImageSpec extends CommonSpec {
  readonly modality: "image";
  /** Height and width of the model's input in pixels. */
  readonly size: readonly [height: number, width: number];
  /**
   * The shorter side of the image before the center of `size` is cut out, aspect kept. Default: none, the image is resized to
   * `size` whatever its aspect.
   */
  readonly shortSide?: number | undefined;
  /**
   * Resampling in Node: `linear`, `cubic` (the default) or `lanczos3`, which enlarges as `cubic` does. A browser's canvas has its
   * own.
   */
  readonly filter?: "linear" | "cubic" | "lanczos3" | undefined;
  /** Factor of the bytes 0-255, before mean and deviation. Default: 1 / 255. */
  readonly rescale?: number | undefined;
  /** Mean of red, green and blue after `rescale`. Default: 0. */
  readonly mean?: readonly [number, number, number] | undefined;
  /** Deviation of red, green and blue after `rescale`. Default: 1. */
  readonly deviation?: readonly [number, number, number] | undefined;
  /** Order of the input's axes. Default: `nchw`. */
  readonly layout?: "nchw" | "nhwc" | undefined;
  /** Order of the channels. Default: `rgb`. */
  readonly channels?: "rgb" | "bgr" | undefined;
}

/** An ONNX model for sound. */
export interface AudioSpec extends CommonSpec {
  readonly modality: "audio";
  /** Samples per second that the model takes; other files are resampled. */
  readonly sampleRate: number;
  /** Most seconds of a sound; longer ones are cut and counted. Default: 30. */
  readonly maxSeconds?: number | undefined;
  /**
   * What the model takes: the samples from -1 to 1 (`waveform`, the default), or what transformers.js's feature extractor makes of
   * them, such as a log-mel spectrogram, as `preprocessor_config.json` in the encoder's folder declares (`extractor`).
   */
  readonly input?: "waveform" | "extractor" | undefined;
}

/** An ONNX model with its declared preprocessing: the content of `encoder.json`. */
export type EncoderSpec = TextSpec | ImageSpec | AudioSpec;

/** The file of a folder that declares an encoder. */
export const SPEC_FILE = "encoder.json";

/** The files that a spec names, which must be given beside it. */
export function specFiles(spec: EncoderSpec): readonly string[] {
  const files = [spec.model ?? "model.onnx"];
  if (spec.modality === "text") files.push(spec.tokenizer ?? "tokenizer.json");
  if (spec.modality === "audio" && spec.input === "extractor") files.push("preprocessor_config.json");
  return files;
}

/** What of a spec determines the vectors, with every default filled in. */
export function preprocessingOf(spec: EncoderSpec): Record<string, unknown> {
  const { name: _, revision: __, model: ___, modality: ____, ...rest } = spec;
  const own = Object.fromEntries(
    Object.entries(rest).filter(([key, value]) => key !== "tokenizer" && value !== undefined),
  );
  return { ...defaultsOf(spec.modality), ...own };
}

function defaultsOf(modality: ContentKind): Record<string, unknown> {
  const common = { pooling: "mean", normalize: false };
  if (modality === "text") return { ...common, maxTokens: 512, prefix: "" };
  if (modality === "audio") return { ...common, maxSeconds: 30, input: "waveform" };
  const image = { filter: "cubic", rescale: 1 / 255, mean: [0, 0, 0], deviation: [1, 1, 1] };
  return { ...common, ...image, layout: "nchw", channels: "rgb" };
}
