import { WellbegunError } from "@wellbegun/core";
import type { TrainingState } from "./checkpoint.ts";
import type { LossTerms } from "./models/model.ts";
import type { Vectors } from "./vectors.ts";

/** Whether all values of both tables are finite. */
export function areFinite({ users, items }: Vectors): boolean {
  for (const values of [users, items]) {
    for (let i = 0; i < values.length; i++) if (!Number.isFinite(values[i])) return false;
  }
  return true;
}

/**
 * The error of a run that has no best epoch to keep. It says what the last checkpoint is good for, if there is one.
 *
 * @param epoch The epoch that failed, from 1; `batch` likewise.
 * @param values Terms of the loss, or what else was measured.
 */
export function notFinite(
  epoch: number,
  batch: number,
  values: LossTerms,
  { saved }: Pick<TrainingState, "saved">,
): WellbegunError {
  const bad = Object.entries(values).filter(([, value]) => !Number.isFinite(value));
  const kept =
    saved === undefined || saved.epoch >= epoch
      ? ""
      : ` From ${saved.label}, resumed with epochs ${saved.epoch}, the vectors of epoch ${saved.epoch} can be had.`;
  return new WellbegunError("invalid-data", {
    doing: "training",
    expected: "losses and vectors that are finite",
    found: bad.map(([name, value]) => `${name} ${value}`).join(", "),
    at: `epoch ${epoch}, batch ${batch}`,
    hint: `Lower the learning rate, or look for extreme values in the features or the start.${kept}`,
  });
}
