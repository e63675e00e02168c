import { type Interactions, type ScoringTables, WellbegunError } from "@wellbegun/core";
import { namesOf, refuseUnknownKeys } from "@wellbegun/core/support";
import { type TableRankerOptions, tableRanker } from "../ranking/tables.ts";
import { type EvaluateOptions, evaluateRanker, type RankingEvaluation } from "./evaluate.ts";
import { type EvaluationSplit, splitFrom } from "./evaluation-split.ts";
import type { OverlapRule } from "./overlap.ts";

/** Tables with the interactions that they were made from: core's `Model`, or any object of this shape. */
export interface ZeroShotModel extends ScoringTables {
  /** The train interactions: masked out of every list; degrees and popularity are counted on them. */
  readonly train: Interactions;
}

/** Options of {@link zeroShot} on a model and held-out interactions. */
export interface ZeroShotOptions extends EvaluateOptions, TableRankerOptions {
  /**
   * Further interactions to mask: the validation interactions, if test interactions are to be found. Default:
   * none.
   */
  readonly seen?: Interactions | undefined;
  /** What happens to held-out interactions that are masked. Default: `leave-out`, counted in the result. */
  readonly overlap?: OverlapRule | undefined;
}

const optionNames = namesOf<ZeroShotOptions>({
  k: true,
  blockUsers: true,
  similarity: true,
  backend: true,
  seen: true,
  overlap: true,
  signal: true,
  onProgress: true,
});

const splitOptionNames = optionNames.filter((name) => name !== "seen" && name !== "overlap");

/**
 * The zero-shot protocol (after AlignRec, Liu et al., CIKM 2024): ranks by the product of the vectors alone, with
 * nothing trained. All items compete except the user's items in `model.train`. IDs are compared if both sides
 * have them.
 *
 * @param heldOut What is to be found, such as `data.validation`. A dataset without that split is refused.
 * @throws {WellbegunError} `mismatch` if the interactions' users and items are not the tables', by number or by ID;
 * `invalid-data` for a value that is not finite, or for an overlap that `overlap` refuses; `invalid-option`; `aborted`.
 * @example
 * ```ts
 * import { denseFeatures, fit, interactionsFromPairs } from "@wellbegun/core";
 * import { zeroShot } from "@wellbegun/evaluation";
 *
 * const ids = { userIds: ["ann", "bob"], itemIds: ["jam", "oil", "tea"] };
 * const train = interactionsFromPairs([["ann", "jam"], ["bob", "oil"]], ids);
 * const validation = interactionsFromPairs([["ann", "tea"], ["bob", "jam"]], ids);
 * const image = denseFeatures(new Float32Array([1, 0, 0, 1, 1, 1]), 3, 2);
 * const model = await fit({ train, features: { image } }, { lambda: 1, clusters: 1 });
 * const { cuts } = await zeroShot(model, validation, { k: [1, 2] });
 * console.log(cuts[0].recall, cuts[1].recall); // 0.5 1
 * ```
 */
export async function zeroShot(
  model: ZeroShotModel,
  heldOut: Interactions | undefined,
  options?: ZeroShotOptions,
): Promise<RankingEvaluation>;
/**
 * The zero-shot protocol on any pair of tables and a split, which says what is masked.
 *
 * @throws {WellbegunError} `mismatch`, `invalid-data`, `invalid-option` or `aborted`, as above.
 */
export async function zeroShot(
  tables: ScoringTables,
  split: EvaluationSplit,
  options?: EvaluateOptions & TableRankerOptions,
): Promise<RankingEvaluation>;
export async function zeroShot(
  tables: ScoringTables & Partial<ZeroShotModel>,
  heldOut: Interactions | EvaluationSplit | undefined,
  options: ZeroShotOptions = {},
): Promise<RankingEvaluation> {
  if (heldOut === undefined) {
    throw new WellbegunError("invalid-data", {
      doing: "judging a model on held-out interactions",
      expected: "held-out interactions",
      found: "a dataset without this split",
      at: "heldOut",
    });
  }
  // A split says itself what is masked.
  const names = "heldOut" in heldOut ? splitOptionNames : optionNames;
  refuseUnknownKeys("judging a model on held-out interactions", options, names);
  const { seen, overlap, similarity, backend, ...judging } = options;
  const split = "heldOut" in heldOut ? heldOut : splitOfModel(tables, heldOut, options);
  const ranker = await tableRanker(tables, { similarity, backend });
  try {
    return await evaluateRanker(ranker, split, judging);
  } finally {
    await ranker.dispose();
  }
}

function splitOfModel(
  { train }: Partial<ZeroShotModel>,
  heldOut: Interactions,
  { seen, overlap }: ZeroShotOptions,
): EvaluationSplit {
  if (train !== undefined) return splitFrom("validation", train, heldOut, seen, overlap);
  throw new WellbegunError("invalid-data", {
    doing: "judging a model on held-out interactions",
    expected: "a model with its train interactions, or a split, which holds them",
    found: "tables without either",
    at: "train",
    hint: 'Give splitOf(data, "validation") in place of the held-out interactions.',
  });
}
