/**
 * The part of the WebGPU API that this package uses, as structural types: objects of every implementation fit
 * (browsers, Deno, Dawn in Node), and a consumer needs neither `@webgpu/types` nor the DOM library. Flags are numbers,
 * since not every runtime has `GPUBufferUsage` as a global.
 */

/** What `navigator.gpu` is, and what the `webgpu` package creates. */
export interface GPULike {
  requestAdapter(options?: {
    powerPreference?: "high-performance" | "low-power";
    forceFallbackAdapter?: boolean;
  }): Promise<GPUAdapterLike | null>;
}

/** A `GPUAdapter`. */
export interface GPUAdapterLike {
  readonly info?: GPUAdapterInfoLike;
  readonly limits: GPULimitsLike;
  readonly features: Iterable<string>;
  requestDevice(descriptor?: {
    label?: string;
    requiredLimits?: Record<string, number>;
  }): Promise<GPUDeviceLike>;
}

/** A `GPUAdapterInfo`; any of its texts may be empty. */
export interface GPUAdapterInfoLike {
  readonly vendor: string;
  readonly architecture: string;
  readonly device: string;
  readonly description: string;
  readonly isFallbackAdapter?: boolean;
}

/** The limits that this package looks at. */
export interface GPULimitsLike {
  readonly maxBufferSize: number;
  readonly maxStorageBufferBindingSize: number;
  readonly minStorageBufferOffsetAlignment: number;
  readonly minUniformBufferOffsetAlignment: number;
  readonly maxComputeWorkgroupStorageSize: number;
  readonly maxComputeInvocationsPerWorkgroup: number;
  readonly maxComputeWorkgroupSizeX: number;
  readonly maxComputeWorkgroupsPerDimension: number;
}

/** A `GPUDevice`. */
export interface GPUDeviceLike {
  readonly limits: GPULimitsLike;
  readonly features: Iterable<string>;
  readonly adapterInfo?: GPUAdapterInfoLike;
  readonly queue: GPUQueueLike;
  readonly lost: Promise<{ readonly reason: string; readonly message: string }>;
  createBuffer(descriptor: { size: number; usage: number; mappedAtCreation?: boolean }): GPUBufferLike;
  createShaderModule(descriptor: { code: string; label?: string }): object;
  createBindGroupLayout(descriptor: {
    entries: Iterable<{ binding: number; visibility: number; buffer?: { type?: GPUBindingType } }>;
  }): object;
  createPipelineLayout(descriptor: { bindGroupLayouts: Iterable<object | null | undefined> }): object;
  createComputePipelineAsync(descriptor: {
    label?: string;
    layout: object | "auto";
    compute: { module: object; entryPoint?: string };
  }): Promise<object>;
  createBindGroup(descriptor: {
    layout: object;
    /** Resources are `{ buffer, offset, size }`. */
    entries: Iterable<{ binding: number; resource: object }>;
  }): object;
  createCommandEncoder(): GPUCommandEncoderLike;
  pushErrorScope(filter: "validation" | "out-of-memory" | "internal"): void;
  popErrorScope(): Promise<{ readonly message: string } | null>;
  destroy(): void;
}

/** How a kernel sees a buffer. */
export type GPUBindingType = "uniform" | "read-only-storage" | "storage";

/** A `GPUQueue`. */
export interface GPUQueueLike {
  submit(commands: Iterable<object>): void;
  writeBuffer(
    buffer: GPUBufferLike,
    offset: number,
    data: ArrayBuffer,
    dataOffset?: number,
    size?: number,
  ): void;
}

/** A `GPUBuffer`. */
export interface GPUBufferLike {
  mapAsync(mode: number, offset?: number, size?: number): Promise<unknown>;
  getMappedRange(offset?: number, size?: number): ArrayBuffer;
  unmap(): void;
  destroy(): void;
}

/** A `GPUCommandEncoder`. */
export interface GPUCommandEncoderLike {
  beginComputePass(): GPUComputePassLike;
  copyBufferToBuffer(
    from: GPUBufferLike,
    fromOffset: number,
    to: GPUBufferLike,
    toOffset: number,
    size: number,
  ): void;
  clearBuffer(buffer: GPUBufferLike, offset?: number, size?: number): void;
  finish(): object;
}

/** A `GPUComputePassEncoder`. */
export interface GPUComputePassLike {
  setPipeline(pipeline: object): void;
  setBindGroup(index: number, group: object | null | undefined): void;
  dispatchWorkgroups(x: number, y?: number): void;
  end(): void;
}

/** `GPUBufferUsage`. */
export const usage: Readonly<
  Record<"mapRead" | "mapWrite" | "copySource" | "copyTarget" | "uniform" | "storage", number>
> = {
  mapRead: 0x1,
  mapWrite: 0x2,
  copySource: 0x4,
  copyTarget: 0x8,
  uniform: 0x40,
  storage: 0x80,
};

/** `GPUMapMode.READ`. */
export const mapModeRead = 0x1;

/** `GPUShaderStage.COMPUTE`. */
export const stageCompute = 0x4;
