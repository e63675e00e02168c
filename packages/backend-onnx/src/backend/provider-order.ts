/** An execution provider of ONNX Runtime. */
export type Provider = "cuda" | "webgpu" | "cpu" | "wasm";

/** A package that holds ONNX Runtime. */
export type RuntimeKind = "onnxruntime-node" | "onnxruntime-web";

/** The order in which providers are tried, by package. */
export const providerOrder: Readonly<Record<RuntimeKind, readonly Provider[]>> = {
  "onnxruntime-node": ["cuda", "webgpu", "cpu"],
  "onnxruntime-web": ["webgpu", "wasm"],
};
