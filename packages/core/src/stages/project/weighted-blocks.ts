import type { FeatureBlocks } from "../../data/blocks.ts";

/** One modality on its way into a projection. */
export interface WeightedBlocks {
  readonly modality: string;
  readonly blocks: FeatureBlocks;
  /** What its features are multiplied with where they stand beside the others'. */
  readonly weight: number;
}
