import { type EncoderIdentity, WellbegunError } from "@wellbegun/core";
import { importPeer, messageOf } from "@wellbegun/core/backend";
import { filesOf, textsOf } from "../content.ts";
import type { Content, EncodedBatch, Encoder } from "../encoder.ts";
import { decodeOnCanvas } from "../image/canvas.ts";
import type { DecodeImage } from "../image/pixels.ts";
import { importModule } from "../import-module.ts";
import { poolRows } from "../pool.ts";
import { sha256 } from "../sha256.ts";
import type { DecodeSound, ExtractFeatures } from "../sound/samples.ts";
import { decodeWithWebAudio } from "../sound/web-audio.ts";
import { type EncoderSpec, preprocessingOf, specFiles } from "../spec.ts";
import type { TextTokenizer } from "../text/tokens.ts";
import { encodeImages } from "./image.ts";
import { OnnxModel, type RunModelOptions } from "./model.ts";
import { encodeSounds } from "./sound.ts";
import { encodeTexts } from "./text.ts";

/** Options of {@link onnxEncoder}. */
export interface OnnxEncoderOptions extends RunModelOptions {
  /** The module `@huggingface/tokenizers`, for texts. Default: loaded at the call. */
  readonly tokenizers?: unknown;
  /** Decodes images. Default: a browser's canvas; `@wellbegun/encoders/node` passes sharp. */
  readonly decodeImage?: DecodeImage | undefined;
  /** Decodes sound. Default: Web Audio; `@wellbegun/encoders/node` passes audio-decode. */
  readonly decodeSound?: DecodeSound | undefined;
  /** Makes the model's input of samples, for a spec with `input: "extractor"`. */
  readonly extractFeatures?: ExtractFeatures | undefined;
}

type Encode = (batch: readonly Content[]) => Promise<EncodedBatch>;

/**
 * An encoder from any ONNX model with a declared preprocessing.
 *
 * @param spec The declaration, as `parseSpec` checks it.
 * @param files The bytes of the files that the spec names (`specFiles`), by name.
 * @throws {WellbegunError} `unavailable` without onnxruntime or a tokenizer; `format` if a file is missing or damaged, or the model's
 * inputs or output do not fit the declaration.
 */
export async function onnxEncoder(
  spec: EncoderSpec,
  files: Readonly<Record<string, Uint8Array>>,
  options: OnnxEncoderOptions = {},
): Promise<Encoder> {
  const names = specFiles(spec);
  const fileOf = (name: string): Uint8Array => {
    const bytes = files[name];
    if (bytes !== undefined) return bytes;
    throw new WellbegunError("format", {
      doing: "opening an encoder",
      expected: `the file ${name}`,
      found: Object.keys(files).join(", ") || "no files",
      at: spec.name,
    });
  };
  const hashes: Record<string, string> = {};
  for (const name of names) hashes[name] = await sha256(fileOf(name));
  const model = await OnnxModel.open(fileOf(names[0]!), `${spec.name}, ${names[0]}`, spec.output, options);
  try {
    const { encode, width } = await encodeFunction(spec, model, fileOf(names[1] ?? names[0]!), options);
    const identity: EncoderIdentity = {
      name: spec.name,
      revision: spec.revision ?? null,
      modality: spec.modality,
      width,
      preprocessing: preprocessingOf(spec),
      files: hashes,
      runtime: model.runtime,
    };
    const { name, modality } = spec;
    return { name, modality, width, identity, encode, dispose: () => model.release() };
  } catch (error) {
    await model.release();
    throw error;
  }
}

/** The function that encodes, and the width of its vectors, found by encoding something small. */
async function encodeFunction(
  spec: EncoderSpec,
  model: OnnxModel,
  second: Uint8Array,
  options: OnnxEncoderOptions,
): Promise<{ encode: Encode; width: number }> {
  if (spec.modality === "text") {
    const [, tokenizerFile] = specFiles(spec);
    const tokenizer = await openTokenizer(second, options.tokenizers, `${spec.name}, ${tokenizerFile}`);
    const width = (await encodeTexts(model, tokenizer, spec, undefined, ["a"])).vectors.length;
    return { encode: (batch) => encodeTexts(model, tokenizer, spec, width, textsOf(batch)), width };
  }
  if (spec.modality === "image") {
    const { decodeImage = decodeOnCanvas } = options;
    const { size, layout = "nchw" } = spec;
    const dims = layout === "nchw" ? [1, 3, ...size] : [1, ...size, 3];
    const width = await widthFor(model, spec, new Float32Array(3 * size[0] * size[1]), dims);
    return {
      encode: (batch) => encodeImages(model, decodeImage, spec, width, filesOf(batch, "image")),
      width,
    };
  }
  const { decodeSound = decodeWithWebAudio, extractFeatures } = options;
  const extract = spec.input === "extractor" ? extractFeatures : undefined;
  if (spec.input === "extractor" && extract === undefined) {
    throw new WellbegunError("invalid-option", {
      doing: "opening an encoder",
      expected: "extractFeatures, which the declaration asks for",
      found: "none",
      at: spec.name,
      hint: "openEncoder of @wellbegun/encoders/node takes it from transformers.js.",
    });
  }
  const silence = new Float32Array(spec.sampleRate);
  const input = extract === undefined ? { data: silence, dims: [1, silence.length] } : await extract(silence);
  const width = await widthFor(model, spec, input.data, input.dims);
  return {
    encode: (batch) => encodeSounds(model, decodeSound, extract, spec, width, filesOf(batch, "audio")),
    width,
  };
}

async function widthFor(
  model: OnnxModel,
  { pooling = "mean" }: EncoderSpec,
  data: Float32Array,
  dims: readonly number[],
): Promise<number> {
  const output = await model.run({ [model.inputNames[0]!]: { data, dims } });
  return poolRows(output, 1, { pooling, normalize: false, label: model.label }).length;
}

async function openTokenizer(file: Uint8Array, given: unknown, label: string): Promise<TextTokenizer> {
  const name = "@huggingface/tokenizers";
  const { Tokenizer } = (given ??
    (await importPeer(importModule, name, { doing: "opening a tokenizer" }))) as {
    Tokenizer: new (tokenizer: object, config: object) => TextTokenizer;
  };
  try {
    return new Tokenizer(JSON.parse(new TextDecoder().decode(file)) as object, {});
  } catch (cause) {
    throw new WellbegunError("format", {
      doing: "opening a tokenizer",
      expected: "a tokenizer.json in Hugging Face's format",
      found: messageOf(cause),
      at: label,
      cause,
    });
  }
}
