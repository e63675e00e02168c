import {
  expectChoice,
  expectCounts,
  expectNames,
  expectPositives,
  expectToggles,
  expectWeights,
} from "../check-options.ts";
import { type FeaturePreparation, preparations } from "../content.ts";

/** Options of {@link alignrec}. In brackets: the name in the original code. */
export interface AlignRecOptions {
  /** Layers of the propagation over the user-item graph. Default: 2 [n_ui_layers]. */
  readonly layers?: number | undefined;
  /** Layers of the propagation over the item graph. Default: 1 [n_layers]. */
  readonly itemLayers?: number | undefined;
  /** Neighbors of an item in the item graph, itself included. Default: 10, or all items if there are fewer [knn_k]. */
  readonly neighbors?: number | undefined;
  /** Weight of the squared norms. Default: 1e-4 [reg_weight]. */
  readonly regularization?: number | undefined;
  /** Weight of the contrastive alignment of content and collaborative vectors, CCA. Default: 0.01 [cl_loss]. */
  readonly contrast?: number | undefined;
  /** Temperature of the contrastive alignment. Default: 0.2, which the original fixes. */
  readonly temperature?: number | undefined;
  /** Weight of the alignment of users and items, UIA. Default: 0.1; 0 where the original's --ui_cosine_loss is not set. */
  readonly userItem?: number | undefined;
  /** Weight of the regularizer that keeps content similarities. Default: 0.1 [sim_weight]. */
  readonly similarity?: number | undefined;
  /** Divisor of the content side in the sum; 0 means 1. Default: 0 [side_emb_div]. */
  readonly sideDivisor?: number | undefined;
  /** Whether features pass through layer normalization. Default: false [use_ln]. */
  readonly layerNorm?: boolean | undefined;
  /**
   * Epochs in which BPR and UIA are left out and the learning rate rises in equal steps. Default: 0; 10 with the original's
   * --warmup_ui.
   */
  readonly warmUpEpochs?: number | undefined;
  /** How modalities are prepared before they are put side by side. Default: `center+l2`. */
  readonly prepare?: FeaturePreparation | undefined;
  /**
   * Keeps the features, and with them the target of the similarity regularizer, as they are. The original trains them, at
   * the full learning rate. Default: false.
   */
  readonly freezeFeatures?: boolean | undefined;
}

/** {@link AlignRecOptions} with their defaults. */
export type ResolvedAlignRecOptions = {
  readonly [K in keyof AlignRecOptions]-?: Exclude<AlignRecOptions[K], undefined>;
};

/** The weights of the terms of AlignRec's loss, from {@link termWeights}. */
export interface AlignRecTermWeights {
  readonly bpr: number;
  /** Of half the sum of squared norms. */
  readonly squares: number;
  readonly userItem: number;
  readonly contrastItems: number;
  readonly contrastUsers: number;
  readonly similarity: number;
}

/** @throws {WellbegunError} `invalid-option`, naming the option. */
export function resolveAlignRecOptions(options: AlignRecOptions): ResolvedAlignRecOptions {
  const resolved: ResolvedAlignRecOptions = {
    layers: options.layers ?? 2,
    itemLayers: options.itemLayers ?? 1,
    neighbors: options.neighbors ?? 10,
    regularization: options.regularization ?? 1e-4,
    contrast: options.contrast ?? 0.01,
    temperature: options.temperature ?? 0.2,
    userItem: options.userItem ?? 0.1,
    similarity: options.similarity ?? 0.1,
    sideDivisor: options.sideDivisor ?? 0,
    layerNorm: options.layerNorm ?? false,
    warmUpEpochs: options.warmUpEpochs ?? 0,
    prepare: options.prepare ?? "center+l2",
    freezeFeatures: options.freezeFeatures ?? false,
  };
  expectNames("alignrec", options, Object.keys(resolved));
  expectCounts("alignrec", resolved, { layers: 0, itemLayers: 0, neighbors: 1, warmUpEpochs: 0 });
  expectWeights("alignrec", resolved, [
    "regularization",
    "contrast",
    "userItem",
    "similarity",
    "sideDivisor",
  ]);
  expectPositives("alignrec", resolved, ["temperature"]);
  expectToggles("alignrec", resolved, ["layerNorm", "freezeFeatures"]);
  expectChoice("alignrec", resolved, "prepare", preparations);
  return resolved;
}

/** The weights of the loss terms in an epoch. Squared norms are divided by the full batch's size, in a short batch too. */
export function termWeights(
  options: ResolvedAlignRecOptions,
  batchSize: number,
  epoch: number,
): AlignRecTermWeights {
  const warm = epoch >= options.warmUpEpochs;
  return {
    bpr: warm ? 1 : 0,
    squares: options.regularization / batchSize,
    userItem: warm ? options.userItem : 0,
    contrastItems: options.contrast,
    contrastUsers: options.contrast,
    similarity: options.similarity,
  };
}
