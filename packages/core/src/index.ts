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
export type { DenseFeaturesOptions, FeatureArray, FeatureSource } from "./data/features.ts";
export { denseFeatures } from "./data/features.ts";
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
export type { Identity } from "./data/same-ids.ts";
export { expectSameIds } from "./data/same-ids.ts";
export type { ScoringTables, Table } from "./data/table.ts";
export { createTable } from "./data/table.ts";
export { defaultBackend } from "./default-backend.ts";
export type { ErrorCode, ErrorParts } from "./errors.ts";
export { isWellbegunError, WellbegunError } from "./errors.ts";
export { fit, fitInto } from "./fit.ts";
export type { FitIntoOptions, FitOptions, RunOptions } from "./fit-options.ts";
export type { InitializerState, ModalityTables } from "./initializer/bytes.ts";
export type { FoldedUser, FoldInOptions, TransformOptions } from "./initializer/initializer.ts";
export { Initializer } from "./initializer/initializer.ts";
export type { UnknownItems } from "./initializer/item-rows.ts";
export { jobSizes } from "./job-sizes.ts";
export type { SymmetricEigen } from "./linalg/symmetric-eigen.ts";
export { symmetricEigen } from "./linalg/symmetric-eigen.ts";
export type { FittedClusters, FittedTables, Model } from "./model.ts";
export type {
  Combine,
  MethodOptions,
  Normalization,
  PerModality,
  Prepare,
  Preset,
  Projection,
  RecordedOptions,
  ResolvedOptions,
  Scale,
  StartCentroids,
} from "./options.ts";
export { choices, defaultDim, presets, recordOptions } from "./options.ts";
export type { AbortSignalLike, Observer, ProgressEvent, Stage } from "./progress.ts";
export { checkpoint, throwIfAborted } from "./progress.ts";
export type { Random } from "./random.ts";
export { createRandom } from "./random.ts";
export type { ItemIndex, Similarity } from "./recommend/item-index.ts";
export { openItemIndex } from "./recommend/item-index.ts";
export type { Recommendation, Recommendations, RecommendOptions } from "./recommend/recommend.ts";
export { recommend } from "./recommend/recommend.ts";
export type {
  ClusterReport,
  FallbackReport,
  ModalityReport,
  NormStatistics,
  Report,
  TableReport,
} from "./report.ts";
export { resolveOptions } from "./resolve-options.ts";
export type { ScaleFactor } from "./stages/scale.ts";
export type { StageTimes } from "./stopwatch.ts";
export type { TableSink } from "./table-passes.ts";
