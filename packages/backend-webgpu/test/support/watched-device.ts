import type { GPUBufferLike, GPUDeviceLike, GPUQueueLike } from "../../src/index.ts";

/** What crossed between this side and a device, and what lies there: counted at the WebGPU calls themselves. */
export interface Crossings {
  /** Bytes of buffers that were created mapped, filled on this side and handed over. */
  readonly mapped: number;
  /** Bytes that went through the queue's `writeBuffer`. */
  readonly queued: number;
  /** Bytes of buffers that were mapped for reading. */
  readonly read: number;
  /** Buffers that were created and not destroyed, and their bytes. */
  readonly buffers: number;
  readonly bufferBytes: number;
}

/** A device that does what another does, under observation. */
export interface WatchedDevice {
  readonly device: GPUDeviceLike;
  crossings(): Crossings;
}

const READ = 1;

/** Watches a device. */
export function watchedDevice(inner: GPUDeviceLike): WatchedDevice {
  const live = new Map<GPUBufferLike, number>();
  const crossed = { mapped: 0, queued: 0, read: 0 };
  const replaced = new Map<PropertyKey, unknown>();

  // Buffers stay the device's own, which it wants back in commands: their methods are replaced one by one.
  const createBuffer: GPUDeviceLike["createBuffer"] = (descriptor) => {
    const buffer = inner.createBuffer(descriptor);
    const { size } = descriptor;
    live.set(buffer, size);
    if (descriptor.mappedAtCreation === true) crossed.mapped += size;
    const mapAsync = buffer.mapAsync.bind(buffer);
    const destroy = buffer.destroy.bind(buffer);
    buffer.mapAsync = (mode, offset = 0, bytes = size - offset) => {
      if (mode === READ) crossed.read += bytes;
      return mapAsync(mode, offset, bytes);
    };
    buffer.destroy = () => {
      live.delete(buffer);
      destroy();
    };
    return buffer;
  };
  const { queue } = inner;
  const writeBuffer: GPUQueueLike["writeBuffer"] = (
    buffer,
    offset,
    data,
    first = 0,
    size = data.byteLength - first,
  ) => {
    crossed.queued += size;
    queue.writeBuffer(buffer, offset, data, first, size);
  };
  const submit: GPUQueueLike["submit"] = (commands) => queue.submit(commands);
  replaced.set("createBuffer", createBuffer);
  replaced.set("queue", { submit, writeBuffer });
  const device = new Proxy(inner, {
    get(target, name) {
      if (replaced.has(name)) return replaced.get(name);
      const member: unknown = Reflect.get(target, name, target);
      // Methods of native objects must be called on these, not on the proxy.
      return typeof member === "function" ? member.bind(target) : member;
    },
  });
  return {
    device,
    crossings: () => ({
      ...crossed,
      buffers: live.size,
      bufferBytes: [...live.values()].reduce((sum, size) => sum + size, 0),
    }),
  };
}
