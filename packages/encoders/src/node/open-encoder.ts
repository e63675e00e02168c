import { existsSync } from "node:fs";
import { basename, dirname, isAbsolute, join, resolve } from "node:path";
import { WellbegunError } from "@wellbegun/core";
import type { ContentKind, Encoder } from "../encoder.ts";
import { sharpDecoder } from "../image/sharp.ts";
import { onnxEncoder } from "../onnx/onnx-encoder.ts";
import { parseSpec } from "../parse-spec.ts";
import { soundDecoder } from "../sound/audio-decode.ts";
import { type EncoderSpec, type Pooling, SPEC_FILE, specFiles } from "../spec.ts";
import { loadLibrary } from "../transformers/library.ts";
import { transformersEncoder } from "../transformers/transformers-encoder.ts";
import { folderExtractor } from "./extractor.ts";
import { folderFiles, readJson, readWhole } from "./files.ts";
import { hubFiles } from "./hub.ts";

/** Options of {@link openEncoder}. */
export interface OpenEncoderOptions {
  /** The kind of content. An encoder for another kind is refused. */
  readonly modality: ContentKind;
  /** Where the model runs, in the words of its runtime. Default: the runtime's own. */
  readonly device?: string | undefined;
  /** Precision of a transformers.js model: `fp32`, `fp16`, `q8`, `q4`. Default: the library's own. Refused for a declared model. */
  readonly dtype?: string | undefined;
  /** Branch, tag or commit of a model on the hub. Default: `main`. */
  readonly revision?: string | undefined;
  /**
   * How the tokens of a transformers.js model become a text's vector. Default: as the model's files say, else `mean`. Refused for a
   * declared model, whose declaration says it.
   */
  readonly pooling?: Pooling | undefined;
  /** Whether nothing is fetched. Default: false. */
  readonly offline?: boolean | undefined;
  /** Threads of one run of the model. Default: the runtime's own. */
  readonly threads?: number | undefined;
}

/**
 * Opens an encoder by its place: a folder with `encoder.json`, which declares an ONNX model and its preprocessing; a folder in
 * Hugging Face's layout (`config.json`, `onnx/`), for transformers.js; or the name of a model on the hub, such as
 * `Xenova/all-MiniLM-L6-v2`. Models in the layout of sentence-transformers are pooled and normalized as their files say.
 *
 * @throws {WellbegunError} `io` if a path leads nowhere or a file cannot be read; `format` if one is damaged or declares another kind of content;
 * `unavailable` if an optional package is missing or the hub does not answer; `invalid-option` for an option that the model does not take.
 */
export async function openEncoder(place: string, options: OpenEncoderOptions): Promise<Encoder> {
  if (existsSync(join(place, SPEC_FILE))) return openDeclared(place, options);
  if (!existsSync(place) && isPath(place)) {
    throw new WellbegunError("io", {
      doing: "opening an encoder",
      expected: "a folder",
      found: "nothing there",
      at: place,
      hint: "A name without a slash is a folder here. The name of a model on the hub has one: Xenova/all-MiniLM-L6-v2.",
    });
  }
  const isFolder = existsSync(place);
  const folder = resolve(place);
  if (isFolder && !existsSync(join(folder, "config.json"))) {
    throw new WellbegunError("format", {
      doing: "opening an encoder",
      expected: `${SPEC_FILE}, or config.json and onnx/`,
      found: "neither",
      at: place,
    });
  }
  const decodeSound = options.modality === "audio" ? await soundDecoder() : undefined;
  const library = await loadLibrary(undefined);
  const common = { ...options, decodeSound, library };
  return isFolder
    ? transformersEncoder(basename(folder), {
        ...common,
        // The hub may have another model by the folder's name.
        offline: true,
        localPath: dirname(folder),
        files: folderFiles(folder),
      })
    : transformersEncoder(place, { ...common, files: hubFiles(library, place, options) });
}

/** Whether a place can only be a path: models of the hub are named `owner/model`. */
function isPath(place: string): boolean {
  return isAbsolute(place) || !/^[^.~\\/][^\\/]*\/[^\\/]+$/.test(place);
}

async function openDeclared(folder: string, options: OpenEncoderOptions): Promise<Encoder> {
  const path = join(folder, SPEC_FILE);
  const spec = parseSpec(await readJson(path), path);
  if (spec.modality !== options.modality) {
    throw new WellbegunError("format", {
      doing: "opening an encoder",
      expected: `one for ${options.modality}`,
      found: `one for ${spec.modality}`,
      at: path,
    });
  }
  for (const option of ["dtype", "pooling"] as const) {
    if (options[option] === undefined) continue;
    throw new WellbegunError("invalid-option", {
      doing: "opening an encoder",
      expected: `no ${option}: the model and its declaration decide`,
      found: options[option],
      at: path,
    });
  }
  const files: Record<string, Uint8Array> = {};
  for (const name of specFiles(spec)) files[name] = await readWhole(join(folder, name));
  return onnxEncoder(spec, files, { ...options, ...(await decodersFor(spec, folder)) });
}

async function decodersFor(spec: EncoderSpec, folder: string): Promise<Parameters<typeof onnxEncoder>[2]> {
  if (spec.modality === "image") return { decodeImage: await sharpDecoder() };
  if (spec.modality === "text") return {};
  const decodeSound = await soundDecoder();
  return spec.input === "extractor"
    ? { decodeSound, extractFeatures: await folderExtractor(folder) }
    : { decodeSound };
}
