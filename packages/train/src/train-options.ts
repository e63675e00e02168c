import type { AbortSignalLike, Backend } from "@wellbegun/core";
import { namesOf } from "@wellbegun/core/options";
import type { EpochRecord, TrainingProgress } from "./curve.ts";
import {
  expectChoice,
  expectCounts,
  expectNames,
  expectPositives,
  expectToggles,
  invalidOption,
} from "./models/check-options.ts";
import type { ModelDefinition } from "./models/model.ts";
import type { Schedule } from "./schedule.ts";
import { expectStart, type Start } from "./start.ts";
import { type TestMask, testMasks } from "./validate.ts";

/** Options of {@link train}. */
export interface TrainOptions {
  /** The model with its own options: `alignrec()`, `lightgcn({ layers: 3 })` and so on. */
  readonly model: ModelDefinition;
  /** Width of the vectors. Default: 64. */
  readonly dimensions?: number | undefined;
  /** Most epochs. Default: 1000; `patience` ends training earlier. */
  readonly epochs?: number | undefined;
  /** Pairs of a batch. Default: 2048. */
  readonly batchSize?: number | undefined;
  /** Default: 0.001. */
  readonly learningRate?: number | undefined;
  /** The learning rate is multiplied by this once in `decayEpochs` epochs, smoothly. Default: the model's own. */
  readonly decay?: number | undefined;
  /** Default: 50. */
  readonly decayEpochs?: number | undefined;
  /** One seed for the start, the order of the pairs, the negatives and sampled graphs. Default: 999. */
  readonly seed?: number | undefined;
  /** Tables to start from. Default: everything starts at random. */
  readonly start?: Start | undefined;
  /** Epochs from one evaluation to the next. Default: 1. */
  readonly evaluateEvery?: number | undefined;
  /** The cut of the metrics: Recall@k on the validation split chooses the best epoch. Default: 20. */
  readonly k?: number | undefined;
  /**
   * Training stops after more than this many evaluations in a row without a new best. Default: 20, as in MMRec;
   * AlignRec's code has 30.
   */
  readonly patience?: number | undefined;
  /**
   * The items left out of the lists on the test split. Default: `train+validation`; the original code of MMRec
   * and AlignRec leaves out `train` alone.
   */
  readonly testMask?: TestMask | undefined;
  /**
   * Whether evaluated epochs also measure the geometry of the vectors: alignment, uniformity and effective
   * rank. Default: false.
   */
  readonly geometry?: boolean | undefined;
  /**
   * Default: `wasm({ relaxed: false })` where the runtime accepts it, else `cpu()`, disposed of at the end. With the default
   * one seed gives the same bytes on every runtime, with any number of threads. `wasm()` with relaxed SIMD is faster, and its
   * bytes depend on the processor; those of a GPU depend on the device.
   */
  readonly backend?: Backend | undefined;
  /** Checked before every batch. When it is aborted, training throws an `aborted` error. */
  readonly signal?: AbortSignalLike | undefined;
  /** Checked after every epoch. When it is aborted, training ends there and returns the best vectors so far. */
  readonly stop?: AbortSignalLike | undefined;
  /** Called after every batch; keep it cheap. */
  readonly onProgress?: ((progress: TrainingProgress) => void) | undefined;
  /** Called after every epoch with its record. */
  readonly onEpoch?: ((record: EpochRecord) => void) | undefined;
  /** Receives the state after an epoch. A run resumed from it ends with the same bytes as an uninterrupted run. */
  readonly checkpoint?: CheckpointOptions | undefined;
  /**
   * The bytes of a checkpoint of the same data, options, backend and release. `epochs` may be any number from those that are done,
   * and `patience` may differ: a smaller one ends the run where it would have ended, and is refused if the best epoch came later.
   * `geometry` may differ too, and holds for the epochs from there on.
   */
  readonly resume?: Uint8Array | undefined;
}

/** How checkpoints are taken. */
export interface CheckpointOptions {
  /** Epochs from one checkpoint to the next. Default: 1. */
  readonly every?: number | undefined;
  /** Stores the bytes; training waits for it. */
  write(bytes: Uint8Array, epoch: number): void | Promise<void>;
  /** What errors call the bytes of `resume`, such as a path. Default: `the checkpoint`. */
  readonly label?: string | undefined;
}

/** The options that decide what is computed, with their defaults. */
export interface ResolvedTrainOptions extends Schedule {
  readonly model: string;
  readonly modelOptions: Readonly<Record<string, unknown>>;
  readonly dimensions: number;
  readonly epochs: number;
  readonly batchSize: number;
  readonly seed: number;
  readonly evaluateEvery: number;
  readonly k: number;
  readonly patience: number;
  readonly testMask: TestMask;
}

const checkpointNames = namesOf<CheckpointOptions>({ every: true, write: true, label: true });

const optionNames = namesOf<TrainOptions>({
  model: true,
  dimensions: true,
  epochs: true,
  batchSize: true,
  learningRate: true,
  decay: true,
  decayEpochs: true,
  seed: true,
  start: true,
  evaluateEvery: true,
  k: true,
  patience: true,
  testMask: true,
  geometry: true,
  backend: true,
  signal: true,
  stop: true,
  onProgress: true,
  onEpoch: true,
  checkpoint: true,
  resume: true,
});

/**
 * The options that decide what is computed, with every default filled in. Nothing is computed.
 *
 * @throws {WellbegunError} `invalid-option`, naming the option.
 */
export function resolveTrainOptions(options: TrainOptions): ResolvedTrainOptions {
  expectNames("training", options, optionNames);
  const { model } = options;
  if (typeof model?.build !== "function")
    throw invalidOption("training", "model", "a model, such as alignrec()", typeof model);
  const resolved: ResolvedTrainOptions = {
    model: model.name,
    modelOptions: model.options,
    dimensions: options.dimensions ?? 64,
    epochs: options.epochs ?? 1000,
    batchSize: options.batchSize ?? 2048,
    learningRate: options.learningRate ?? 0.001,
    decay: options.decay ?? model.schedule?.decay ?? 1,
    decayEpochs: options.decayEpochs ?? 50,
    warmUpEpochs: model.schedule?.warmUpEpochs ?? 0,
    seed: options.seed ?? 999,
    evaluateEvery: options.evaluateEvery ?? 1,
    k: options.k ?? 20,
    patience: options.patience ?? 20,
    testMask: options.testMask ?? "train+validation",
  };
  expectCounts("training", resolved, {
    dimensions: 1,
    epochs: 0,
    batchSize: 1,
    decayEpochs: 1,
    seed: 0,
    evaluateEvery: 1,
    k: 1,
    patience: 0,
  });
  expectPositives("training", resolved, ["learningRate", "decay"]);
  expectChoice("training", resolved, "testMask", testMasks);
  expectToggles("training", { geometry: options.geometry ?? false }, ["geometry"]);
  expectStart(options.start ?? {});
  expectCheckpoint(options);
  return resolved;
}

/** The options that say what is done with the state, which decide nothing about the result. */
function expectCheckpoint({ checkpoint, resume }: TrainOptions): void {
  if (resume !== undefined && !(resume instanceof Uint8Array))
    throw invalidOption("training", "resume", "the bytes of a checkpoint, a Uint8Array", typeof resume);
  if (checkpoint === undefined) return;
  expectNames("checkpoints", checkpoint, checkpointNames);
  expectCounts("checkpoints", { every: checkpoint.every ?? 1 }, { every: 1 });
  if (typeof checkpoint.write !== "function")
    throw invalidOption("checkpoints", "write", "a function", typeof checkpoint.write);
}
