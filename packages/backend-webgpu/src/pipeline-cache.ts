import type { GpuDevice } from "./gpu-device.ts";
import { stageCompute } from "./gpu-types.ts";
import { type AnyKernel, isMutable, sourceOf } from "./kernels/kernel.ts";

/** A compiled kernel. */
export interface Pipeline {
  readonly kernel: AnyKernel;
  readonly raw: object;
  readonly layout: object;
}

/** The pipelines of one device, compiled when first asked for, one for each kernel and set of constants. */
export class PipelineCache {
  readonly #device: GpuDevice;
  readonly #pipelines: Map<string, Promise<Pipeline>> = new Map();

  constructor(device: GpuDevice) {
    this.#device = device;
  }

  /** The pipeline of a kernel with the given constants beside the device's sizes. */
  get(kernel: AnyKernel, constants: Readonly<Record<string, number>>): Promise<Pipeline> {
    const key = `${kernel.name} ${JSON.stringify(constants)}`;
    let pipeline = this.#pipelines.get(key);
    if (pipeline === undefined) {
      pipeline = this.#compile(kernel, constants);
      this.#pipelines.set(key, pipeline);
    }
    return pipeline;
  }

  async #compile(kernel: AnyKernel, constants: Readonly<Record<string, number>>): Promise<Pipeline> {
    const { raw: device, limits } = this.#device;
    const doing = `compiling the kernel "${kernel.name}"`;
    this.#device.expectUsable(doing);
    const sizes = { ...constants, group: limits.group, side: limits.side };
    const types = Object.values(kernel.buffers).map((use) =>
      isMutable(use) ? "storage" : "read-only-storage",
    );
    const pipeline = this.#device.guard(doing, () => {
      const layout = device.createBindGroupLayout({
        entries: (["uniform", ...types] as const).map((type, binding) => {
          return { binding, visibility: stageCompute, buffer: { type } };
        }),
      });
      const compiled = device.createComputePipelineAsync({
        label: kernel.name,
        layout: device.createPipelineLayout({ bindGroupLayouts: [layout] }),
        compute: {
          module: device.createShaderModule({ code: sourceOf(kernel, sizes), label: kernel.name }),
          entryPoint: "main",
        },
      });
      return compiled.then((raw) => ({ kernel, raw, layout }));
    });
    return await this.#device.settle(doing, pipeline);
  }
}
