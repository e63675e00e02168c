import { expectChoice, expectCounts, expectNames, expectWeights, invalidOption } from "./check-options.ts";
import { type FeaturePreparation, preparations } from "./content.ts";

/** Options of {@link freedom}. In brackets: the name in MMRec. */
export interface FreedomOptions {
  /** Layers of the propagation over the user-item graph. Default: 2 [n_ui_layers]. */
  readonly layers?: number | undefined;
  /** Layers of the propagation over the item graph. Default: 1 [n_mm_layers]. */
  readonly itemLayers?: number | undefined;
  /** Neighbors of an item in each modality, itself included. Default: 10, or all items if there are fewer [knn_k]. */
  readonly neighbors?: number | undefined;
  /** Weight of the ranking loss against each modality's content. Default: 1e-3; MMRec searches 0 to 1e-3 [reg_weight]. */
  readonly regularization?: number | undefined;
  /** Share of the interactions that an epoch's graph leaves out. Default: 0.8; MMRec searches 0.8 and 0.9 [dropout]. */
  readonly dropout?: number | undefined;
  /**
   * Weight of each modality in the item graph. Default: equal weights that add up to 1. MMRec gives images 0.1 and texts 0.9
   * [mm_image_weight].
   */
  readonly weights?: Readonly<Record<string, number>> | undefined;
  /** How each modality is prepared. Default: `center+l2`; MMRec leaves features unchanged. */
  readonly prepare?: FeaturePreparation | undefined;
}

/** {@link FreedomOptions} with their defaults. */
export interface ResolvedFreedomOptions {
  readonly layers: number;
  readonly itemLayers: number;
  readonly neighbors: number;
  readonly regularization: number;
  readonly dropout: number;
  readonly weights: Readonly<Record<string, number>> | undefined;
  readonly prepare: FeaturePreparation;
}

/** @throws {WellbegunError} `invalid-option`, naming the option. */
export function resolveFreedomOptions(options: FreedomOptions): ResolvedFreedomOptions {
  const resolved: ResolvedFreedomOptions = {
    layers: options.layers ?? 2,
    itemLayers: options.itemLayers ?? 1,
    neighbors: options.neighbors ?? 10,
    regularization: options.regularization ?? 1e-3,
    dropout: options.dropout ?? 0.8,
    weights: options.weights,
    prepare: options.prepare ?? "center+l2",
  };
  expectNames("freedom", options, Object.keys(resolved));
  expectCounts("freedom", resolved, { layers: 0, itemLayers: 0, neighbors: 1 });
  expectWeights("freedom", resolved, ["regularization", "dropout"]);
  expectChoice("freedom", resolved, "prepare", preparations);
  if (resolved.dropout >= 1) throw invalidOption("freedom", "dropout", "a share below 1", resolved.dropout);
  return resolved;
}

/**
 * The weight of each modality in the item graph.
 *
 * @throws {WellbegunError} `invalid-option` unless the weights name exactly the modalities, each with a finite number >= 0.
 */
export function modalityWeights(
  { weights }: ResolvedFreedomOptions,
  names: readonly string[],
): Readonly<Record<string, number>> {
  if (weights === undefined) return Object.fromEntries(names.map((name) => [name, 1 / names.length]));
  const given = Object.keys(weights);
  if (given.length !== names.length || names.some((name) => weights[name] === undefined)) {
    const expected = `a weight for each of ${names.join(", ")}`;
    throw invalidOption("freedom", "weights", expected, given.join(", ") || "none");
  }
  expectWeights("freedom", weights, given);
  return weights;
}
