/**
 * Arrow IPC, read as columns of interactions, features and vectors, and written as tables of vectors with IDs, through the
 * optional package apache-arrow.
 *
 * @module
 */
export type { ArrowBatch, ArrowModule, ArrowReader, ArrowVector } from "./arrow.ts";
export type { EncodeArrowOptions } from "./encode.ts";
export { encodeArrow } from "./encode.ts";
export type { OpenArrowOptions } from "./open.ts";
export { openArrow } from "./open.ts";
