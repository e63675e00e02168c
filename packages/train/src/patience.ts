import type { EpochRecord } from "./curve.ts";

/** Where patience ran out. Both epochs count from 1. */
export interface EndOfPatience {
  /** The last epoch. */
  readonly epoch: number;
  /** The best epoch up to there. */
  readonly best: number;
}

/**
 * Where more than `patience` evaluations on the validation split in a row were not better than the best before them; undefined if
 * that has not happened.
 */
export function endOfPatience(curve: readonly EpochRecord[], patience: number): EndOfPatience | undefined {
  let [best, score, since] = [0, Number.NEGATIVE_INFINITY, 0];
  for (const { epoch, validation } of curve) {
    if (validation === undefined) continue;
    since++;
    if (validation.recall > score) [best, score, since] = [epoch, validation.recall, 0];
    if (since > patience) return { epoch, best };
  }
  return undefined;
}
