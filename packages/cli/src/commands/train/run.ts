import { discardUnfinished } from "@wellbegun/adapters/node";
import { type Backend, type Dataset, type Observer, resolveBackend } from "@wellbegun/core";
import { whileOpen } from "@wellbegun/core/support";
import { permutedTables } from "@wellbegun/evaluation";
import {
  type EpochRecord,
  type ModelDefinition,
  type ResolvedTrainOptions,
  resolveTrainOptions,
  type StartRecord,
  type TrainingProgress,
  type TrainOptions,
  train,
  trainingMemory,
  withoutEmptySplits,
} from "@wellbegun/train";
import { trainingCandidates } from "../../shared/backends/candidates.ts";
import { checkBundleFolder } from "../../shared/bundle-folder.ts";
import type { OpenDataset } from "../../shared/dataset.ts";
import type { DatasetSource } from "../../shared/dataset-source.ts";
import { expectMemory, type MemoryNeed } from "../../shared/expect-memory.ts";
import type { Io } from "../../shared/io.ts";
import { peakMemory } from "../../shared/peak-memory.ts";
import { checkReportFile } from "../../shared/report-file.ts";
import { writeTrained } from "./bundle.ts";
import { refuseCheckpoints, withCheckpoints } from "./checkpoint-file.ts";
import {
  type Judgment,
  judgeBaselines,
  judgePopularity,
  judgeTables,
  judgmentOf,
  type Quality,
  unjudgedNotes,
} from "./judge.ts";
import { modelOf } from "./models.ts";
import type { TrainSettings } from "./options.ts";
import { otherSeeds, type Place, placesOf, refuseBundle, removeBundles } from "./places.ts";
import type { SeedResult, TrainResult } from "./result.ts";
import { readsFeatures } from "./rules.ts";
import { spreadOf } from "./spread.ts";
import { expectStart, startFolder, startOf } from "./start.ts";

/** The observers of a run. */
export interface TrainObserver extends Observer {
  readonly onDataset: (dataset: OpenDataset, memory: MemoryNeed) => void;
  readonly onBatch: (seed: number, progress: TrainingProgress) => void;
  readonly onEpoch: (seed: number, record: EpochRecord, epochs: number) => void;
}

