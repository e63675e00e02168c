/**
 * For authors of adapters to models: tables row by row, the plan that replaces a model's table with one, and
 * the check that the replacement holds. `@wellbegun/adapters/tfjs` and `@wellbegun/backend-onnx/replace` are
 * built on these.
 *
 * @module
 */

export type {
  LoadBlock,
  Loaded,
  LoadMarker,
  LoadOptions,
  LoadProgress,
} from "./load-in-blocks.ts";
export { loadInBlocks } from "./load-in-blocks.ts";
export type { LoadingOptions, LoadingPlan, ModelTable } from "./loading.ts";
export { planLoading } from "./loading.ts";
export type { Norms } from "./norms.ts";
export { tableNorms } from "./norms.ts";
export type { ArrayVectors, Provenance, VectorBundle, Vectors } from "./vectors.ts";
export { arrayVectors, bundleVectors } from "./vectors.ts";
export type { VerifiedLoad } from "./verify.ts";
export { refusedPlace, verifyValues } from "./verify.ts";
