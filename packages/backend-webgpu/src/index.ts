export type {
  GPUAdapterInfoLike,
  GPUAdapterLike,
  GPUBindingType,
  GPUBufferLike,
  GPUCommandEncoderLike,
  GPUComputePassLike,
  GPUDeviceLike,
  GPULike,
  GPULimitsLike,
  GPUQueueLike,
} from "./gpu-types.ts";
export type { WebgpuStatistics } from "./traffic.ts";
export type { AdapterOptions, WebgpuBackend, WebgpuOptions, WebgpuProbe } from "./webgpu.ts";
export { probeWebgpu, webgpu } from "./webgpu.ts";
