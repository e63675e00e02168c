import {
  type Backend,
  type FeatureSource,
  type FitOptions,
  type FoldingModel,
  fit,
  type Interactions,
} from "@wellbegun/core";
import type { ValidationJudge } from "./judge.ts";

/** Exponents of a modality's own validation recall that are tried as its weight in the scores. */
const powers = [0, 1, 2];
/** Least weight of a modality that found nothing, since weights must be above 0. */
const least = 1e-3;

/** The chosen content side. */
export interface ChosenContent {
  readonly model: FoldingModel;
  /** Factor of each modality's features in the concatenation. */
  readonly weights: Readonly<Record<string, number>>;
  readonly recall: number;
}

/**
 * Content tables of `dim` columns: the prepared modalities are concatenated, each times the square root of its
 * weight in the scores. The weight is 1, or the modality's own validation recall divided by the best
 * modality's, to a chosen power. Otherwise an uninformative modality could outweigh an informative one.
 */
export async function chooseContent(
  train: Interactions,
  features: Readonly<Record<string, FeatureSource>>,
  judge: ValidationJudge,
  { backend, dim, seed }: { readonly backend: Backend; readonly dim: number; readonly seed: number },
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
      lambda: 1,
      // With lambda 1 no table depends on the clusters.
      clusters: 1,
      maxIterations: 0,
      scale: "none",
      seed,
    };
    return await fit({ train, features }, { ...options, backend, perModality: false });
  };
  const equal = Object.fromEntries(names.map((name) => [name, 1]));
  if (names.length === 1) {
    const model = await fitted(names, equal);
    return { model, weights: equal, recall: await judge.recall("modalities", equal, model) };
  }
  const alone: Record<string, number> = {};
  for (const name of names) {
    alone[name] = await judge.recall("modalities", { [name]: 1 }, await fitted([name], { [name]: 1 }));
  }
  const top = Math.max(...Object.values(alone));
  let best: ChosenContent | undefined;
  for (const power of powers) {
    const share = (name: string): number => (top === 0 ? 1 : alone[name]! / top);
    const weights = Object.fromEntries(
      names.map((name) => [name, Math.max(least, Math.sqrt(share(name) ** power))]),
    );
    const model = await fitted(names, weights);
    const recall = await judge.recall("modalities", weights, model);
    if (best === undefined || recall > best.recall) best = { model, weights, recall };
  }
  return best!;
}
