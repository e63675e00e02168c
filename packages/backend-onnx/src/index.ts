export type { OnnxOptions } from "./backend/onnx.ts";
export { onnx } from "./backend/onnx.ts";
export type { OnnxProbe, OnnxProbeOptions } from "./backend/probe.ts";
export { probeOnnx } from "./backend/probe.ts";
export type { Provider } from "./backend/provider-order.ts";
export type { ProviderStatus } from "./backend/providers.ts";
export type {
  OrtEnvironment,
  OrtRuntime,
  OrtSession,
  OrtSessionOptions,
  OrtTensor,
} from "./backend/runtime.ts";