/** load, start, train, judge, export: the whole of `train`, without its printing. */
export async function runTrain(
  source: DatasetSource,
  out: string,
  settings: TrainSettings,
  observer: TrainObserver,
  io: Io,
): Promise<TrainResult> {
  io.atExit?.(discardUnfinished);
  // Refused before any data are read.
  resolveTrainOptions({ ...trainOptions(settings), seed: settings.seed });
  await expectStart(settings);
  const { report = null, beside = [], k = 20 } = settings;
  const inputs = [...source.inputs, startFolder(settings), ...beside].filter((path) => path !== undefined);
  const places = placesOf(out, settings, io);
  if (places.length > 1) await refuseBundle(out);
  const replaced = await otherSeeds(out, places);
  for (const { out: place, overwrite } of places) {
    await checkBundleFolder(place, "a trained model", { overwrite, inputs });
  }
  const checkpoints = places.map(({ checkpoint }) => checkpoint);
  if (settings.resume !== true) await refuseCheckpoints(checkpoints);
  if (report !== null) await checkReportFile(report, [...inputs, ...places.map(({ out: place }) => place)]);
  const begun = performance.now();
  // Plotting is loaded only if a page is requested.
  const page = report === null ? undefined : await import("./report.ts");
  page?.expectFew(places.length + beside.length);
  const curves = (await page?.readCurves(beside, k, observer)) ?? [];
  const dataset = await source.open(observer);
  return await whileOpen(async (onClose) => {
    onClose(() => dataset.close());
    const data = withoutEmptySplits(dataset);
    const options = trainOptions(settings);
    const memory = expectMemory(trainingMemory(data, options), settings.memory, {
      doing: "training",
      of: `${data.train.userCount} users and ${data.train.itemCount} items`,
      hint: options.model.readsFeatures
        ? "Take fewer columns (--dim), fewer modalities (--modalities), or a model that reads no features (--model lightgcn)."
        : "Take fewer columns (--dim).",
    });
    observer.onDataset(dataset, memory);
    const { backend } = await resolveBackend(settings.backend ?? "auto", {
      candidates: trainingCandidates,
    });
    onClose(() => backend.dispose());
    const judgment = judgmentOf(data, k, settings.testMask ?? "train+validation");
    const popularity = await judgePopularity(data, judgment, observer);
    const runs: { result: SeedResult; options: ResolvedTrainOptions; start: StartRecord | null }[] = [];
    for (const place of places) {
      runs.push(
        await runSeed(place, { dataset, data, settings, inputs, backend, judgment, popularity, observer }),
      );
    }
    const others = await judgeBaselines(
      data,
      judgment,
      {
        names: settings.baselines,
        features: data.features,
        columns: settings.dim ?? 64,
        memory: memory.available / 2,
        backend,
      },
      observer,
    );
    const { seed: _, ...recorded } = runs[0]!.options;
    const results = runs.map(({ result }) => result);
    const result: TrainResult = {
      dataset: source.label,
      out,
      backend: backend.name,
      options: recorded,
      start: runs[0]!.start,
      notes: [...unjudgedNotes(data, judgment), ...ignoredWeights(data, options.model)],
      memory,
      runs: results,
      mean: results.length === 1 ? null : spreadOf(results),
      baselines: { ...others, judged: [{ name: "popularity", ...popularity }, ...others.judged] },
      report,
      totalTime: performance.now() - begun,
      peakMemory: peakMemory(),
    };
    if (report !== null) await page?.writeTrainingReport(report, result, curves, io);
    // Last, so that a run that is killed before goes on from them.
    await removeBundles(replaced);
    for (const checkpoint of checkpoints) await checkpoint.remove();
    return result;
  }).catch((error) => {
    throw withCheckpoints(error, checkpoints);
  });
}

interface SeedRun {
  readonly dataset: OpenDataset;
  readonly data: Dataset;
  readonly settings: TrainSettings;
  readonly inputs: readonly string[];
  readonly backend: Backend;
  readonly judgment: Judgment;
  readonly popularity: Quality;
  readonly observer: TrainObserver;
}

async function runSeed(
  { seed, out, overwrite, checkpoint }: Place,
  { dataset, data, settings, inputs, backend, judgment, popularity, observer }: SeedRun,
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
    checkpoint: { write: (bytes) => checkpoint.write(bytes), label: checkpoint.path },
    resume: settings.resume === true ? await checkpoint.read() : undefined,
  });
  const quality = await judgeTables(trained, judgment, backend, observer);
  const permuted = await judgeTables(permutedTables(trained), judgment, backend, observer);
  const controls = { popularity, permuted };
  const start = given?.record ?? null;
  const made = { dataset, readsFeatures: readsFeatures(settings), trained, start };
  const bundle = { ...made, quality, controls, backend };
  const files = await writeTrained(out, bundle, { overwrite, inputs }, { signal, onProgress });
  const { bestEpoch, stopped, notFiniteEpoch = null } = trained.report;
  const { curve } = trained;
  const result: SeedResult = {
    seed,
    out,
    ...quality,
    controls,
    bestEpoch,
    epochs: curve.length,
    stopped,
    notFiniteEpoch,
    curve,
    files,
  };
  return { result, options: trained.options, start };
}

/** A note where interactions have weights that the model does not read. */
function ignoredWeights({ train }: Dataset, { name, readsWeights }: ModelDefinition): string[] {
  if (train.weights === undefined || readsWeights) return [];
  return [`${name} ignores the weights of interactions: every train row counts once.`];
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
    geometry: settings.report !== undefined,
    batchSize: batch,
    learningRate: lr,
    patience,
    evaluateEvery,
    k,
    testMask,
    checkpoint: { write: () => undefined },
  };
}
