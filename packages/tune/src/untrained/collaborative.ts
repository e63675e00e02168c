import {
  type Backend,
  type Interactions,
  type Observer,
  type SpectralModel,
  spectral,
} from "@wellbegun/core";
import type { JudgedCandidate, ValidationJudge } from "./judge.ts";
import { isWithinOneStandardError } from "./one-standard-error.ts";

const exponents = [0.25, 0.75];
/** The smallest width to try, and half of the first number of singular vectors to compute. */
const narrowest = 64;

/** The chosen collaborative side. */
export interface ChosenCollaborative extends JudgedCandidate {
  readonly model: SpectralModel;
}

/**
 * Widths double as long as the largest is the best; one width between neighbors is tried as well. The exponent stays 1/2
 * unless another gains more than one standard error.
 */
export async function chooseCollaborative(
  train: Interactions,
  judge: ValidationJudge,
  maxWidth: number,
  options: Observer & { readonly seed: number; readonly backend: Backend },
): Promise<ChosenCollaborative> {
  let best: ChosenCollaborative | undefined;
  let judged = 0;
  for (let widest = 2 * narrowest; ; widest *= 2) {
    const computed = await spectral(train, { ...options, k: Math.min(widest, maxWidth) });
    const widths = [...new Set([widest / 2, (3 * widest) / 4, widest].map((k) => Math.min(k, maxWidth)))];
    for (const width of widths.filter((k) => k > judged)) {
      const model = computed.with({ k: width });
      const candidate = { model, ...(await judge.judge("width", { k: width }, model)) };
      if (best === undefined || candidate.trial.ndcg > best.trial.ndcg) best = candidate;
      judged = width;
    }
    if (best!.model.options.k < judged || judged >= maxWidth) break;
  }
  let chosen = best!;
  for (const exponent of exponents) {
    const model = best!.model.with({ exponent });
    const candidate = { model, ...(await judge.judge("exponent", { exponent }, model)) };
    if (!isWithinOneStandardError(candidate.perUser, chosen.perUser)) chosen = candidate;
  }
  return chosen;
}
