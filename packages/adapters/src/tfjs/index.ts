/**
 * Vectors as the starting values of a TensorFlow.js embedding layer. The caller passes TensorFlow.js in; this
 * module imports nothing of it.
 *
 * @module
 */
export type { Norms } from "../vectors/norms.ts";
export type { PlacementOptions } from "../vectors/placement.ts";
export type { TableInitializerOptions } from "./initializer.ts";
export { tableInitializer } from "./initializer.ts";
export type { PlacedVectors, PlaceVectorsOptions } from "./place.ts";
export { placeVectors } from "./place.ts";
export type { TfCore, TfInitializers, TfLayer, TfModel, TfTensor } from "./tensorflow.ts";
