import type { PooledBuffer } from "./buffer-pool.ts";
import type { GpuDevice } from "./gpu-device.ts";
import { type GPUBufferLike, type GPUCommandEncoderLike, usage } from "./gpu-types.ts";
import { elementBytes, fieldsOf, type Kernel } from "./kernels/kernel.ts";
import type { Pipeline, PipelineCache } from "./pipeline-cache.ts";
import type { Span } from "./span.ts";

/** The arguments of one call of a kernel. */
export interface Work<B extends string, P extends string, V extends string> {
  /** Number of workgroups; may be 0. */
  readonly groups: number;
  readonly buffers: Readonly<Record<B, Span>>;
  readonly params: Readonly<Record<P, number>>;
  /** Left out for kernels without constants of their own. */
  readonly constants?: Readonly<Record<V, number>>;
}

type Step = (encoder: GPUCommandEncoderLike, slot: number) => void;

/** Calls in one submission: as many as there are slots for their parameters. */
const SLOTS = 64;
const SLOT_BYTES = 256;

/** Sends commands to the device, in submissions. */
export class Submitter {
  readonly device: GpuDevice;
  readonly pipelines: PipelineCache;
  readonly #slotBytes: number;
  #uniforms: GPUBufferLike | undefined;

  constructor(device: GpuDevice, pipelines: PipelineCache) {
    this.device = device;
    this.pipelines = pipelines;
    this.#slotBytes = Math.max(SLOT_BYTES, device.limits.uniformAlignment);
  }

  /** The buffer with the parameters of one submission, `slotBytes` for each call. */
  get uniforms(): GPUBufferLike {
    this.#uniforms ??= this.device.raw.createBuffer({
      size: SLOTS * this.#slotBytes,
      usage: usage.uniform | usage.copyTarget,
    });
    return this.#uniforms;
  }

  get slotBytes(): number {
    return this.#slotBytes;
  }

  /** Begins a list of commands. */
  commands(doing: string): Commands {
    return new Commands(this, doing);
  }

  dispose(): void {
    this.#uniforms?.destroy();
  }
}

/** A list of commands, done in order once submitted. Encoding waits until then, so that lists may overlap in time. */
export class Commands {
  readonly #owner: Submitter;
  readonly #doing: string;
  readonly #steps: { readonly run: Step; readonly params: ArrayBuffer | undefined }[] = [];

  constructor(owner: Submitter, doing: string) {
    this.#owner = owner;
    this.#doing = doing;
  }

  /** Appends a call of a kernel. */
  async run<B extends string, P extends string, V extends string = never>(
    kernel: Kernel<B, P, V>,
    work: Work<B, P, V>,
  ): Promise<void> {
    if (work.groups === 0) return;
    const pipeline = await this.#owner.pipelines.get(kernel, work.constants ?? {});
    const spans: readonly Span[] = Object.keys(kernel.buffers).map((name) => work.buffers[name as B]);
    this.#steps.push({
      params: encodeParams(pipeline, spans, work),
      run: (encoder, slot) => this.#encode(encoder, pipeline, spans, work.groups, slot),
    });
  }

  /** Appends the filling of the first `bytes` bytes with zeros. */
  clear(buffer: PooledBuffer, bytes: number): void {
    if (bytes === 0) return;
    this.#steps.push({ params: undefined, run: (encoder) => encoder.clearBuffer(buffer.raw, 0, bytes) });
  }

  /** Appends a copy of bytes. */
  copy(from: GPUBufferLike, fromOffset: number, to: GPUBufferLike, toOffset: number, bytes: number): void {
    if (bytes === 0) return;
    this.#steps.push({
      params: undefined,
      run: (encoder) => encoder.copyBufferToBuffer(from, fromOffset, to, toOffset, bytes),
    });
  }

  /** Sends all commands to the device. Returns at once. */
  submit(): void {
    const { device, uniforms, slotBytes } = this.#owner;
    const { queue } = device.raw;
    device.expectUsable(this.#doing);
    device.guard(this.#doing, () => {
      for (let first = 0; first < this.#steps.length; first += SLOTS) {
        const steps = this.#steps.slice(first, first + SLOTS);
        const params = new Uint8Array(steps.length * slotBytes);
        steps.forEach((step, slot) => {
          if (step.params !== undefined) params.set(new Uint8Array(step.params), slot * slotBytes);
        });
        queue.writeBuffer(uniforms, 0, params.buffer);
        const encoder = device.raw.createCommandEncoder();
        steps.forEach((step, slot) => {
          step.run(encoder, slot);
        });
        queue.submit([encoder.finish()]);
      }
    });
    this.#steps.length = 0;
  }

  #encode(
    encoder: GPUCommandEncoderLike,
    pipeline: Pipeline,
    spans: readonly Span[],
    groups: number,
    slot: number,
  ): void {
    const { device, uniforms, slotBytes } = this.#owner;
    const resources = [
      { buffer: uniforms, offset: slot * slotBytes, size: SLOT_BYTES },
      ...spans.map(({ buffer, offset, size }) => ({ buffer: buffer.raw, offset, size })),
    ];
    const pass = encoder.beginComputePass();
    pass.setPipeline(pipeline.raw);
    pass.setBindGroup(
      0,
      device.raw.createBindGroup({
        layout: pipeline.layout,
        entries: resources.map((resource, binding) => ({ binding, resource })),
      }),
    );
    const across = Math.min(groups, device.limits.groups);
    pass.dispatchWorkgroups(across, Math.ceil(groups / across));
    pass.end();
  }
}

/** The uniform fields of a call, in the order of {@link fieldsOf}. */
function encodeParams(
  { kernel }: Pipeline,
  spans: readonly Span[],
  { groups, params }: { readonly groups: number; readonly params: Readonly<Record<string, number>> },
): ArrayBuffer {
  const uses = Object.values(kernel.buffers);
  const starts = spans.map(({ skip }, index) => skip / elementBytes(uses[index]!));
  const first = [groups, 0, ...starts];
  const fields = fieldsOf(kernel);
  const view = new DataView(new ArrayBuffer(fields.length * 4));
  fields.forEach(([name, type], index) => {
    const value = first[index] ?? params[name]!;
    if (type === "f32") view.setFloat32(index * 4, value, true);
    else view.setUint32(index * 4, value, true);
  });
  return view.buffer;
}
