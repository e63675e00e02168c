import { type Backend, type Dataset, type Interactions, WellbegunError } from "@wellbegun/core";
import type { Matrix, TrainingOperations } from "@wellbegun/core/backend";
import { checkpoint } from "@wellbegun/core/support";
import { encodeCheckpoint, restoreCheckpoint, type TrainingState } from "./checkpoint.ts";
import { addTerms, type EpochRecord, sumOf } from "./curve.ts";
import { geometryOf } from "./geometry.ts";
import type { ModelTables, TrainableModel } from "./models/model.ts";
import { areFinite, notFinite } from "./not-finite.ts";
import { download, withScope } from "./operations/scope.ts";
import type { Adam } from "./optimizer.ts";
import { endOfPatience } from "./patience.ts";
import type { Sampler } from "./sampler.ts";
import { rateOf } from "./schedule.ts";
import type { ResolvedTrainOptions, TrainOptions } from "./train-options.ts";
import { type StopReason, TrainedModel } from "./trained-model.ts";
import { type JudgedSplit, judge, judgedSplit, type SplitMetrics } from "./validate.ts";
import type { Vectors } from "./vectors.ts";

/** The parts of a run. */
export interface TrainingRun {
  readonly backend: Backend;
  readonly operations: TrainingOperations;
  readonly data: Dataset;
  readonly model: TrainableModel;
  readonly adam: Adam;
  readonly sampler: Sampler;
  readonly options: ResolvedTrainOptions;
  /** The identity that a checkpoint of this run must have. */
  readonly identity: string;
}

const DOING = "training";

/** Trains until the epochs are done, patience runs out, or a loss is not finite. */
export async function runEpochs(run: TrainingRun, hooks: TrainOptions): Promise<TrainedModel> {
  const { backend, model, adam, identity, options } = run;
  const { every = 1, write, label = "the checkpoint" } = hooks.checkpoint ?? {};
  const state: TrainingState =
    hooks.resume === undefined
      ? { epoch: 0, best: undefined, curve: [] }
      : await restoreCheckpoint(
          backend,
          identity,
          { bytes: hooks.resume, epochs: options.epochs, patience: options.patience, label },
          model.parameters,
          adam,
        );
  if (hooks.resume !== undefined) state.saved = { epoch: state.epoch, label };
  const evaluate = evaluator(run, hooks.geometry ?? false);
  const isRegular = (): boolean => state.epoch % options.evaluateEvery === 0;
  /** Adds an epoch to the curve, evaluated where that is due; false where its vectors are not finite. */
  const conclude = async (trained: EpochRecord): Promise<boolean> => {
    const due = evaluate !== undefined && (isRegular() || state.epoch === options.epochs);
    const evaluated = due ? await evaluate(state) : {};
    if (evaluated === undefined) return false;
    const record = { ...trained, ...evaluated };
    state.curve.push(record);
    hooks.onEpoch?.(record);
    return true;
  };
  let stopped: StopReason = "epochs";
  // A run of more epochs did not evaluate what is the last epoch of this one.
  if (hooks.resume !== undefined && state.epoch === options.epochs && !isRegular()) {
    if (!(await conclude(state.curve.pop()!))) stopped = "not-finite";
  }
  while (state.epoch < options.epochs) {
    if (endOfPatience(state.curve, options.patience) !== undefined) {
      stopped = "patience";
      break;
    }
    if (hooks.stop?.aborted === true && state.epoch > 0) {
      stopped = "asked";
      break;
    }
    const trained = await trainEpoch(run, hooks, state);
    if (trained === undefined) {
      stopped = "not-finite";
      break;
    }
    state.epoch++;
    if (!(await conclude(trained))) {
      stopped = "not-finite";
      break;
    }
    // A last epoch that is evaluated although its turn has not come has a state that a run of more epochs never has.
    const canGoOn = isRegular() || evaluate === undefined || state.epoch < options.epochs;
    if (write !== undefined && canGoOn && state.epoch % every === 0) {
      await write(await encodeCheckpoint(backend, identity, state, model.parameters, adam), state.epoch);
      state.saved = { epoch: state.epoch, label };
    }
  }
  const last = state.best ?? {
    ...(await lastTables(run, state)),
    epoch: state.epoch,
    score: undefined,
  };
  const content = last.content && model.content?.(last.content);
  return new TrainedModel(run.data.train, last, content, state.curve, options, {
    bestEpoch: last.epoch,
    bestScore: last.score,
    stopped,
    notFiniteEpoch: stopped === "not-finite" ? state.curve.length + 1 : undefined,
  });
}

/**
 * All batches of one epoch; undefined if a loss is not finite.
 *
 * @throws {WellbegunError} `invalid-data` if that happens before any epoch was evaluated; `aborted`.
 */
