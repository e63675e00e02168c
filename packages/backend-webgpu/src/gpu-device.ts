import { disposedError, lostError, memoryError, refusedError } from "./device-errors.ts";
import type { GPUBufferLike, GPUDeviceLike, GPULike } from "./gpu-types.ts";
import { type DeviceLimits, deviceLimits } from "./limits.ts";

/**
 * A GPU device whose errors become exceptions. WebGPU reports errors asynchronously: commands run inside error
 * scopes, and {@link settle} throws the caught errors before a result is returned.
 */
export class GpuDevice {
  readonly raw: GPUDeviceLike;
  readonly limits: DeviceLimits;
  readonly #reports: Promise<Error | undefined>[] = [];
  #lost: string | undefined;
  #disposed = false;
  #maker: GPULike | undefined;

  /**
   * @param maker The object that made the device, if the device ends with the backend. The reference is kept
   * until then, since Dawn in Node lives no longer than the references to it.
   */
  constructor(raw: GPUDeviceLike, maker?: GPULike) {
    this.raw = raw;
    this.limits = deviceLimits(raw.limits);
    this.#maker = maker;
    raw.lost.then(
      ({ reason, message }) => {
        this.#lost = message === "" ? reason : message;
      },
      (error: unknown) => {
        this.#lost = String(error);
      },
    );
  }

  /** Throws `disposed` after the end, and `unavailable` if the device was lost. */
  expectUsable(doing: string): void {
    if (this.#disposed) throw disposedError(doing);
    if (this.#lost !== undefined) throw lostError(doing, this.#lost);
  }

  /**
   * Runs GPU calls that return at once; later errors are kept for {@link settle}. An exception becomes
   * `failure`.
   */
  guard<T>(
    doing: string,
    calls: () => T,
    failure: (cause: unknown) => Error = (cause) => refusedError(doing, cause),
  ): T {
    this.raw.pushErrorScope("validation");
    this.raw.pushErrorScope("out-of-memory");
    try {
      return calls();
    } catch (error) {
      throw failure(error);
    } finally {
      const memory = this.raw.popErrorScope();
      const validation = this.raw.popErrorScope();
      this.#reports.push(report(doing, memory, validation));
    }
  }

  /** Waits for `work`, and throws the device's errors up to then. */
  async settle<T>(doing: string, work: Promise<T>): Promise<T> {
    let result: T;
    try {
      result = await work;
    } catch (error) {
      // A lost device may reject other promises before it reports the loss; after one more round trip it has
      // reported it.
      this.raw.pushErrorScope("internal");
      await this.raw.popErrorScope().catch(() => null);
      this.expectUsable(doing);
      await this.#throwReports();
      throw refusedError(doing, error);
    }
    await this.#throwReports();
    this.expectUsable(doing);
    return result;
  }

  /**
   * A new buffer; throws `limit` if memory is exhausted. `held` is the number of bytes that the backend holds,
   * for the message.
   */
  async allocate(doing: string, bytes: number, flags: number, held: number): Promise<GPUBufferLike> {
    this.expectUsable(doing);
    this.raw.pushErrorScope("validation");
    this.raw.pushErrorScope("out-of-memory");
    let buffer: GPUBufferLike | undefined;
    let thrown: unknown;
    try {
      buffer = this.raw.createBuffer({ size: bytes, usage: flags });
    } catch (error) {
      thrown = error;
    }
    const scopes = [this.raw.popErrorScope(), this.raw.popErrorScope()] as const;
    const [memory, validation] = await Promise.all(scopes.map((scope) => scope.catch(() => null)));
    this.expectUsable(doing);
    if (buffer !== undefined && !memory && !validation) return buffer;
    buffer?.destroy();
    if (validation) throw refusedError(doing, validation.message);
    throw memoryError(doing, memory?.message ?? thrown, { wanted: bytes, held });
  }

  /** Ends the device, if it is the backend's own. */
  dispose(): void {
    if (this.#disposed) return;
    this.#disposed = true;
    if (this.#maker !== undefined) this.raw.destroy();
    this.#maker = undefined;
  }

  async #throwReports(): Promise<void> {
    const errors = await Promise.all(this.#reports.splice(0));
    const first = errors.find((error) => error !== undefined);
    if (first !== undefined) throw first;
  }
}

type Scope = Promise<{ readonly message: string } | null>;

/**
 * The errors that the scopes of some calls caught. A scope of a lost device rejects; the loss is reported by
 * itself.
 */
async function report(doing: string, memory: Scope, validation: Scope): Promise<Error | undefined> {
  const [noRoom, refused] = await Promise.all([memory, validation].map((scope) => scope.catch(() => null)));
  if (refused) return refusedError(doing, refused.message);
  return noRoom ? memoryError(doing, noRoom.message) : undefined;
}
