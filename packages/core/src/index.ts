export type {
  Assignment,
  AssignmentStep,
  Backend,
  Capabilities,
  ColumnMoments,
  Matrix,
  RowTransform,
  SparseMatrix,
  TopK,
} from "./backend/backend.ts";
export type {
  BackendCandidate,
  JobSizes,
  Suitability,
  SuitabilityRefusal,
} from "./backend/candidate.ts";
export { jobSizes } from "./backend/candidate.ts";
export { cpu } from "./backend/portable/index.ts";
export type { BackendStatus } from "./backend/probe.ts";
export { probeBackends } from "./backend/probe.ts";
export type { Refusal, RefusalKind } from "./backend/refusal.ts";
export type { RefusedBackend, ResolvedBackend, ResolveOptions } from "./backend/resolve.ts";
export { backendChoices, resolveBackend } from "./backend/resolve.ts";
export { anyJob, denseJobs, largeJobs, onlyByName } from "./backend/suitability.ts";
export type { WasmOptions, WasmProbe } from "./backend/wasm/index.ts";
export { probeWasm, wasm } from "./backend/wasm/index.ts";
export type { DenseFeaturesOptions, FeatureArray, FeatureSource } from "./data/features.ts";
export { denseFeatures } from "./data/features.ts";
export type { FitInput } from "./data/fit-input.ts";
export { float16ToFloat32 } from "./data/float16.ts";
export type { Id } from "./data/ids.ts";
export { IdIndex } from "./data/ids.ts";
export type {
  CsrInput,
  DuplicateRule,
  InteractionArrays,
  InteractionPair,
  Interactions,
  PairOptions,
} from "./data/interactions.ts";
export {
  interactionsFromArrays,
  interactionsFromCsr,
  interactionsFromPairs,
  itemDegrees,
  userDegrees,
} from "./data/interactions.ts";
export type { ErrorCode, ErrorParts } from "./errors.ts";
export { isWellbegunError, WellbegunError } from "./errors.ts";
export type { Fit, FitRuntime, FittedClusters, FittedTables, Table } from "./fit.ts";
export { fit, fitInto } from "./fit.ts";
export type { PlacedUser, PlaceOptions } from "./initializer.ts";
export { Initializer } from "./initializer.ts";
export type { SymmetricEigen } from "./linalg/symmetric-eigen.ts";
export { symmetricEigen } from "./linalg/symmetric-eigen.ts";
export type {
  Combine,
  FitOptions,
  ModalityOptions,
  Norm,
  PerModality,
  Prepare,
  Preset,
  Projection,
  ResolvedOptions,
  Scale,
  StartCentroids,
} from "./options.ts";
export { choices, defaultDim, presets, resolveOptions } from "./options.ts";
export type { AbortSignalLike, Observer, ProgressEvent, Stage } from "./progress.ts";
export { checkpoint, throwIfAborted } from "./progress.ts";
export type { Random } from "./random.ts";
export { createRandom } from "./random.ts";
export type { RecommendOptions, ScoringTables } from "./recommend/recommend.ts";
export { recommend } from "./recommend/recommend.ts";
export type { ClusterReport, FallbackReport, NormStatistics, Report, TableReport } from "./report.ts";
export type { ScaleFactor } from "./stages/scale.ts";
export type { StageTimes } from "./stopwatch.ts";
export type { TableSink } from "./table-passes.ts";
export type { ContentGram, EaseOptions } from "./untrained/ease.ts";
export { ease, maxEaseItems } from "./untrained/ease.ts";
export type { FoldedUser, HistoryOptions } from "./untrained/history.ts";
export type { ContentKnnOptions, ItemKnnOptions } from "./untrained/item-knn.ts";
export { contentKnn, coOccurrenceKnn } from "./untrained/item-knn.ts";
export type { ItemRecommendOptions, ItemWeights } from "./untrained/item-model.ts";
export { ItemModel } from "./untrained/item-model.ts";
export type { FoldingModel, JoinModelsOptions } from "./untrained/joined-model.ts";
export { JoinedModel, joinModels } from "./untrained/joined-model.ts";
export type { ResolvedSpectralOptions, SpectralOptions } from "./untrained/spectral.ts";
export { spectral } from "./untrained/spectral.ts";
export { SpectralModel } from "./untrained/spectral-model.ts";
