import type { FeatureBlocks } from "../../data/blocks.ts";

/** One modality as input of a projection. */
export interface WeightedBlocks {
  readonly modality: string;
  readonly blocks: FeatureBlocks;
  /** The factor of its features among the modalities side by side. */
  readonly weight: number;
}
