/**
 * Vectors as the starting values of a TensorFlow.js embedding layer. The caller passes TensorFlow.js in; this
 * module imports nothing of it.
 *
 * @module
 */

export type { LoadingOptions } from "../vectors/loading.ts";
export type { Norms } from "../vectors/norms.ts";
export type { TableInitializerOptions } from "./initializer.ts";
export { tableInitializer } from "./initializer.ts";
export type { LoadedVectors, LoadVectorsOptions } from "./load.ts";
export { loadVectors } from "./load.ts";
export type { TfCore, TfInitializers, TfLayer, TfModel, TfTensor } from "./tensorflow.ts";
