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
 * Widths double as long as the largest is the best; one width between neighbors is tried as well. The narrowest width within
 * one standard error of the best is chosen, since narrow tables cost less wherever they go. The exponent stays 1/2 unless
 * another gains more than one standard error.
 */
export async function chooseCollaborative(
  train: Interactions,
  judge: ValidationJudge,
  maxWidth: number,
  options: Observer & { readonly seed: number; readonly backend: Backend },
): Promise<ChosenCollaborative> {
  const tried: (JudgedCandidate & { readonly width: number; readonly computed: SpectralModel })[] = [];
  for (let widest = 2 * narrowest; ; widest *= 2) {
    const computed = await spectral(train, { ...options, k: Math.min(widest, maxWidth) });
    const widths = [...new Set([widest / 2, (3 * widest) / 4, widest].map((k) => Math.min(k, maxWidth)))];
    for (const width of widths.filter((k) => k > (tried.at(-1)?.width ?? 0))) {
      const judged = await judge.judge("width", { k: width }, computed.with({ k: width }));
      tried.push({ ...judged, width, computed });
    }
    const last = tried.at(-1)!;
    if (bestOf(tried) !== last || last.width >= maxWidth) break;
  }
  const best = bestOf(tried);
  const { computed, width, trial, perUser } = tried.find(
    (candidate) => candidate === best || isWithinOneStandardError(best.perUser, candidate.perUser),
  )!;
  const middle = { model: computed.with({ k: width }), trial, perUser };
  let chosen: ChosenCollaborative = middle;
  for (const exponent of exponents) {
    const model = middle.model.with({ exponent });
    const candidate = { model, ...(await judge.judge("exponent", { exponent }, model)) };
    if (!isWithinOneStandardError(candidate.perUser, chosen.perUser)) chosen = candidate;
  }
  return chosen;
}

/** The candidate with the largest NDCG, the first of equals. */
function bestOf<T extends JudgedCandidate>(tried: readonly T[]): T {
  return tried.reduce((best, one) => (one.trial.ndcg > best.trial.ndcg ? one : best));
}
