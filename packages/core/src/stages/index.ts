/**
 * The stages of a fit one by one, for programs that run many fits and share work between them, such as a search
 * over settings: the steps of {@link fit}, called in the caller's order. A stage's results live on the backend
 * that it was given and are disposed of by the caller.
 *
 * @module
 */

export type { Adjacency, AdjacencyBlock } from "../data/adjacency.ts";
export { adjacencyBlocks } from "../data/adjacency.ts";
export type { BlockLayout, BlockSizes } from "../data/block-layout.ts";
export { layoutBlocks } from "../data/block-layout.ts";
export type { FeatureBlocks } from "../data/blocks.ts";
export { upload } from "../data/upload.ts";
export type { Aggregated, Aggregation, AggregationInput, Terms, UserTerms } from "./aggregate.ts";
export { planAggregation } from "./aggregate.ts";
export type { Clustering } from "./cluster/kmeans.ts";
export { kmeans } from "./cluster/kmeans.ts";
export type { KMeansOptions } from "./cluster/kmeans-options.ts";
export type { HistogramInput } from "./cluster-histogram.ts";
export type { Combination, CombinedPart } from "./combine.ts";
export type { FusedBlock, FuseInput, Fusion, FusionOptions } from "./fuse/fuse.ts";
export { openFusion } from "./fuse/fuse.ts";
export { itemTerms } from "./fuse/item-terms.ts";
export { meanItem } from "./mean-item.ts";
export type { Prepared, PrepareOptions } from "./prepare/prepare.ts";
export { prepareFeatures } from "./prepare/prepare.ts";
export type { FittedProjection, ProjectionOptions } from "./project/fit-projection.ts";
export { fitProjection, projectRows } from "./project/fit-projection.ts";
export type { Smoothing } from "./project/smooth.ts";
export { smoothingUsers, smoothTable } from "./project/smooth.ts";
export type { WeightedBlocks } from "./project/weighted-blocks.ts";
