/**
 * Encoders from folders, for Node (and Deno and Bun, which have the same modules).
 *
 * @module
 */
export { type OpenEncoderOptions, openEncoder } from "./open-encoder.ts";
