import { join } from "node:path";
import {
  bundleFiles,
  checkOutputFolder,
  discardUnfinished,
  type MmrecDataset,
  recoverFolder,
} from "@wellbegun/adapters/node";
import { type Backend, type Dataset, type Observer, resolveBackend, WellbegunError } from "@wellbegun/core";
import {
  type EpochRecord,
  type ResolvedTrainOptions,
  type StopReason,
  type TrainingProgress,
  type TrainOptions,
  train,
} from "@wellbegun/train";
import { trainingCandidates } from "../../shared/backends/candidates.ts";
import { openDataset } from "../../shared/dataset.ts";
import type { Io } from "../../shared/io.ts";
import { namedAgain } from "../../shared/output-file.ts";
import { peakMemory } from "../../shared/peak-memory.ts";
import { writeTrained } from "./bundle.ts";
import { type CheckpointFile, checkpointFile, refuseCheckpoints } from "./checkpoint-file.ts";
import {
  type Baseline,
  type Judgment,
  judgeBaselines,
  judgeTables,
  judgmentOf,
  type Quality,
} from "./judge.ts";
import { expectMemory, type MemoryNeed } from "./memory.ts";
import { modelOf } from "./models.ts";
import type { TrainSettings } from "./options.ts";
import { readsFeatures } from "./rules.ts";
import { type Spread, spreadOf } from "./spread.ts";
import { type StartRecord, startFolder, startOf } from "./start.ts";

/** One run: what it ended with, and how. */
export interface SeedResult extends Quality {
  readonly seed: number;
  readonly out: string;
  /** The epoch with the best validation recall, whose vectors these are; the last one without validation rows. */
  readonly bestEpoch: number;
  readonly epochs: number;
  readonly stopped: StopReason;
  /** The epoch in which a loss was not finite, else null. */
  readonly notFiniteEpoch: number | null;
  readonly curve: readonly EpochRecord[];
  /** The bundle's files and their bytes. */
  readonly files: Readonly<Record<string, number>>;
}

/** What `train` did, as data: the object that `--json` prints. */
export interface TrainResult {
  readonly dataset: string;
  readonly out: string;
  readonly backend: string;
  /** All options but the seed. */
  readonly options: Omit<ResolvedTrainOptions, "seed">;
  /** Null for a random start. */
  readonly start: StartRecord | null;
  readonly memory: MemoryNeed;
  readonly runs: readonly SeedResult[];
  /** Over the runs; null with one. */
  readonly mean: Spread | null;
  readonly baselines: readonly Baseline[];
  readonly totalTime: number;
  readonly peakMemory: number;
}

/** The observers of a run. */
export interface TrainObserver extends Observer {
  readonly onDataset: (dataset: MmrecDataset, memory: MemoryNeed) => void;
  readonly onBatch: (seed: number, progress: TrainingProgress) => void;
  readonly onEpoch: (seed: number, record: EpochRecord, epochs: number) => void;
}

/** One run of several: a seed, and where its results go. */
interface Place {
  readonly seed: number;
  readonly out: string;
  readonly overwrite: boolean | string | undefined;
  readonly checkpoint: CheckpointFile;
}

/** load, start, train, judge, export: the whole of `train`, without its printing. */
export async function runTrain(
  folder: string,
  out: string,
  settings: TrainSettings,
  observer: TrainObserver,
  io: Io,
): Promise<TrainResult> {
  io.atExit?.(discardUnfinished);
  const inputs = [folder, startFolder(settings)].filter((path) => path !== undefined);
  const places = placesOf(out, settings, io);
  if (places.length > 1) await refuseBundle(out);
  for (const { out: place, overwrite } of places) {
    await recoverFolder(place);
    await checkOutputFolder(place, { overwrite, inputs, own: bundleFiles });
  }
  const checkpoints = places.map(({ checkpoint }) => checkpoint);
  if (settings.resume !== true) await refuseCheckpoints(checkpoints);
  const begun = performance.now();
  const dataset = await openDataset(folder, settings);
  const open: (() => Promise<void>)[] = [() => dataset.close()];
  try {
    const data = splitsOf(dataset);
    const options = trainOptions(settings);
    const memory = expectMemory(data, options, settings.memory);
    observer.onDataset(dataset, memory);
    const { backend } = await resolveBackend(settings.backend ?? "auto", {
      candidates: trainingCandidates,
    });
    open.push(() => backend.dispose());
    const judgment = judgmentOf(data, settings.k ?? 20, settings.testMask ?? "train+validation");
    const runs: { result: SeedResult; options: ResolvedTrainOptions; start: StartRecord | null }[] = [];
    for (const place of places) {
      runs.push(await runSeed(place, { dataset, data, settings, inputs, backend, judgment, observer }));
    }
    const baselines = await judgeBaselines(data, judgment, settings.dim ?? 64, backend, observer);
    for (const checkpoint of checkpoints) await checkpoint.remove();
    const { seed: _, ...recorded } = runs[0]!.options;
    const results = runs.map(({ result }) => result);
    return {
      dataset: folder,
      out,
      backend: backend.name,
      options: recorded,
      start: runs[0]!.start,
      memory,
      runs: results,
      mean: results.length === 1 ? null : spreadOf(results),
      baselines,
      totalTime: performance.now() - begun,
      peakMemory: peakMemory(),
    };
  } finally {
    for (const close of open.reverse()) await close();
  }
}

