import type { GPUDeviceLike, GPULike, GPULimitsLike } from "../../src/index.ts";

/** A device of the given GPU that claims lower limits than it has, so that small matrices need many parts. */
export async function smallDevice(gpu: GPULike, limits: Partial<GPULimitsLike>): Promise<GPUDeviceLike> {
  const adapter = await gpu.requestAdapter();
  const device = await adapter!.requestDevice();
  const own: GPULimitsLike = {
    maxBufferSize: device.limits.maxBufferSize,
    maxStorageBufferBindingSize: device.limits.maxStorageBufferBindingSize,
    minStorageBufferOffsetAlignment: device.limits.minStorageBufferOffsetAlignment,
    minUniformBufferOffsetAlignment: device.limits.minUniformBufferOffsetAlignment,
    maxComputeWorkgroupStorageSize: device.limits.maxComputeWorkgroupStorageSize,
    maxComputeInvocationsPerWorkgroup: device.limits.maxComputeInvocationsPerWorkgroup,
    maxComputeWorkgroupSizeX: device.limits.maxComputeWorkgroupSizeX,
    maxComputeWorkgroupsPerDimension: device.limits.maxComputeWorkgroupsPerDimension,
    ...limits,
  };
  // Methods of native objects must be called on these, not on the proxy.
  return new Proxy(device, {
    get(target, name: keyof GPUDeviceLike) {
      if (name === "limits") return own;
      const member: unknown = Reflect.get(target, name, target);
      return typeof member === "function" ? member.bind(target) : member;
    },
  });
}
