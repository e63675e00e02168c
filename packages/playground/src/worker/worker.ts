/** The worker: holds one dataset and one model, and answers one call at a time. The page ends it to cancel a call. */

import { type Backend, type Model, type ProgressEvent, wasm } from "@wellbegun/core";
import type { BackendName, CallMessage, Calls, WorkerMessage } from "../protocol.ts";
import { compute } from "./compute.ts";
import { evaluate } from "./evaluate.ts";
import { exampleDataset } from "./example.ts";
import { infoOf } from "./info.ts";
import { openFiles } from "./open-files.ts";
import type { OpenedDataset } from "./opened.ts";
import { viewBundle } from "./view-bundle.ts";

let dataset: OpenedDataset | undefined;
let model: Model | undefined;

type Answers = { [K in keyof Calls]: (input: Calls[K]["input"]) => Promise<Calls[K]["output"]> };

const answers: Answers = {
  open: async (source) => {
    dataset = source.kind === "example" ? exampleDataset(source) : await openFiles(source.name, source.files);
    model = undefined;
    return infoOf(dataset);
  },
  compute: async ({ settings, backend }) => {
    const opened = await openBackend(backend);
    try {
      const { result, fitted } = await compute(required(dataset, "a dataset"), settings, opened, report);
      model = fitted;
      return result;
    } finally {
      await opened.dispose();
    }
  },
  view: (files) => viewBundle(files),
  evaluate: async () => {
    const backend = await openBackend("wasm");
    try {
      return await evaluate(required(dataset, "a dataset"), required(model, "vectors"), backend, report);
    } finally {
      await backend.dispose();
    }
  },
  bundle: async () => (await import("./bundle.ts")).bundleZip(required(model, "vectors")),
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
  self.postMessage(message);
}

let reported = 0;

/** At most 20 reports a second, and the last one of each stage. */
function report(event: ProgressEvent): void {
  const now = performance.now();
  if (now - reported < 50 && event.done < event.total) return;
  reported = now;
  post({ type: "progress", event });
}

async function openBackend(name: BackendName): Promise<Backend> {
  if (name === "webgpu") return (await import("@wellbegun/backend-webgpu")).webgpu();
  if (name === "cpu") return (await import("@wellbegun/core")).cpu();
  return wasm();
}

function required<T>(value: T | undefined, what: string): T {
  if (value === undefined) throw new Error(`This needs ${what} first.`);
  return value;
}
