import {
  type Backend,
  type FeatureSource,
  type FitOptions,
  type FoldingModel,
  fit,
  type Interactions,
  type Observer,
} from "@wellbegun/core";
import type { ValidationJudge } from "./judge.ts";

/** Exponent of a modality's own validation NDCG, as its weight in the scores, while modalities are added. */
const addedPower = 1;
/** Exponents that are tried afterwards. */
const otherPowers = [0, 2];
/** Undamped, the axes that most items share decide alone; 1/2 finds more on all four datasets of experiments/untrained. */
const damping = 0.5;
/** Least weight of a modality that found nothing, since weights must be above 0. */
const least = 1e-3;

/** The chosen content side. */
export interface ChosenContent {
  readonly model: FoldingModel;
  /** Factor of each modality's features in the concatenation; modalities that lowered the NDCG are left out. */
  readonly weights: Readonly<Record<string, number>>;
  readonly ndcg: number;
}

/**
 * Content tables of `dim` columns: the prepared modalities are concatenated, each times the square root of its
 * weight in the scores. The weight is 1, or the modality's own validation NDCG divided by the best
 * modality's, to a chosen power. Otherwise an uninformative modality could outweigh an informative one.
 * Modalities are added one after another, the best first, and a modality that lowers the NDCG is left out.
 */
export async function chooseContent(
  train: Interactions,
  features: Readonly<Record<string, FeatureSource>>,
  judge: ValidationJudge,
  {
    backend,
    dim,
    seed,
    signal,
  }: {
    readonly backend: Backend;
    readonly dim: number;
    readonly seed: number;
    readonly signal?: Observer["signal"];
  },
): Promise<ChosenContent> {
  const names = Object.keys(features);
  const width = (modalities: readonly string[]): number =>
    modalities.reduce((sum, name) => sum + features[name]!.columns, 0);
  const fitted = async (
    modalities: readonly string[],
    weights: Readonly<Record<string, number>>,
  ): Promise<FoldingModel> => {
    const options: FitOptions = {
      modalities,
      weights,
      dim: Math.min(dim, width(modalities)),
      damping,
      lambda: 1,
      // With lambda 1 no table depends on the clusters.
      clusters: 1,
      maxIterations: 0,
      scale: "none",
      seed,
    };
    return await fit({ train, features }, { ...options, backend, signal, perModality: false });
  };
  const judged = async (weights: Readonly<Record<string, number>>, model: FoldingModel): Promise<number> =>
    (await judge.judge("modalities", weights, model)).trial.ndcg;
  const equal = Object.fromEntries(names.map((name) => [name, 1]));
  if (names.length === 1) {
    const model = await fitted(names, equal);
    return { model, weights: equal, ndcg: await judged(equal, model) };
  }
  const alone: Record<string, number> = {};
  for (const name of names) {
    alone[name] = await judged({ [name]: 1 }, await fitted([name], { [name]: 1 }));
  }
  const top = Math.max(...Object.values(alone));
  const attempt = async (modalities: readonly string[], power: number): Promise<ChosenContent> => {
    const share = (name: string): number => (top === 0 ? 1 : alone[name]! / top);
    const weights = Object.fromEntries(
      modalities.map((name) => [name, Math.max(least, Math.sqrt(share(name) ** power))]),
    );
    const model = await fitted(modalities, weights);
    return { model, weights, ndcg: await judged(weights, model) };
  };
  const [first, ...others] = [...names].sort((a, b) => alone[b]! - alone[a]!);
  let kept = [first!];
  let best = await attempt(kept, addedPower);
  for (const name of others) {
    const longer = await attempt([...kept, name], addedPower);
    if (longer.ndcg > best.ndcg) [best, kept] = [longer, [...kept, name]];
  }
  if (kept.length === 1) return best;
  for (const power of otherPowers) {
    const other = await attempt(kept, power);
    if (other.ndcg > best.ndcg) best = other;
  }
  return best;
}
