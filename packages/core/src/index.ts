export type { Backend, Capabilities } from "./backend/backend.ts";
export type {
  BackendCandidate,
  JobSizes,
  SelectionRefusal,
  SelectionRule,
} from "./backend/candidate.ts";
export { cpu } from "./backend/portable/index.ts";
export type { BackendStatus } from "./backend/probe.ts";
export { probeBackends } from "./backend/probe.ts";
export type { Refusal, RefusalKind } from "./backend/refusal.ts";
export type { RefusedBackend, ResolvedBackend, ResolveOptions } from "./backend/resolve.ts";
export { backendChoices, resolveBackend } from "./backend/resolve.ts";
export { anyJob, denseJobs, largeJobs, onlyByName } from "./backend/selection-rule.ts";
export type { WasmOptions, WasmProbe } from "./backend/wasm/index.ts";
export { probeWasm, wasm } from "./backend/wasm/index.ts";
export type { Dataset, FitInput } from "./data/dataset.ts";
export type { DenseFeaturesOptions, FeatureArray } from "./data/dense-features.ts";
export { denseFeatures } from "./data/dense-features.ts";
export type { EncoderIdentity } from "./data/encoder-identity.ts";
export { encoderDifference } from "./data/encoder-identity.ts";
export type { FeatureSource } from "./data/features.ts";
export type { IdBlocks } from "./data/id-blocks.ts";
export type { Id } from "./data/ids.ts";
export { IdIndex } from "./data/ids.ts";
export type { WholeNumbers } from "./data/interaction-checks.ts";
export type { InteractionPair, PairOptions } from "./data/interaction-pairs.ts";
export { interactionsFromPairs } from "./data/interaction-pairs.ts";
export type {
  AnyInteractions,
  BlockLimits,
  InteractionBlock,
  InteractionSource,
} from "./data/interaction-source.ts";
export {
  collectInteractions,
  interactionBlocks,
  interactionSource,
  isSource,
} from "./data/interaction-source.ts";
export type { CsrInput, InteractionArrays, Interactions } from "./data/interactions.ts";
export {
  interactionsFromArrays,
  interactionsFromCsr,
  itemDegrees,
  userDegrees,
} from "./data/interactions.ts";
export type { Mask } from "./data/mask.ts";
export type { Identity } from "./data/same-ids.ts";
export type { DuplicateRule } from "./data/sort-rows.ts";
export type { ScoringTables, Table } from "./data/table.ts";
export { createTable } from "./data/table.ts";
export { defaultBackend } from "./default-backend.ts";
export type { ErrorCode, ErrorParts } from "./errors.ts";
export { isWellbegunError, WellbegunError } from "./errors.ts";
export type { InitializerState, ModalityTables } from "./initializer/bytes.ts";
export type { ContentMap } from "./initializer/content-map.ts";
export type { FoldedItems } from "./initializer/fold-items.ts";
export { foldInItems } from "./initializer/fold-items.ts";
export type { FoldedUser, FoldInOptions } from "./initializer/history.ts";
export type { TransformOptions } from "./initializer/initializer.ts";
export { Initializer } from "./initializer/initializer.ts";
export type { FoldedItem, ItemContent } from "./initializer/item-content.ts";
export type { UnknownItems } from "./initializer/item-rows.ts";
export type {
  ContentGraph,
  ContentModality,
  LinearContent,
  NeighborContent,
  TrainedContent,
} from "./initializer/trained-content.ts";
export { TrainedInitializer } from "./initializer/trained-initializer.ts";
export type { UserFolder } from "./initializer/user-folder.ts";
export { jobSizes } from "./job-sizes.ts";
export type { FittedClusters, FittedTables, Model } from "./model.ts";
export { choices, presets } from "./options/derived.ts";
export type { FitIntoOptions, FitOptions, RunOptions } from "./options/fit-options.ts";
export type {
  Combine,
  MethodOptions,
  Normalization,
  OptionValue,
  PerModality,
  Prepare,
  Preset,
  Projection,
  RecordedOptions,
  ResolvedOptions,
  Scale,
  StartCentroids,
  Weighting,
  ZeroRows,
} from "./options/method-options.ts";
export { recordOptions } from "./options/method-options.ts";
export { resolveOptions } from "./options/resolve-options.ts";
export type { TableSink } from "./output/sink.ts";
export { fit, fitInto } from "./pipeline/fit.ts";
export type {
  ClusterReport,
  ClusterSample,
  FallbackReport,
  ModalityReport,
  NormStatistics,
  Report,
  TableReport,
  Warning,
  WarningCode,
  WeightingReport,
} from "./pipeline/report.ts";
export type { StageTimes } from "./pipeline/stopwatch.ts";
export type { AbortSignalLike, Observer, ProgressEvent, Stage } from "./progress.ts";
export type { ItemIndex, Similarity } from "./recommend/item-index.ts";
export { openItemIndex } from "./recommend/item-index.ts";
export type { Recommendation, Recommendations, RecommendOptions } from "./recommend/recommend.ts";
export { recommend } from "./recommend/recommend.ts";
export type { ScaleFactor } from "./stages/scale.ts";
export type { ContentGram, EaseOptions } from "./untrained/ease.ts";
export { ease, easeBytes, maxEaseItems } from "./untrained/ease.ts";
export type { Explanation, ItemContribution } from "./untrained/explain.ts";
export { explainScore } from "./untrained/explain.ts";
export type { FillColdOptions } from "./untrained/fill-cold.ts";
export { fillColdItems } from "./untrained/fill-cold.ts";
export { FilledInitializer } from "./untrained/filled-initializer.ts";
export { FilledModel } from "./untrained/filled-model.ts";
export type { ContentKnnOptions, ItemKnnOptions, NeighborOptions } from "./untrained/item-knn.ts";
export { contentKnn, coOccurrenceKnn } from "./untrained/item-knn.ts";
export type { ItemRecommendOptions, ItemWeights } from "./untrained/item-model.ts";
export { ItemModel } from "./untrained/item-model.ts";
export type { FoldingSide } from "./untrained/joined-initializer.ts";
export { JoinedInitializer } from "./untrained/joined-initializer.ts";
export type { FoldingModel, JoinModelsOptions } from "./untrained/joined-model.ts";
export { JoinedModel, joinModels } from "./untrained/joined-model.ts";
export { readInitializer } from "./untrained/read-initializer.ts";
export { spectral } from "./untrained/spectral.ts";
export { SpectralInitializer } from "./untrained/spectral-initializer.ts";
export { SpectralModel } from "./untrained/spectral-model.ts";
export type { ResolvedSpectralOptions, SpectralOptions } from "./untrained/spectral-options.ts";
