/** The worker: holds one dataset and one model, and answers one call at a time. The page ends it to cancel a call. */

import type { Model, ProgressEvent, ScoringTables } from "@wellbegun/core";
import type { CallMessage, Calls, WorkerMessage } from "../protocol.ts";
import { openBackend } from "./backends.ts";
import { compute } from "./compute.ts";
import { evaluate } from "./evaluate.ts";
import { exampleDataset } from "./example.ts";
import { infoOf } from "./info.ts";
import { joined } from "./layout.ts";
import { openFiles } from "./open-files.ts";
import type { OpenedDataset } from "./opened.ts";
import { viewBundle } from "./view-bundle.ts";

let dataset: OpenedDataset | undefined;
let model: Model | undefined;
/** Those of the model, or of the bundle that is looked at. */
let tables: ScoringTables | undefined;

type Answers = { [K in keyof Calls]: (input: Calls[K]["input"]) => Promise<Calls[K]["output"]> };

const answers: Answers = {
  open: async (source) => {
    dataset = source.kind === "example" ? exampleDataset(source) : await openFiles(source.name, source.files);
    model = tables = undefined;
    return infoOf(dataset);
  },
  compute: async ({ settings, backend: name }) => {
    const { backend, note } = await openBackend(name);
    try {
      const { result, fitted } = await compute(required(dataset, "a dataset"), settings, backend, report);
      model = tables = fitted;
      return note === undefined ? result : { ...result, warnings: [note, ...result.warnings] };
    } finally {
      await backend.dispose();
    }
  },
  view: async (files) => {
    const { result, tables: ofBundle } = await viewBundle(files);
    tables = ofBundle;
    return result;
  },
  vectors: async () => {
    const { users, items } = required(tables, "vectors");
    return joined(users.data, items.data);
  },
  evaluate: async () => {
    const { backend } = await openBackend("wasm");
    try {
      return await evaluate(required(dataset, "a dataset"), required(model, "vectors"), backend, report);
    } finally {
      await backend.dispose();
    }
  },
  bundle: async () => (await import("./bundle.ts")).bundleZip(required(model, "vectors")),
  parquet: async () => (await import("./parquet.ts")).parquetZip(required(model, "vectors")),
  onnx: async () => (await import("./onnx.ts")).onnxFile(required(model, "vectors").initializer),
};

self.onmessage = ({ data }: MessageEvent<CallMessage>) => {
  // The input of a call has the call's type: the page's client posts no other.
  const answer = answers[data.call] as (input: unknown) => Promise<unknown>;
  answer(data.input).then(
    (output) => post({ type: "done", output }),
    (error: unknown) =>
      post({ type: "failed", message: error instanceof Error ? error.message : String(error) }),
  );
};

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
