/**
 * Vectors in the place of an embedding table of an ONNX model: bytes in, bytes out, without a runtime.
 *
 * @module
 */
export type { Norms } from "../vectors/norms.ts";
export type { PlacementOptions } from "../vectors/placement.ts";
export type { ReplacedEmbedding, ReplaceEmbeddingOptions } from "./replace.ts";
export { replaceEmbedding } from "./replace.ts";
