import type { ContentKind } from "../encoder.ts";
import type { DecodeSound } from "../sound/samples.ts";
import type { Pooling } from "../spec.ts";

/** Reads files of a model of transformers.js by their names in it, such as `1_Pooling/config.json`. */
export interface ModelFiles {
  /** The parsed content of a JSON file; undefined if the model does not have it. */
  readonly readJson: (name: string) => Promise<unknown>;
  /** SHA-256, in lowercase hexadecimal, of a file that the model was loaded from; undefined if it is no longer there. */
  readonly hash: (name: string) => Promise<string | undefined>;
}

/** Options of `transformersEncoder`. */
export interface TransformersEncoderOptions {
  /** The kind of content. A pair such as CLIP takes texts or images, each with an encoder of its own, in one space. */
  readonly modality: ContentKind;
  /** Where the model runs: `cpu`, `wasm`, `webgpu`, `cuda` and so on. Default: the library's own for this environment. */
  readonly device?: string | undefined;
  /** Precision of the model's file: `fp32`, `fp16`, `q8`, `q4`. Default: the library's own for the device. */
  readonly dtype?: string | undefined;
  /** Threads of one run of the model. Default: the library's own. */
  readonly threads?: number | undefined;
  /** Branch, tag or commit of a model on the hub. Default: `main`. Name a commit for vectors that can be made again. */
  readonly revision?: string | undefined;
  /** Whether nothing is fetched: the model is a local folder or in the library's cache. Default: false. */
  readonly offline?: boolean | undefined;
  /** Folder that the model's name is relative to. Default: the library's own. */
  readonly localPath?: string | undefined;
  /**
   * How tokens or patches become one vector, where the model returns them. Default: for texts what the files of sentence-transformers
   * say, as far as `files` reads them; otherwise `mean` for texts and sound, `cls` for images.
   */
  readonly pooling?: Pooling | undefined;
  /** Whether vectors are divided by their length. Default: for texts as for `pooling`, otherwise false. */
  readonly normalize?: boolean | undefined;
  /** Most tokens of a text. Default: as for `pooling`, otherwise what the tokenizer says, at most 8192; 512 if it says nothing. */
  readonly maxTokens?: number | undefined;
  /** Most seconds of a sound. Default: 30. */
  readonly maxSeconds?: number | undefined;
  /**
   * The model's files, for the pooling and the identity. Default: none, so that name and revision identify the model;
   * `@wellbegun/encoders/node` passes those of local folders and of the hub.
   */
  readonly files?: ModelFiles | undefined;
  /** Decodes sound. Default: Web Audio; `@wellbegun/encoders/node` passes audio-decode. */
  readonly decodeSound?: DecodeSound | undefined;
  /** The module `@huggingface/transformers`. Default: loaded at the call. */
  readonly library?: unknown;
}