interface SeedRun {
  readonly dataset: MmrecDataset;
  readonly data: Dataset;
  readonly settings: TrainSettings;
  readonly inputs: readonly string[];
  readonly backend: Backend;
  readonly judgment: Judgment;
  readonly observer: TrainObserver;
}

async function runSeed(
  { seed, out, overwrite, checkpoint }: Place,
  { dataset, data, settings, inputs, backend, judgment, observer }: SeedRun,
) {
  const { signal, onProgress } = observer;
  const options = trainOptions(settings);
  const given = await startOf(settings, dataset, seed, backend, observer);
  const trained = await train(data, {
    ...options,
    seed,
    backend,
    signal,
    start: given?.start,
    onProgress: (progress) => observer.onBatch(seed, progress),
    onEpoch: (record) => observer.onEpoch(seed, record, options.epochs ?? 1000),
    checkpoint: { write: (bytes) => checkpoint.write(bytes) },
    resume: settings.resume === true ? await checkpoint.read() : undefined,
  });
  const quality = await judgeTables(trained, judgment, backend, observer);
  const start = given?.record ?? null;
  const bundle = { dataset, readsFeatures: readsFeatures(settings), trained, start, quality, backend };
  const files = await writeTrained(out, bundle, { overwrite, inputs }, { signal, onProgress });
  const { bestEpoch, stopped, notFiniteEpoch = null } = trained.report;
  const { curve } = trained;
  const result: SeedResult = {
    seed,
    out,
    ...quality,
    bestEpoch,
    epochs: curve.length,
    stopped,
    notFiniteEpoch,
    curve,
    files,
  };
  return { result, options: trained.options, start };
}

/** One seed writes to `out` itself, several to a folder each in it. */
function placesOf(out: string, settings: TrainSettings, io: Io): Place[] {
  const { seed: first = 999, seeds = 1, force } = settings;
  return Array.from({ length: seeds }, (_, n): Place => {
    const seed = first + n;
    const place = seeds === 1 ? out : join(out, `seed-${seed}`);
    const overwrite = namedAgain(out, force) ? place : force;
    return { seed, out: place, overwrite, checkpoint: checkpointFile(out, seed, io) };
  });
}

/** Bundles of several seeds are not put into a bundle, whose folder holds nothing else. */
async function refuseBundle(out: string): Promise<void> {
  if ((await bundleFiles(out)).length === 0) return;
  throw new WellbegunError("invalid-option", {
    doing: "training",
    expected: "a folder for a bundle of each seed",
    found: "a bundle",
    at: out,
    hint: "Choose another folder.",
  });
}

/** The dataset without splits that hold nothing. */
function splitsOf({ train, validation, test, features }: MmrecDataset): Dataset {
  const filled = <T extends { readonly items: ArrayLike<number> }>(split: T): T | undefined =>
    split.items.length > 0 ? split : undefined;
  return { train, validation: filled(validation), test: filled(test), features };
}

/** The options of the training but seed, start and hooks. */
function trainOptions(settings: TrainSettings): TrainOptions {
  const {
    model = "alignrec",
    modelOptions,
    dim,
    epochs,
    batch,
    lr,
    patience,
    evaluateEvery,
    k,
    testMask,
  } = settings;
  return {
    model: modelOf(model, modelOptions),
    dimensions: dim,
    epochs,
    batchSize: batch,
    learningRate: lr,
    patience,
    evaluateEvery,
    k,
    testMask,
    checkpoint: { write: () => undefined },
  };
}
