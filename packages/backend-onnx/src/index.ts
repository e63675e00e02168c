export type { OnnxOptions } from "./onnx.ts";
export { onnx } from "./onnx.ts";
export type { OnnxProbe, OnnxProbeOptions } from "./probe.ts";
export { probeOnnx } from "./probe.ts";
export type { Provider } from "./provider-order.ts";
export type { ProviderStatus } from "./providers.ts";
export type { OrtEnvironment, OrtRuntime, OrtSession, OrtSessionOptions, OrtTensor } from "./runtime.ts";
