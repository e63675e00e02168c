import { ArrayCache, type Plain } from "./array-cache.ts";
import { BufferPool, type PooledBuffer } from "./buffer-pool.ts";
import { type Commands, Submitter } from "./commands.ts";
import { memoryError } from "./device-errors.ts";
import type { GpuDevice } from "./gpu-device.ts";
import { type GPUBufferLike, mapModeRead, usage } from "./gpu-types.ts";
import type { DeviceLimits } from "./limits.ts";
import { PipelineCache } from "./pipeline-cache.ts";
import { type Span, spanOf } from "./span.ts";
import { Traffic, type WebgpuStatistics } from "./traffic.ts";

const STORAGE: number = usage.storage | usage.copySource | usage.copyTarget;
const READBACK: number = usage.mapRead | usage.copyTarget;

/** The state that operations share: the device, its buffers and pipelines, and the transfers. */
export class Engine {
  readonly device: GpuDevice;
  readonly pool: BufferPool;
  readonly cache: ArrayCache;
  readonly traffic: Traffic = new Traffic();
  readonly #submitter: Submitter;
  #handles = 0;

  constructor(device: GpuDevice) {
    this.device = device;
    this.pool = new BufferPool(device);
    this.cache = new ArrayCache(this);
    this.#submitter = new Submitter(device, new PipelineCache(device));
  }

  get limits(): DeviceLimits {
    return this.device.limits;
  }

  /** Bytes moved since the engine was made, and bytes held. */
  statistics(): WebgpuStatistics {
    const { pool, traffic } = this;
    return { ...traffic, buffers: pool.count, bufferBytes: pool.bytes, usedBytes: pool.usedBytes };
  }

  /** Counts a matrix or an assignment that the caller holds. */
  openHandle(): void {
    this.#handles++;
  }

  /** Takes back the buffers of a handle that is disposed of. With the last one, copies of arrays go too. */
  closeHandle(buffers: readonly PooledBuffer[]): void {
    for (const buffer of buffers) this.pool.release(buffer);
    this.#handles--;
    if (this.#handles === 0) this.cache.clear();
  }

  /** Begins a list of commands. */
  commands(doing: string): Commands {
    return this.#submitter.commands(doing);
  }

  /** A buffer for kernels, with undefined content. */
  acquire(doing: string, bytes: number): Promise<PooledBuffer> {
    return this.pool.acquire(doing, bytes, STORAGE);
  }

  /** Fills the start of a buffer from an array. */
  send(doing: string, buffer: PooledBuffer, array: Plain): void {
    this.traffic.operandsUploaded += array.byteLength;
    const { buffer: memory, byteOffset, byteLength } = array;
    const plain = memory instanceof ArrayBuffer ? memory : undefined;
    this.device.guard(doing, () => {
      if (plain !== undefined)
        this.device.raw.queue.writeBuffer(buffer.raw, 0, plain, byteOffset, byteLength);
      else this.device.raw.queue.writeBuffer(buffer.raw, 0, array.slice().buffer as ArrayBuffer);
    });
  }

  /** Runs `work` with buffers that are released afterwards, also after an error. */
  async withTemporaries<T>(doing: string, work: (temporaries: Temporaries) => Promise<T>): Promise<T> {
    const temporaries = new Temporaries(this, doing);
    try {
      return await work(temporaries);
    } finally {
      temporaries.release();
    }
  }

  /**
   * Submits the commands, waits for them, and passes the given parts of buffers to `use`, one after the other,
   * as bytes that are valid until `use` resolves.
   */
  async receive<T>(
    doing: string,
    commands: Commands,
    parts: readonly { readonly buffer: PooledBuffer; readonly from?: number; readonly bytes: number }[],
    use: (bytes: ArrayBuffer) => T | Promise<T>,
  ): Promise<T> {
    const total = parts.reduce((sum, { bytes }) => sum + bytes, 0);
    const staging = await this.pool.acquire(doing, total, READBACK);
    let mapped = false;
    try {
      let at = 0;
      for (const { buffer, from = 0, bytes } of parts) {
        commands.copy(buffer.raw, from, staging.raw, at, bytes);
        at += bytes;
      }
      commands.submit();
      const size = Math.max(4, total);
      const mapping = this.device.guard(doing, () => staging.raw.mapAsync(mapModeRead, 0, size));
      await this.device.settle(
        doing,
        mapping.then(() => {
          mapped = true;
        }),
      );
      return await use(staging.raw.getMappedRange(0, size));
    } finally {
      if (mapped) staging.raw.unmap();
      this.pool.release(staging);
    }
  }

  /** Copies into a buffer what `fill` writes into the device's own staging memory. */
  async fill(
    doing: string,
    target: PooledBuffer,
    offset: number,
    bytes: number,
    fill: (into: ArrayBuffer) => void | Promise<void>,
  ): Promise<void> {
    const staging = this.#mappedBuffer(doing, bytes);
    try {
      await fill(staging.getMappedRange());
      this.device.expectUsable(doing);
      staging.unmap();
      const commands = this.commands(doing);
      commands.copy(staging, 0, target.raw, offset, bytes);
      commands.submit();
    } finally {
      staging.destroy();
    }
  }

  dispose(): void {
    this.pool.dispose();
    this.#submitter.dispose();
    this.device.dispose();
  }

  #mappedBuffer(doing: string, bytes: number): GPUBufferLike {
    this.device.expectUsable(doing);
    const create = (): GPUBufferLike =>
      this.device.raw.createBuffer({
        size: bytes,
        usage: usage.mapWrite | usage.copySource,
        mappedAtCreation: true,
      });
    // If memory cannot be mapped, a RangeError is thrown at once.
    const failure = (cause: unknown): Error =>
      memoryError(doing, cause, { wanted: bytes, held: this.pool.bytes });
    return this.device.guard(doing, create, failure);
  }
}

/** Buffers of one operation. */
export class Temporaries {
  readonly #engine: Engine;
  readonly #doing: string;
  readonly #buffers: PooledBuffer[] = [];

  constructor(engine: Engine, doing: string) {
    this.#engine = engine;
    this.#doing = doing;
  }

  /** A buffer with undefined content. */
  async acquire(bytes: number): Promise<PooledBuffer> {
    const buffer = await this.#engine.acquire(this.#doing, bytes);
    this.#buffers.push(buffer);
    return buffer;
  }

  /** A copy of an array, as a kernel gets it. */
  async copy(array: Plain): Promise<Span> {
    const buffer = await this.acquire(array.byteLength);
    if (array.length > 0) this.#engine.send(this.#doing, buffer, array);
    return spanOf(buffer, 0, array.byteLength, this.#engine.limits);
  }

  release(): void {
    for (const buffer of this.#buffers.splice(0)) this.#engine.pool.release(buffer);
  }
}
