/** The worker: holds one dataset and one model, and answers one call at a time. The page ends it to cancel a call. */

import type { Model, ProgressEvent, ScoringTables } from "@wellbegun/core";
import type { CallMessage, Calls, StopMessage, WorkerMessage } from "../protocol.ts";
import { openBackend } from "./backends.ts";
import { compute } from "./compute.ts";
import { evaluate } from "./evaluate.ts";
import { exampleDataset } from "./example.ts";
import { infoOf } from "./info.ts";
import { joined } from "./layout.ts";
import { openFiles } from "./open-files.ts";
import type { OpenedDataset } from "./opened.ts";
import { recommendFor } from "./recommend.ts";
import type { TrainingOutcome } from "./train.ts";
import { viewBundle } from "./view-bundle.ts";

let dataset: OpenedDataset | undefined;
/** The vectors that were computed last, from which a training can start. */
let model: Model | undefined;
/** What the page shows: what the map, evaluation and downloads work on. */
let shown: Shown | undefined;
/** Ends the training that runs, with the best vectors so far. */
let stop = new AbortController();

/** Vectors, and where they come from. */
type Shown = { readonly tables: ScoringTables } & (
  | { readonly kind: "fitted"; readonly model: Model }
  | { readonly kind: "trained"; readonly outcome: TrainingOutcome }
  | { readonly kind: "bundle" }
);

type Answers = { [K in keyof Calls]: (input: Calls[K]["input"]) => Promise<Calls[K]["output"]> };

const answers: Answers = {
  open: async (source) => {
    dataset = source.kind === "example" ? exampleDataset(source) : await openFiles(source.name, source.files);
    model = undefined;
    shown = undefined;
    return infoOf(dataset);
  },
  compute: async ({ settings, backend: name }) => {
    const { backend, note } = await openBackend(name);
    try {
      const { result, fitted } = await compute(required(dataset, "a dataset"), settings, backend, report);
      model = fitted;
      shown = { kind: "fitted", tables: fitted, model: fitted };
      return note === undefined ? result : { ...result, warnings: [note, ...result.warnings] };
    } finally {
      await backend.dispose();
    }
  },
  train: async (request) => {
    // Before anything is awaited: a stop that comes while the backend opens belongs to this training.
    stop = new AbortController();
    const { signal } = stop;
    const { backend, note } = await openBackend(request.backend, { relaxed: false });
    try {
      const data = required(dataset, "a dataset");
      const { trainModel } = await import("./train.ts");
      const { result, outcome } = await trainModel(data, request, model, backend, signal, post);
      shown = { kind: "trained", tables: outcome.trained, outcome };
      const { computed } = result;
      return note === undefined ? result : { ...result, computed: { ...computed, warnings: [note] } };
    } finally {
      await backend.dispose();
    }
  },
  recommend: async ({ user, k }) =>
    recommendFor(required(shown, "vectors").tables, required(dataset, "a dataset").train, user, k),
  view: async (files) => {
    const { result, tables } = await viewBundle(files);
    dataset = undefined;
    model = undefined;
    shown = { kind: "bundle", tables };
    return result;
  },
  vectors: async () => {
    const { users, items } = required(shown, "vectors").tables;
    return joined(users.data, items.data);
  },
  evaluate: async () => {
    const { backend } = await openBackend("wasm");
    try {
      const of = required(shown, "vectors");
      const data = required(dataset, "a dataset");
      return await evaluate(data, of.tables, seedOf(of), of.kind === "trained", backend, report);
    } finally {
      await backend.dispose();
    }
  },
  bundle: async () => {
    const { fittedZip, trainedZip } = await import("./bundle.ts");
    const of = required(shown, "vectors");
    if (of.kind === "fitted") return fittedZip(of.model);
    if (of.kind === "trained") return trainedZip(of.outcome, required(dataset, "a dataset"));
    throw new Error("These vectors are a bundle already.");
  },
  parquet: async () => (await import("./parquet.ts")).parquetZip(required(shown, "vectors").tables),
  onnx: async () => {
    const of = required(shown, "vectors");
    const { onnxFile } = await import("./onnx.ts");
    if (of.kind === "fitted") return onnxFile(of.model.initializer);
    if (of.kind === "trained") {
      const { trained, start } = of.outcome;
      // A control has none, as in its bundle.
      if (trained.initializer?.foldsUsers === true && start?.control !== "permuted")
        return onnxFile(trained.initializer);
    }
    throw new Error(
      "Vectors that were computed here, or trained by a model that propagates, have an ONNX form; a bundle folds in users with its initializer.bin.",
    );
  },
};

self.onmessage = ({ data }: MessageEvent<CallMessage | StopMessage>) => {
  if (data.call === "stop") {
    stop.abort();
    return;
  }
  // The input of a call has the call's type: the page's client posts no other.
  const answer = answers[data.call] as (input: unknown) => Promise<unknown>;
  answer(data.input)
    .then((output) => post({ type: "done", output }))
    .catch((error: unknown) =>
      post({ type: "failed", message: error instanceof Error ? error.message : String(error) }),
    );
};

/** The seed of vectors; the usual one where a bundle does not say. */
function seedOf(of: Shown): number {
  if (of.kind === "bundle") return 999;
  return of.kind === "fitted" ? of.model.options.seed : of.outcome.trained.options.seed;
}

function post(message: WorkerMessage): void {
  self.postMessage(message, { transfer: message.type === "done" ? buffersIn(message.output) : [] });
}

/** The memory of all arrays in a value. */
function buffersIn(value: unknown): ArrayBuffer[] {
  if (ArrayBuffer.isView(value)) return value.buffer instanceof ArrayBuffer ? [value.buffer] : [];
  if (typeof value !== "object" || value === null) return [];
  return [...new Set(Object.values(value).flatMap(buffersIn))];
}

let reported = 0;

/** At most 20 reports a second, and the last one of each stage. */
function report(event: ProgressEvent): void {
  const now = performance.now();
  if (now - reported < 50 && event.done < event.total) return;
  reported = now;
  post({ type: "progress", event });
}

function required<T>(value: T | undefined, what: string): T {
  if (value === undefined) throw new Error(`This needs ${what} first.`);
  return value;
}
