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
export type { ErrorCode, ErrorParts } from "./errors.ts";
export { isWellbegunError, WellbegunError } from "./errors.ts";
export type { AbortSignalLike, Observer, ProgressEvent, Stage } from "./progress.ts";
export { throwIfAborted } from "./progress.ts";
export type { Random } from "./random.ts";
export { createRandom } from "./random.ts";
