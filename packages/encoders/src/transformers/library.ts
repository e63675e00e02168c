import { importPeer } from "@wellbegun/core/backend";
import { importModule } from "../import-module.ts";
import type { ExtractorConfig } from "../sound/extractor-limit.ts";

/** A tensor of transformers.js. */
export interface LibraryTensor {
  readonly data: unknown;
  readonly dims: readonly number[];
  dispose?(): void;
}

/** A loaded model: inputs by name to outputs by name. */
export interface LibraryModel {
  (inputs: Readonly<Record<string, unknown>>): Promise<Readonly<Record<string, LibraryTensor>>>;
  dispose(): Promise<unknown>;
}

/** A loaded tokenizer. */
export interface LibraryTokenizer {
  readonly model_max_length?: number;
  encode(text: string, options?: { readonly add_special_tokens?: boolean }): readonly number[];
}

/** A loaded image processor or feature extractor. */
export type LibraryProcessor = (content: unknown) => Promise<Readonly<Record<string, LibraryTensor>>>;

/** What `from_pretrained` takes. */
export interface LoadOptions {
  readonly revision?: string;
  readonly device?: string;
  readonly dtype?: string;
  readonly local_files_only?: boolean;
  readonly session_options?: { readonly intraOpNumThreads: number };
  /** Called with `done` for each file that is read. */
  readonly progress_callback?: (event: { readonly status: string; readonly file?: string }) => void;
}

interface Loader<T> {
  from_pretrained(model: string, options?: LoadOptions): Promise<T>;
}

/** The part of `@huggingface/transformers` that is used. */
export interface TransformersLibrary {
  readonly env: {
    readonly version: string;
    localModelPath: string;
    allowLocalModels: boolean;
    allowRemoteModels: boolean;
    /** Where files of the hub are kept; null where there is no file system. */
    readonly cacheDir: string | null;
    readonly remoteHost: string;
    readonly remotePathTemplate: string;
    readonly fetch: typeof fetch;
  };
  readonly Tensor: new (type: string, data: BigInt64Array, dims: readonly number[]) => LibraryTensor;
  readonly RawImage: {
    new (data: Uint8ClampedArray, width: number, height: number, channels: 3): unknown;
    fromBlob(blob: Blob): Promise<{ rgb(): unknown }>;
  };
  readonly AutoConfig: Loader<{ readonly model_type?: string }>;
  readonly AutoTokenizer: Loader<LibraryTokenizer>;
  readonly AutoImageProcessor: Loader<LibraryProcessor>;
  readonly AutoFeatureExtractor: Loader<LibraryProcessor & { readonly config: ExtractorConfig }>;
  readonly AutoModel: Loader<LibraryModel>;
  readonly CLIPTextModelWithProjection: Loader<LibraryModel>;
  readonly CLIPVisionModelWithProjection: Loader<LibraryModel>;
  readonly SiglipTextModel: Loader<LibraryModel>;
  readonly SiglipVisionModel: Loader<LibraryModel>;
  readonly ClapTextModelWithProjection: Loader<LibraryModel>;
  readonly ClapAudioModelWithProjection: Loader<LibraryModel>;
}

/**
 * The given module, or the package `@huggingface/transformers`, loaded at the call.
 *
 * @throws {WellbegunError} `unavailable` if it is not installed.
 */
export async function loadLibrary(given: unknown): Promise<TransformersLibrary> {
  const name = "@huggingface/transformers";
  return (given ??
    (await importPeer(importModule, name, { doing: "loading transformers.js" }))) as TransformersLibrary;
}

/** The halves of models that put two kinds of content into one space. */
const halves: Readonly<Record<string, Readonly<Partial<Record<string, keyof TransformersLibrary>>>>> = {
  clip: { text: "CLIPTextModelWithProjection", image: "CLIPVisionModelWithProjection" },
  siglip: { text: "SiglipTextModel", image: "SiglipVisionModel" },
  clap: { text: "ClapTextModelWithProjection", audio: "ClapAudioModelWithProjection" },
};

/** The loader of a model for a kind of content: half of a pair such as CLIP, or the whole model. */
export function modelLoader(
  library: TransformersLibrary,
  type: string | undefined,
  modality: string,
): Loader<LibraryModel> {
  const half = halves[type ?? ""]?.[modality];
  return (half === undefined ? library.AutoModel : library[half]) as Loader<LibraryModel>;
}
