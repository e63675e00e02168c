/**
 * Replaces an embedding table of an ONNX model by other vectors: bytes in, bytes out, without a runtime.
 *
 * @module
 */
export type { LoadingOptions, Norms } from "@wellbegun/adapters/vectors";
export type { ReplacedEmbedding, ReplaceEmbeddingOptions } from "./replace-embedding.ts";
export { replaceEmbedding } from "./replace-embedding.ts";
