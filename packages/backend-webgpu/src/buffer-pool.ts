import { sizeError } from "./device-errors.ts";
import type { GpuDevice } from "./gpu-device.ts";
import type { GPUBufferLike } from "./gpu-types.ts";

/** A buffer that is lent out until it is released. Its content is undefined. */
export interface PooledBuffer {
  readonly raw: GPUBufferLike;
  /** Bytes, rounded up to a common size. */
  readonly size: number;
  /** `GPUBufferUsage` flags. */
  readonly flags: number;
}

/** Most bytes of idle buffers that are kept; above this, those idle longest are destroyed. */
const MAX_IDLE_BYTES = 256 * 2 ** 20;
const SMALLEST = 256;

/**
 * The buffers of one backend. Creating a buffer costs a round trip to the device (to detect a failure), so
 * released buffers are kept for the next request of their size. A buffer may be lent again at once, since the
 * device executes commands in order.
 */
export class BufferPool {
  readonly #device: GpuDevice;
  readonly #used: Set<PooledBuffer> = new Set();
  /** Longest idle first. */
  readonly #idle: Set<PooledBuffer> = new Set();
  #usedBytes = 0;
  #idleBytes = 0;

  constructor(device: GpuDevice) {
    this.#device = device;
  }

  /** Buffers on the device, idle ones included. */
  get count(): number {
    return this.#used.size + this.#idle.size;
  }

  /** Their bytes. */
  get bytes(): number {
    return this.#usedBytes + this.#idleBytes;
  }

  /** Bytes of the buffers that are lent out. */
  get usedBytes(): number {
    return this.#usedBytes;
  }

  /** A buffer of at least `bytes` bytes; throws `limit` if the device cannot give one. */
  async acquire(doing: string, bytes: number, flags: number): Promise<PooledBuffer> {
    this.#device.expectUsable(doing);
    const most = this.#device.limits.buffer;
    if (bytes > most) throw sizeError(doing, "an array", bytes, "maxBufferSize", most);
    const size = Math.min(sizeClass(bytes), most);
    const buffer = this.#takeIdle(size, flags) ?? (await this.#create(doing, size, flags));
    this.#used.add(buffer);
    this.#usedBytes += size;
    return buffer;
  }

  /** Takes a buffer back; twice does nothing. */
  release(buffer: PooledBuffer): void {
    if (!this.#used.delete(buffer)) return;
    this.#usedBytes -= buffer.size;
    this.#idle.add(buffer);
    this.#idleBytes += buffer.size;
    this.#trim(MAX_IDLE_BYTES);
  }

  /** Destroys every buffer. */
  dispose(): void {
    this.#trim(0);
    for (const { raw } of this.#used) raw.destroy();
    this.#used.clear();
    this.#usedBytes = 0;
  }

  #takeIdle(size: number, flags: number): PooledBuffer | undefined {
    for (const buffer of this.#idle) {
      if (buffer.size !== size || buffer.flags !== flags) continue;
      this.#idle.delete(buffer);
      this.#idleBytes -= size;
      return buffer;
    }
    return undefined;
  }

  async #create(doing: string, size: number, flags: number): Promise<PooledBuffer> {
    const allocate = (): Promise<GPUBufferLike> =>
      this.#device.allocate(doing, size, flags, this.#usedBytes + this.#idleBytes);
    try {
      return { raw: await allocate(), size, flags };
    } catch (error) {
      if (this.#idle.size === 0) throw error;
      // Frees idle buffers, whose memory the device may need.
      this.#trim(0);
      return { raw: await allocate(), size, flags };
    }
  }

  #trim(most: number): void {
    for (const buffer of this.#idle) {
      if (this.#idleBytes <= most) return;
      this.#idle.delete(buffer);
      this.#idleBytes -= buffer.size;
      buffer.raw.destroy();
    }
  }
}

/** `bytes` rounded up to an eighth of its power of two, so that similar requests share buffers. */
function sizeClass(bytes: number): number {
  if (bytes <= SMALLEST) return SMALLEST;
  const step = 2 ** Math.max(2, Math.floor(Math.log2(bytes)) - 3);
  return Math.ceil(bytes / step) * step;
}
