import type { ContentKind } from "../encoder.ts";
import type { DecodeSound } from "../sound/samples.ts";
import type { Pooling } from "../spec.ts";

/** Options of `transformersEncoder`. */
export interface TransformersEncoderOptions {
  /** The kind of content. A pair such as CLIP takes texts or images, each with an encoder of its own, in one space. */
  readonly modality: ContentKind;
  /** Where the model runs: `cpu`, `wasm`, `webgpu`, `cuda` and so on. Default: the library's own for this environment. */
  readonly device?: string | undefined;
  /** Precision of the model's file: `fp32`, `fp16`, `q8`, `q4`. Default: the library's own for the device. */
  readonly dtype?: string | undefined;
  /** Branch, tag or commit of a model on the hub. Default: `main`. Name a commit for vectors that can be made again. */
  readonly revision?: string | undefined;
  /** Whether nothing is fetched: the model is a local folder or in the library's cache. Default: false. */
  readonly offline?: boolean | undefined;
  /** Folder that the model's name is relative to. Default: the library's own. */
  readonly localPath?: string | undefined;
  /** How tokens or patches become one vector, where the model returns them. Default: `mean` for texts and sound, `cls` for images. */
  readonly pooling?: Pooling | undefined;
  /** Whether vectors are divided by their length. Default: false. */
  readonly normalize?: boolean | undefined;
  /** Most tokens of a text. Default: what the tokenizer says, at most 8192; 512 if it says nothing. */
  readonly maxTokens?: number | undefined;
  /** Most seconds of a sound. Default: 30. */
  readonly maxSeconds?: number | undefined;
  /** SHA-256 of the model's files by name, for the identity. Default: none; `@wellbegun/encoders/node` hashes local folders. */
  readonly files?: Readonly<Record<string, string>> | undefined;
  /** Decodes sound. Default: Web Audio; `@wellbegun/encoders/node` passes audio-decode. */
  readonly decodeSound?: DecodeSound | undefined;
  /** The module `@huggingface/transformers`. Default: loaded at the call. */
  readonly library?: unknown;
}
