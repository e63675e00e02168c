import type { GPULimitsLike } from "./gpu-types.ts";

/** The limits to which kernels and buffers are sized. */
export interface DeviceLimits {
  /** Most bytes of a buffer. */
  readonly buffer: number;
  /** Most bytes of a buffer that a kernel sees at once. */
  readonly binding: number;
  /** What the first byte of a storage binding must be a multiple of. */
  readonly alignment: number;
  /** What the first byte of a uniform binding must be a multiple of. */
  readonly uniformAlignment: number;
  /** Threads of a workgroup: a power of two. */
  readonly group: number;
  /** Side of the square in which a tile kernel arranges its threads: a power of two. */
  readonly side: number;
  /** Most workgroups along one dimension of a dispatch. */
  readonly groups: number;
}

// 256 threads with 16 KiB of shared memory are what WebGPU guarantees; its compatibility mode has 128 threads.
const MAX_GROUP = 256;

/** Chooses sizes within a device's limits. */
export function deviceLimits(limits: GPULimitsLike): DeviceLimits {
  const threads = Math.min(
    MAX_GROUP,
    limits.maxComputeInvocationsPerWorkgroup,
    limits.maxComputeWorkgroupSizeX,
  );
  const group = 2 ** Math.floor(Math.log2(threads));
  return {
    // Multiples of 4, since kernels see buffers as 4-byte elements.
    buffer: limits.maxBufferSize - (limits.maxBufferSize % 4),
    binding: limits.maxStorageBufferBindingSize - (limits.maxStorageBufferBindingSize % 4),
    alignment: Math.max(4, limits.minStorageBufferOffsetAlignment),
    uniformAlignment: Math.max(4, limits.minUniformBufferOffsetAlignment),
    group,
    side: 2 ** Math.floor(Math.log2(Math.sqrt(group))),
    groups: limits.maxComputeWorkgroupsPerDimension,
  };
}

/** The adapter's values of the limits used here; a device gets only the limits that are requested. */
export function requiredLimits(limits: GPULimitsLike): Record<string, number> {
  const {
    maxBufferSize,
    maxStorageBufferBindingSize,
    maxComputeWorkgroupStorageSize,
    maxComputeInvocationsPerWorkgroup,
    maxComputeWorkgroupSizeX,
    maxComputeWorkgroupsPerDimension,
  } = limits;
  return {
    maxBufferSize,
    maxStorageBufferBindingSize,
    maxComputeWorkgroupStorageSize,
    maxComputeInvocationsPerWorkgroup,
    maxComputeWorkgroupSizeX,
    maxComputeWorkgroupsPerDimension,
  };
}
