/** The messages between the page and the worker that computes. */

import type { FitOptions, ProgressEvent } from "@wellbegun/core";

/** A file, by the name that it has in its folder. */
export interface NamedFile {
  readonly name: string;
  readonly blob: Blob;
}

/** Where a dataset comes from. */
export type Source =
  | { readonly kind: "example"; readonly users: number; readonly items: number; readonly seed: number }
  | { readonly kind: "files"; readonly name: string; readonly files: readonly NamedFile[] };

/** What is known of a dataset once it is open. */
export interface DatasetInfo {
  readonly name: string;
  readonly users: number;
  readonly items: number;
  readonly train: number;
  readonly validation: number;
  readonly test: number;
  /** Width of each modality. */
  readonly modalities: Readonly<Record<string, number>>;
  /** Facts to know about how the files were read. */
  readonly notes: readonly string[];
}

/** The backend that computes. */
export type BackendName = "wasm" | "webgpu" | "cpu";

/** The settings of one run: options of `fit` that were changed from their defaults. */
export type RunSettings = Pick<
  FitOptions,
  | "preset"
  | "prepare"
  | "whitenPower"
  | "clusters"
  | "lambda"
  | "normalization"
  | "project"
  | "dim"
  | "smooth"
  | "damping"
  | "scale"
  | "seed"
>;

/** Vectors to draw and to fold users into. */
export interface Computed {
  readonly users: number;
  readonly items: number;
  readonly dim: number;
  /** The backend and its device, as it names itself. */
  readonly device: string;
  /** Seconds from the first stage to the last. */
  readonly seconds: number;
  readonly warnings: readonly string[];
  /** `Initializer.toBytes`: what folds in a user. */
  readonly initializer: Uint8Array;
  /** Raw ID of each user; empty where the rows are the IDs. */
  readonly userNames: readonly string[];
  /** Raw ID of each item; empty where the rows are the IDs. */
  readonly itemNames: readonly string[];
  /** What each item is in words; empty where nothing is known. */
  readonly itemTexts: readonly string[];
  /** Train interactions of each item; empty if the source has none. */
  readonly itemDegrees: Uint32Array;
  /** Train interactions of each user; empty if the source has none. */
  readonly userDegrees: Uint32Array;
  /** Cluster of each item by modality; -1 without the modality. */
  readonly labels: Readonly<Record<string, Int32Array>>;
  readonly map: MapData;
}

/** Where users and items are on the first two principal components, users first. */
export interface MapData {
  /** users + items values each. */
  readonly x: Float32Array;
  readonly y: Float32Array;
  /** What places a further vector: its product with `axes` (2 x dim) after `mean` (dim) is taken off, times `scale`. */
  readonly mean: Float64Array;
  readonly axes: Float64Array;
  readonly scale: number;
  /** Share of the variance along each axis. */
  readonly shares: Float64Array;
}

/** One row of an evaluation. */
export interface EvaluationRow {
  readonly name: string;
  readonly recall: number;
  readonly ndcg: number;
  /** 95 % interval of the recall over users; null for a row without one. */
  readonly interval: readonly [low: number, high: number] | null;
}

/** How well the vectors find held-out interactions, beside what they must exceed. */
export interface Evaluation {
  readonly split: "validation" | "test";
  readonly users: number;
  readonly interactions: number;
  readonly k: number;
  readonly rows: readonly EvaluationRow[];
}

/** A file to download. */
export interface Download {
  readonly name: string;
  readonly bytes: Uint8Array<ArrayBuffer>;
}

/** What the worker is asked for, and what it answers with. */
export interface Calls {
  open: { input: Source; output: DatasetInfo };
  compute: { input: { readonly settings: RunSettings; readonly backend: BackendName }; output: Computed };
  view: { input: readonly NamedFile[]; output: Computed };
  /** Users and then items, row-major. */
  vectors: { input: undefined; output: Float32Array };
  evaluate: { input: undefined; output: Evaluation };
  bundle: { input: undefined; output: Download };
  onnx: { input: undefined; output: Download };
  parquet: { input: undefined; output: Download };
}

export type CallName = keyof Calls;

/** The files that the page offers: the worker writes all but the map. */
export type DownloadName = "bundle" | "parquet" | "onnx" | "map";

/** A call as it is posted. */
export interface CallMessage {
  readonly call: CallName;
  readonly input: unknown;
}

/** What the worker posts. The arrays of an output are moved, not copied: it holds none that the worker keeps. */
export type WorkerMessage =
  | { readonly type: "progress"; readonly event: ProgressEvent }
  | { readonly type: "done"; readonly output: unknown }
  | { readonly type: "failed"; readonly message: string };