async function trainEpoch(
  { model, adam, sampler, options }: TrainingRun,
  hooks: TrainOptions,
  state: TrainingState,
): Promise<EpochRecord | undefined> {
  const epoch = state.epoch;
  const started = performance.now();
  const rate = rateOf(options, epoch);
  const terms: Record<string, number> = {};
  const observer = {
    signal: hooks.signal,
    onProgress: (hooks.onProgress ?? hooks.stop) && (() => undefined),
  };
  let batches = 0;
  await model.startEpoch?.(epoch);
  for (const batch of sampler.epoch(epoch)) {
    await checkpoint(observer, DOING);
    const found = await model.gradients(batch, epoch);
    batches++;
    if (!Number.isFinite(sumOf(found))) {
      if (state.best === undefined) throw notFinite(epoch + 1, batches, found, state);
      return undefined;
    }
    await adam.step(rate);
    addTerms(terms, found);
    hooks.onProgress?.({
      epoch: epoch + 1,
      epochs: options.epochs,
      batch: batches,
      batches: sampler.batches,
      loss: sumOf(terms) / batches,
      last: state.curve.at(-1),
    });
  }
  const trainMs = performance.now() - started;
  return { epoch: epoch + 1, learningRate: rate, loss: sumOf(terms), terms, trainMs };
}

type Evaluated = Pick<EpochRecord, "validation" | "test" | "geometry" | "evaluateMs">;

/**
 * Evaluates the vectors on the given splits, and keeps the best by the validation split; undefined where there is nothing to
 * measure. The evaluation is undefined where the vectors are not finite: a loss may still be finite when the step after it is not.
 *
 * @throws {WellbegunError} `invalid-data` if that happens before any epoch was evaluated, and at once for a validation split
 * in which there is nothing to find.
 */
function evaluator(
  run: TrainingRun,
  withGeometry: boolean,
): ((state: TrainingState) => Promise<Evaluated | undefined>) | undefined {
  const { backend, operations, model, options } = run;
  const { train, validation, test } = run.data;
  const split = (
    heldOut: Interactions | undefined,
    mask: Interactions | undefined,
  ): JudgedSplit | undefined => (heldOut === undefined ? undefined : judgedSplit(train, heldOut, mask));
  const validationSplit = split(validation, undefined);
  if (validation !== undefined && validationSplit === undefined) throw nothingToFind(validation.items.length);
  const testSplit = split(test, options.testMask === "train" ? undefined : validation);
  if (validationSplit === undefined && testSplit === undefined && !withGeometry) return undefined;
  return async (state) => {
    const started = performance.now();
    return await withScope(backend, async (scope) => {
      const tables = await model.tables(scope);
      const metrics = async (judged: JudgedSplit | undefined): Promise<SplitMetrics | undefined> =>
        judged && (await judge(backend, operations, tables, judged, options.k));
      const found = await metrics(validationSplit);
      const held = await metrics(testSplit);
      const vectors = await downloadTables(run, tables);
      if (!areFinite(vectors)) {
        if (state.best === undefined)
          throw notFinite(state.epoch, run.sampler.batches, { vectors: Number.NaN }, state);
        return undefined;
      }
      if (found !== undefined) keepBest(state, vectors, found.recall);
      const geometry = withGeometry ? geometryOf(vectors, train, options.seed) : undefined;
      return { validation: found, test: held, geometry, evaluateMs: performance.now() - started };
    });
  };
}

function keepBest(state: TrainingState, vectors: Vectors, score: number): void {
  if (state.best !== undefined && score <= state.best.score) return;
  state.best = { ...vectors, epoch: state.epoch, score };
}

/**
 * The vectors from the parameters after the last epoch.
 *
 * @throws {WellbegunError} `invalid-data` if they are not finite.
 */
async function lastTables(run: TrainingRun, state: TrainingState): Promise<Vectors> {
  const { backend, model } = run;
  const vectors = await withScope(backend, async (scope) => downloadTables(run, await model.tables(scope)));
  if (!areFinite(vectors)) throw notFinite(state.epoch, run.sampler.batches, { vectors: Number.NaN }, state);
  return vectors;
}

async function downloadTables({ backend }: TrainingRun, tables: ModelTables): Promise<Vectors> {
  const { users, items, foldIn, content } = tables;
  return {
    users: await download(backend, users),
    items: await download(backend, items),
    foldIn: foldIn && (await download(backend, foldIn)),
    content: content && (await downloadAll(backend, content)),
  };
}

async function downloadAll(backend: Backend, matrices: readonly Matrix[]): Promise<Float32Array[]> {
  const all: Float32Array[] = [];
  for (const matrix of matrices) all.push(await download(backend, matrix));
  return all;
}

/** No epoch would be the best: every list would have a recall of 0. */
function nothingToFind(interactions: number): WellbegunError {
  return new WellbegunError("invalid-data", {
    doing: DOING,
    expected: "validation interactions that are not in train, of users who are",
    found: `none among ${interactions}`,
    at: "validation",
    hint: "Split the data anew, or train without a validation split.",
  });
}
