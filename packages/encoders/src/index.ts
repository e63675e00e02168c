/**
 * Vectors from content: texts, images and sound through ONNX models with a declared preprocessing, or through transformers.js. Runs
 * in Node, Deno, Bun and browsers; `@wellbegun/encoders/node` opens models from folders.
 *
 * @module
 */
export type { Content, ContentKind, EncodedBatch, EncodeFailure, Encoder } from "./encoder.ts";
export { decodeOnCanvas } from "./image/canvas.ts";
export type { DecodeImage, PixelRequest } from "./image/pixels.ts";
export type { RunModelOptions } from "./onnx/model.ts";
export { type OnnxEncoderOptions, onnxEncoder } from "./onnx/onnx-encoder.ts";
export { parseSpec } from "./parse-spec.ts";
export type { DecodeSound, ExtractFeatures } from "./sound/samples.ts";
export { decodeWithWebAudio } from "./sound/web-audio.ts";
export type { AudioSpec, EncoderSpec, ImageSpec, Pooling, TextSpec } from "./spec.ts";
export { SPEC_FILE, specFiles } from "./spec.ts";
export type { ModelFiles, TransformersEncoderOptions } from "./transformers/options.ts";
export { transformersEncoder } from "./transformers/transformers-encoder.ts";
