import type { Geometry } from "./geometry.ts";
import type { LossTerms } from "./models/model.ts";
import type { SplitMetrics } from "./validate.ts";

/** What happened in one epoch. */
export interface EpochRecord {
  /** Number of the epoch, from 1. */
  readonly epoch: number;
  readonly learningRate: number;
  /** Sum of the losses of all batches. */
  readonly loss: number;
  /** The terms of the loss with their weights, summed over the batches: they add up to `loss`. */
  readonly terms: LossTerms;
  /** Milliseconds of training, without evaluation. */
  readonly trainMs: number;
  /** In epochs that were evaluated. */
  readonly validation?: SplitMetrics | undefined;
  readonly test?: SplitMetrics | undefined;
  /** In evaluated epochs, with the option `geometry`. */
  readonly geometry?: Geometry | undefined;
  /** Milliseconds of evaluation. */
  readonly evaluateMs?: number | undefined;
}

/** The progress of training, reported after every batch. */
export interface TrainingProgress {
  /** Number of the epoch that is running, from 1. */
  readonly epoch: number;
  readonly epochs: number;
  /** Batches of this epoch that are done. */
  readonly batch: number;
  readonly batches: number;
  /** Mean loss of the batches of this epoch so far. */
  readonly loss: number;
  /** The record of the epoch before; undefined in the first. */
  readonly last: EpochRecord | undefined;
}

/** Adds the terms of a batch to those of an epoch. */
export function addTerms(sums: Record<string, number>, terms: LossTerms): void {
  for (const [name, value] of Object.entries(terms)) sums[name] = (sums[name] ?? 0) + value;
}

/** The loss: the sum of its terms. */
export function sumOf(terms: LossTerms): number {
  return Object.values(terms).reduce((sum, term) => sum + term, 0);
}
