import type { AbortSignalLike, Backend } from "@wellbegun/core";
import { expectCounts, expectNames, expectWeights, invalidOption } from "../models/check-options.ts";
import type { PretrainEpoch } from "./pretrain-record.ts";

/** Options of {@link pretrain}. */
export interface PretrainOptions {
  /** Width of the unified vectors. Default: 64. */
  readonly dimensions?: number | undefined;
  /** Share of the columns that a view hides, from 0 to below 1; drawn anew for each modality, view and batch. Default: 0.25. */
  readonly hidden?: number | undefined;
  /** Weight of the reconstruction of visible columns; hidden ones weigh 1. Default: 0.1. */
  readonly visible?: number | undefined;
  /** Weight of the contrastive term between modalities. Default: 0.1. Without effect on one modality. */
  readonly contrast?: number | undefined;
  /** Temperature of the contrastive term, at least 0.02. Default: 0.1. */
  readonly temperature?: number | undefined;
  /** Weight of the term that keeps the cosines of the items' features. Default: 1. */
  readonly similarity?: number | undefined;
  /** Share of the items that are held out to tell when training has converged, above 0 and below 1. Default: 0.1. */
  readonly heldOut?: number | undefined;
  /** Training stops after this many epochs in a row without a held-out loss that is lower by a thousandth. Default: 10. */
  readonly patience?: number | undefined;
  /** Most epochs. Default: 500; `patience` ends training earlier. */
  readonly epochs?: number | undefined;
  /** Items of a batch, which are one another's negatives in the contrastive term. Default: 256. */
  readonly batchSize?: number | undefined;
  /** Of Adam, in the first epoch. Default: 0.005. */
  readonly learningRate?: number | undefined;
  /** Factor of the learning rate from epoch to epoch, above 0 and at most 1. Default: 0.9. */
  readonly decay?: number | undefined;
  /** One seed for the start, the order of the items, the held-out ones and the hidden columns. Default: 999. */
  readonly seed?: number | undefined;
  /**
   * Default: `wasm({ relaxed: false })` where the runtime accepts it, else `cpu()`, disposed of at the end. With the default
   * one seed gives the same bytes on every runtime, with any number of threads.
   */
  readonly backend?: Backend | undefined;
  /** Checked before every batch. When it is aborted, training throws an `aborted` error. */
  readonly signal?: AbortSignalLike | undefined;
  /** Called after every epoch with its record. */
  readonly onEpoch?: ((record: PretrainEpoch) => void) | undefined;
}

/** The options of {@link PretrainOptions} that decide what is computed, with their defaults. */
export type ResolvedPretrainOptions = {
  readonly [K in Exclude<keyof PretrainOptions, "backend" | "signal" | "onEpoch">]-?: number;
};

/** @throws {WellbegunError} `invalid-option`, naming the option. */
export function resolvePretrainOptions(options: PretrainOptions): ResolvedPretrainOptions {
  const resolved: ResolvedPretrainOptions = {
    dimensions: options.dimensions ?? 64,
    hidden: options.hidden ?? 0.25,
    visible: options.visible ?? 0.1,
    contrast: options.contrast ?? 0.1,
    temperature: options.temperature ?? 0.1,
    similarity: options.similarity ?? 1,
    heldOut: options.heldOut ?? 0.1,
    patience: options.patience ?? 10,
    epochs: options.epochs ?? 500,
    batchSize: options.batchSize ?? 256,
    learningRate: options.learningRate ?? 0.005,
    decay: options.decay ?? 0.9,
    seed: options.seed ?? 999,
  };
  const what = "pretraining";
  expectNames(what, options, [...Object.keys(resolved), "backend", "signal", "onEpoch"]);
  expectCounts(what, resolved, { dimensions: 1, patience: 1, epochs: 1, batchSize: 2, seed: 0 });
  expectWeights(what, resolved, ["hidden", "visible", "contrast", "similarity"]);
  const expect = (name: keyof ResolvedPretrainOptions, holds: boolean, expected: string): void => {
    if (!holds) throw invalidOption(what, name, expected, resolved[name]);
  };
  expect("hidden", resolved.hidden < 1, "a number from 0 to below 1");
  expect("heldOut", resolved.heldOut > 0 && resolved.heldOut < 1, "a number above 0 and below 1");
  expect("temperature", resolved.temperature >= 0.02, "a number >= 0.02");
  const { learningRate, decay } = resolved;
  expect("decay", decay > 0 && decay <= 1, "a number above 0, at most 1");
  expect("learningRate", Number.isFinite(learningRate) && learningRate > 0, "a number above 0");
  return resolved;
}
