import type { FeatureSource } from "@wellbegun/core";
import { plantCatalog } from "./catalog.ts";
import { drawDegrees } from "./degrees.ts";
import { syntheticFeatures } from "./features.ts";
import { drawHistories } from "./histories.ts";
import { type ResolvedOptions, resolveOptions, type SyntheticOptions } from "./options.ts";

/** Synthetic interactions and features, with the truth that was planted. */
export interface SyntheticDataset {
  /** Number of users, U; every one of them has at least one row. */
  readonly userCount: number;
  /** Number of items, I; some may have no row. */
  readonly itemCount: number;
  /** User row of each interaction, ascending. */
  readonly users: Uint32Array;
  /** Item row of each interaction, ascending within a user, none twice. */
  readonly items: Uint32Array;
  /** x_label of each interaction: 0 train, 1 validation, 2 test. */
  readonly labels: Uint8Array;
  /** One source a modality, in the order of the options, each I x width and named by its `label`. */
  readonly features: readonly FeatureSource[];
  /** Planted taste group of each item, I values from 0. */
  readonly tastes: Int32Array;
  /** What it was made from, defaults filled in: enough to make it again. */
  readonly options: ResolvedOptions;
}

/**
 * Generates a multimodal recommendation dataset in which users prefer items of a few planted tastes and every
 * modality shows, with noise, which taste an item belongs to. Equal options give equal data, bit for bit, on every
 * runtime. Interactions are drawn at once; features are generated as they are read, so that their size does not
 * matter.
 *
 * @throws {WellbegunError} `invalid-option` if an option is out of range, or no dataset can meet all of them.
 */
export function generateDataset(options: SyntheticOptions = {}): SyntheticDataset {
  const resolved = resolveOptions(options);
  const catalog = plantCatalog(resolved);
  const histories = drawHistories(resolved, catalog, drawDegrees(resolved));
  return {
    userCount: resolved.users,
    itemCount: resolved.items,
    ...histories,
    features: resolved.modalities.map((_, m) => syntheticFeatures(resolved, catalog, m)),
    tastes: catalog.tastes,
    options: resolved,
  };
}
