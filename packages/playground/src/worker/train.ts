import type { Backend, Model, ScoringTables } from "@wellbegun/core";
import {
  models,
  resolveTrainOptions,
  type StartRecord,
  type TrainedModel,
  train,
  trainingMemory,
} from "@wellbegun/train";
import type { Trained, TrainRequest, WorkerMessage } from "../protocol.ts";
import { computedOf } from "./compute.ts";
import type { OpenedDataset } from "./opened.ts";

/** A trained model, and what its bundle says of how it was made. */
export interface TrainingOutcome {
  readonly trained: TrainedModel;
  /** Null for a random start. */
  readonly start: StartRecord | null;
  readonly backend: { readonly name: string; readonly device: string };
  /** Whether the features belong to what it was made from. */
  readonly readsFeatures: boolean;
}

/** Trains a model, and posts its memory, its batches and its epochs as they come. */
export async function trainModel(
  dataset: OpenedDataset,
  { model, modelOptions, options, start }: TrainRequest,
  vectors: Model | undefined,
  backend: Backend,
  stop: AbortSignal,
  post: (message: WorkerMessage) => void,
): Promise<{ readonly outcome: TrainingOutcome; readonly result: Trained }> {
  const definition = models[model](modelOptions);
  const tables = start === "random" ? undefined : startTables(vectors);
  const permuted = start === "permuted";
  const all = {
    ...options,
    model: definition,
    dimensions: options.dimensions ?? tables?.users.columns,
    start: tables && { users: tables.users, items: tables.items, permuted },
    geometry: true,
    backend,
    stop,
  };
  const { epochs } = resolveTrainOptions(all);
  post({ type: "memory", bytes: trainingMemory(dataset, all) });
  let reported = 0;
  const started = performance.now();
  const trained = await train(dataset, {
    ...all,
    onProgress: (progress) => {
      const now = performance.now();
      if (now - reported < 100) return;
      reported = now;
      post({ type: "batch", progress });
    },
    onEpoch: (record) => post({ type: "epoch", record, epochs }),
  });
  const seconds = (performance.now() - started) / 1000;
  const { device } = backend.capabilities;
  const outcome = {
    trained,
    start: tables === undefined ? null : startRecord(permuted),
    backend: { name: backend.name, device },
    readsFeatures: definition.readsFeatures || tables !== undefined,
  };
  const computed = computedOf(dataset, trained, {
    device: `${backend.name}, ${device}`,
    seconds,
    warnings: [],
    initializer: trained.initializer?.foldsUsers === true ? trained.initializer.toBytes() : new Uint8Array(),
    labels: {},
  });
  const { bestEpoch, stopped, notFiniteEpoch } = trained.report;
  const result = { computed, bestEpoch, epochs: trained.curve.length, stopped, notFiniteEpoch };
  return { outcome, result };
}

function startTables(vectors: Model | undefined): ScoringTables {
  if (vectors !== undefined) return vectors;
  throw new Error("Compute vectors first: the training is to start from them.");
}

/** As `train --start content` records it. */
function startRecord(permuted: boolean): StartRecord {
  const control = permuted ? "permuted" : null;
  return { from: "content", tables: "users+items", scale: 1, manifestSha256: null, control };
}
