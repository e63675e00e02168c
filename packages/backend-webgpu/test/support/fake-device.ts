import type { GPUBufferLike, GPUDeviceLike, GPULike } from "../../src/index.ts";

/** The calls that can be made to fail. */
export type FailingCall = "createBuffer" | "createShaderModule" | "submit";

/** A failure as WebGPU reports it: to the error scope of its kind. */
export interface Failure {
  readonly call: FailingCall;
  readonly filter: "validation" | "out-of-memory";
  readonly message: string;
  /** How often. Default: always. */
  times?: number;
}

/** A device that does no work, and fails when told to: for the failures that a real one cannot be asked for. */
export interface FakeDevice {
  readonly device: GPUDeviceLike;
  /** A `navigator.gpu` that hands out the device. */
  readonly gpu: GPULike;
  /** Buffers that were created and not destroyed. */
  readonly buffers: Set<object>;
  /** Calls of `destroy` on the device. */
  destroyed(): number;
  fail(failure: Failure): void;
  lose(reason: string): void;
}

const limits = {
  maxBufferSize: 2 ** 20,
  maxStorageBufferBindingSize: 2 ** 19,
  minStorageBufferOffsetAlignment: 256,
  minUniformBufferOffsetAlignment: 256,
  maxComputeWorkgroupStorageSize: 16_384,
  maxComputeInvocationsPerWorkgroup: 256,
  maxComputeWorkgroupSizeX: 256,
  maxComputeWorkgroupsPerDimension: 65_535,
};
const info = { vendor: "acme", architecture: "imaginary", device: "", description: "" };

/** Makes a fake device. */
export function fakeDevice(): FakeDevice {
  const buffers = new Set<object>();
  const scopes: { readonly filter: string; message: string | undefined }[] = [];
  let failure: Failure | undefined;
  let lost: string | undefined;
  let destroyed = 0;
  let announceLoss: (info: { reason: string; message: string }) => void = () => {};
  const loss = new Promise<{ reason: string; message: string }>((resolve) => {
    announceLoss = resolve;
  });

  /** Reports the planned failure of a call to the innermost scope of its kind. */
  const called = (call: FailingCall): void => {
    if (failure === undefined || failure.call !== call || failure.times === 0) return;
    if (failure.times !== undefined) failure.times--;
    const { filter, message } = failure;
    const scope = scopes.findLast((one) => one.filter === filter);
    if (scope === undefined) throw new Error(`uncaptured: ${message}`);
    scope.message ??= message;
  };
  const createBuffer = ({ size }: { size: number }): GPUBufferLike => {
    called("createBuffer");
    const buffer: GPUBufferLike = {
      mapAsync: () => (lost === undefined ? Promise.resolve() : Promise.reject(new Error("aborted"))),
      getMappedRange: (offset = 0, bytes = size - offset) => new ArrayBuffer(bytes),
      unmap: () => {},
      destroy: () => void buffers.delete(buffer),
    };
    buffers.add(buffer);
    return buffer;
  };
  const device: GPUDeviceLike = {
    limits,
    features: new Set<string>(["subgroups"]),
    adapterInfo: info,
    lost: loss,
    queue: { submit: () => called("submit"), writeBuffer: () => {} },
    createBuffer,
    createShaderModule: () => {
      called("createShaderModule");
      return {};
    },
    createBindGroupLayout: () => ({}),
    createPipelineLayout: () => ({}),
    createComputePipelineAsync: () => Promise.resolve({}),
    createBindGroup: () => ({}),
    createCommandEncoder: () => ({
      beginComputePass: () => ({
        setPipeline: () => {},
        setBindGroup: () => {},
        dispatchWorkgroups: () => {},
        end: () => {},
      }),
      copyBufferToBuffer: () => {},
      clearBuffer: () => {},
      finish: () => ({}),
    }),
    pushErrorScope: (filter) => void scopes.push({ filter, message: undefined }),
    popErrorScope: () => {
      const message = scopes.pop()?.message;
      return Promise.resolve(message === undefined ? null : { message });
    },
    destroy: () => void destroyed++,
  };
  const adapter = { info, limits, features: device.features, requestDevice: () => Promise.resolve(device) };
  return {
    device,
    gpu: { requestAdapter: () => Promise.resolve(adapter) },
    buffers,
    destroyed: () => destroyed,
    fail: (planned) => {
      failure = planned;
    },
    lose: (reason) => {
      lost = reason;
      announceLoss({ reason: "unknown", message: reason });
    },
  };
}
