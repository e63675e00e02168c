import {
  type Backend,
  type FeatureSource,
  type FoldingModel,
  type Interactions,
  type JoinedModel,
  joinModels,
  type Observer,
  type SpectralModel,
  spectral,
  wasm,
} from "@wellbegun/core";
import { type ChosenContent, chooseContent } from "./content.ts";
import { type UntrainedTrial, ValidationJudge } from "./judge.ts";

/** What {@link tuneUntrained} reads. No test row is among it. */
export interface UntrainedInput {
  readonly train: Interactions;
  readonly validation: Interactions;
  /** Content features by modality. Without any, the result is the collaborative side alone. */
  readonly features: Readonly<Record<string, FeatureSource>>;
}

/** Options of {@link tuneUntrained}. */
export interface UntrainedOptions extends Observer {
  /** The cut of Recall@K that choices are made by. Default: 20. */
  readonly k?: number | undefined;
  /** Widest collaborative table that is tried. Default: 512. */
  readonly maxWidth?: number | undefined;
  /** Columns of the content table. Default: 64, or the width of the features where that is less. */
  readonly contentWidth?: number | undefined;
  /** Most users whose validation rows the choices are made by; a seeded sample where there are more. Default: 5,000. */
  readonly maxUsers?: number | undefined;
  /** Default: 0. */
  readonly seed?: number | undefined;
  /** Default: wasm, disposed of afterwards. */
  readonly backend?: Backend | undefined;
}

/** What {@link tuneUntrained} returns. */
export interface UntrainedResult {
  /** Both sides as one pair of tables; the collaborative side alone without features. */
  readonly model: JoinedModel | SpectralModel;
  readonly collaborative: SpectralModel;
  readonly content: FoldingModel | undefined;
  readonly chosen: {
    readonly k: number;
    readonly exponent: number;
    /** Weight of the content's scores; 0 without features. */
    readonly weight: number;
    /** Factor of each modality's features. */
    readonly modalities: Readonly<Record<string, number>>;
  };
  /** Recall@K of the chosen model on the validation rows. */
  readonly recall: number;
  readonly trials: readonly UntrainedTrial[];
  /** Users whose validation rows the choices were made by. */
  readonly users: number;
  /** Whether they are a sample. */
  readonly sampled: boolean;
}

const exponents = [0.25, 0.75];
const weights = [0.05, 0.1, 0.2, 0.4, 0.8, 1.6, 3.2];
/** The narrowest tables that are tried, and the first number of singular vectors that is computed. */
const narrowest = 64;

/**
 * A recommender without training, with all it can be tuned by chosen on the validation rows: the width and the exponent of
 * the spectral tables, the weights of the modalities in the content tables, and the content's weight in the joined tables. One choice
 * after another, in seconds.
 *
 * @throws {WellbegunError} as `spectral`, `fit` and `joinModels`.
 */
export async function tuneUntrained(
  input: UntrainedInput,
  options: UntrainedOptions = {},
): Promise<UntrainedResult> {
  const { k = 20, maxWidth = 512, contentWidth = 64, maxUsers = 5000, seed = 0 } = options;
  const backend = options.backend ?? (await wasm());
  try {
    const judge = new ValidationJudge(input, { k, maxUsers, seed, backend });
    const how = { seed, backend, signal: options.signal, onProgress: options.onProgress };
    const collaborative = await chooseSpectral(
      input.train,
      judge,
      Math.min(maxWidth, input.train.itemCount),
      how,
    );
    const given = Object.keys(input.features).length > 0;
    const content = given
      ? await chooseContent(input.train, input.features, judge, { backend, dim: contentWidth, seed })
      : undefined;
    const joined =
      content && (await chooseWeight(collaborative.model, content, collaborative.recall, judge, backend));
    return {
      model: joined?.model ?? collaborative.model,
      collaborative: collaborative.model,
      content: content?.model,
      chosen: {
        k: collaborative.model.options.k,
        exponent: collaborative.model.options.exponent,
        weight: joined?.weight ?? 0,
        modalities: content?.weights ?? {},
      },
      recall: joined?.recall ?? collaborative.recall,
      trials: judge.trials,
      users: judge.users,
      sampled: judge.sampled,
    };
  } finally {
    if (options.backend === undefined) await backend.dispose();
  }
}

/** Widths double as long as the widest is the best; between two of them lies one more. */
async function chooseSpectral(
  train: Interactions,
  judge: ValidationJudge,
  maxWidth: number,
  options: Observer & { readonly seed: number; readonly backend: Backend },
): Promise<{ model: SpectralModel; recall: number }> {
  let best: { model: SpectralModel; recall: number } | undefined;
  let judged = 0;
  for (let widest = 2 * narrowest; ; widest *= 2) {
    const computed = await spectral(train, { ...options, k: Math.min(widest, maxWidth) });
    const widths = [...new Set([widest / 2, (3 * widest) / 4, widest].map((k) => Math.min(k, maxWidth)))];
    for (const width of widths.filter((k) => k > judged)) {
      const model = computed.with({ k: width });
      const recall = await judge.recall("width", { k: width }, model);
      if (best === undefined || recall > best.recall) best = { model, recall };
      judged = width;
    }
    if (best!.model.options.k < judged || judged >= maxWidth) break;
  }
  const { model } = best!;
  for (const exponent of exponents) {
    const candidate = model.with({ exponent });
    const recall = await judge.recall("exponent", { exponent }, candidate);
    if (recall > best!.recall) best = { model: candidate, recall };
  }
  return best!;
}

/** Weight 0 is among the candidates: the content may say nothing that the interactions do not. */
async function chooseWeight(
  collaborative: SpectralModel,
  content: ChosenContent,
  alone: number,
  judge: ValidationJudge,
  backend: Backend,
): Promise<{ model: JoinedModel; weight: number; recall: number }> {
  let best = {
    model: await joinModels(collaborative, content.model, { weight: 0, backend }),
    weight: 0,
    recall: alone,
  };
  for (const weight of weights) {
    const model = best.model.with({ weight });
    const recall = await judge.recall("weight", { weight }, model);
    if (recall > best.recall) best = { model, weight, recall };
  }
  return best;
}
