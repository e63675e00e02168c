import {
  type Backend,
  type FeatureSource,
  type FoldingModel,
  type Interactions,
  type JoinedModel,
  type Observer,
  type SpectralModel,
  wasm,
} from "@wellbegun/core";
import { namesOf, refuseUnknownKeys } from "@wellbegun/core/options";
import { type OverlapRule, splitOf } from "@wellbegun/evaluation";
import { chooseCollaborative } from "./collaborative.ts";
import { chooseContent } from "./content.ts";
import { checkFill, chooseFill, type FillOutcome } from "./fill.ts";
import { type UntrainedTrial, ValidationJudge } from "./judge.ts";
import { chooseWeight } from "./weight.ts";

/** The input of {@link tuneUntrained}. It contains no test rows. */
export interface UntrainedInput {
  readonly train: Interactions;
  readonly validation: Interactions;
  /** Content features by modality. Without any, the result is only the collaborative side. */
  readonly features: Readonly<Record<string, FeatureSource>>;
}

/** Options of {@link tuneUntrained}. */
export interface UntrainedOptions extends Observer {
  /** The cut of the NDCG@K by which choices are made. Default: 20. */
  readonly k?: number | undefined;
  /** Largest width of the collaborative tables to try. Default: 512. */
  readonly maxWidth?: number | undefined;
  /** Columns of the content table. Default: 64, or the width of the features if that is less. */
  readonly contentWidth?: number | undefined;
  /**
   * Largest number of users whose validation rows decide the choices; a seeded sample if there are more.
   * Default: 2,000, more of which take longer in proportion.
   */
  readonly maxUsers?: number | undefined;
  /**
   * Whether cold items, those with at most two train interactions, get collaborative rows from their content
   * (`fillColdItems`): a factor on their norm, or `chosen` for the factor with the largest recall of cold items on
   * the validation rows among those that lose at most 1 % of the overall recall; none if no such factor finds more
   * cold items than the unfilled tables. Default: no.
   */
  readonly fillCold?: number | "chosen" | undefined;
  /** What happens to validation interactions that are also train interactions. Default: `leave-out`. */
  readonly overlap?: OverlapRule | undefined;
  /** The seed. Default: 0. */
  readonly seed?: number | undefined;
  /** Default: wasm, disposed of afterwards. */
  readonly backend?: Backend | undefined;
}

const optionNames = namesOf<UntrainedOptions>({
  k: true,
  maxWidth: true,
  contentWidth: true,
  maxUsers: true,
  fillCold: true,
  overlap: true,
  seed: true,
  backend: true,
  signal: true,
  onProgress: true,
});

/** The result of {@link tuneUntrained}. */
export interface UntrainedResult {
  /** Both sides as one pair of tables; the collaborative side alone without features. */
  readonly model: JoinedModel | SpectralModel;
  /** The model before cold items were filled; the model itself if they were not. */
  readonly unfilled: JoinedModel | SpectralModel;
  readonly collaborative: SpectralModel;
  readonly content: FoldingModel | undefined;
  readonly chosen: {
    readonly k: number;
    readonly exponent: number;
    /** Weight of the content's scores; 0 without features. */
    readonly weight: number;
    /** Factor of each modality's features; a modality that is left out has none. */
    readonly modalities: Readonly<Record<string, number>>;
    /** Factor on the norm of the filled rows of cold items; 0 if they are not filled. */
    readonly fillCold: number;
  };
  /** What became of `fillCold`; undefined without this option. */
  readonly fill: FillOutcome | undefined;
  /** Recall@K of the chosen model on the validation rows. */
  readonly recall: number;
  readonly trials: readonly UntrainedTrial[];
  /** Number of users whose validation rows decided the choices. */
  readonly users: number;
  /** Whether these users are a sample. */
  readonly sampled: boolean;
  /** Number of validation interactions that were not looked for, because they are also train interactions. */
  readonly overlap: number;
}

/**
 * Makes a recommender without training, whose parameters are chosen on the validation rows: the width and the
 * exponent of the spectral tables, the weights of the modalities in the content tables, and the content's
 * weight in the joined tables. The choices are made one after another, in seconds, each by
 * NDCG@K, which tells candidates apart more sharply than Recall@K does (Valcarce et al. 2018). The width is the narrowest
 * within one standard error of the best (Breiman et al. 1984), the exponent 1/2 unless another gains more than that.
 *
 * @throws {WellbegunError} `invalid-data` if the validation rows hold nothing to find, or an overlap that
 * `overlap` refuses; `invalid-option` for an option that does not exist; and as `spectral`, `fit` and `joinModels`.
 */
export async function tuneUntrained(
  input: UntrainedInput,
  options: UntrainedOptions = {},
): Promise<UntrainedResult> {
  refuseUnknownKeys("tuning an untrained recommender", options, optionNames);
  const { k = 20, maxWidth = 512, contentWidth = 64, maxUsers = 2000, seed = 0 } = options;
  const given = Object.keys(input.features).length > 0;
  if (options.fillCold !== undefined) checkFill(options.fillCold, given);
  const split = splitOf(input, "validation", { overlap: options.overlap });
  const backend = options.backend ?? (await wasm());
  try {
    const { signal, onProgress } = options;
    const judge = new ValidationJudge(split, { k, maxUsers, seed, backend, signal });
    const how = { seed, backend, signal, onProgress };
    const collaborative = await chooseCollaborative(
      input.train,
      judge,
      Math.min(maxWidth, input.train.itemCount),
      how,
    );
    const content = given
      ? await chooseContent(input.train, input.features, judge, { backend, dim: contentWidth, seed, signal })
      : undefined;
    const joined = content && (await chooseWeight(collaborative, content, judge, backend));
    const fill =
      content && joined && options.fillCold !== undefined
        ? await chooseFill(
            input.train,
            collaborative.model,
            content.model,
            joined,
            options.fillCold,
            judge,
            backend,
          )
        : undefined;
    const filled = fill?.tables;
    const unfilled = joined?.model ?? collaborative.model;
    return {
      model: filled?.model ?? unfilled,
      unfilled,
      collaborative: collaborative.model,
      content: content?.model,
      chosen: {
        k: collaborative.model.options.k,
        exponent: collaborative.model.options.exponent,
        weight: joined?.weight ?? 0,
        modalities: content?.weights ?? {},
        fillCold: filled?.factor ?? 0,
      },
      fill: fill?.outcome,
      recall: filled?.recall ?? (joined ?? collaborative).trial.recall,
      trials: judge.trials,
      users: judge.users,
      sampled: judge.sampled,
      overlap: split.overlap,
    };
  } finally {
    if (options.backend === undefined) await backend.dispose();
  }
}
