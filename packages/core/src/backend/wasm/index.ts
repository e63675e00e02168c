import { describe } from "../../describe.ts";
import { WellbegunError } from "../../errors.ts";
import { namesOf, refuseUnknownKeys } from "../../options/known-keys.ts";
import type { Backend } from "../backend.ts";
import { checkedBackend } from "../checked.ts";
import type { Device } from "../device.ts";
import { deviceOn } from "./device.ts";
import type { Engine } from "./runtime/engine.ts";
import { Heap } from "./runtime/heap.ts";
import { compileKernels, instantiateKernels } from "./runtime/kernels.ts";
import { SCRATCH_BYTES } from "./runtime/layout.ts";
import { Pool } from "./runtime/pool.ts";
import { probeWasm, type WasmVariant } from "./runtime/probe.ts";
import { singleThreaded } from "./runtime/single.ts";
import { processors } from "./runtime/spawn.ts";

export { probeWasm, type WasmProbe, type WasmVariant } from "./runtime/probe.ts";

/** Options of {@link wasm}. */
export interface WasmOptions {
  /**
   * Whether to use relaxed SIMD, whose fused multiply-add is faster and rounds once instead of twice: labels stay the
   * same, values differ in the last bit. Default: `auto`, if the runtime accepts it.
   */
  readonly relaxed?: boolean | "auto" | undefined;
  /**
   * Threads, the caller's included. Results do not depend on it. Workers are started when there is work for
   * them, do not keep the process alive, and end with `dispose()`. With more than one, the arrays that `write`
   * and `read` pass are in shared memory, which `fs` accepts and WebCrypto refuses. Default: `auto`, one for
   * each processor up to 8, or 1 where memory cannot be shared; the workers start only after the caller's
   * thread has worked for 0.2 s, so that small data cost nothing extra.
   */
  readonly threads?: number | "auto" | undefined;
}

const optionNames = namesOf<WasmOptions>({ relaxed: true, threads: true });

/** Milliseconds of work that start the workers of `threads: "auto"`. */
const AUTO_START_MS = 200;
/** Milliseconds of work that are not worth waking another thread for. */
const SHARE_AFTER_MS = 0.05;
/** Above this number, memory bandwidth is the limit, not the processors. */
const MOST_AUTO_THREADS = 8;

/**
 * The fast CPU backend: WebAssembly SIMD kernels, nothing to install. Products run in float32 with short sums, sums
 * over rows in float64; labels equal those of float64 distances.
 *
 * @throws {WellbegunError} `unavailable` if the runtime does not accept the kernels that are asked for;
 * `invalid-option` for an option that there is not, or if `threads` is not a whole number above 0.
 */
export async function wasm(options: WasmOptions = {}): Promise<Backend> {
  return checkedBackend(await wasmDevice(options));
}

/** The device of {@link wasm}, for backends that hold their matrices in it. Throws as `wasm` does. */
export async function wasmDevice(options: WasmOptions = {}): Promise<Device> {
  refuseUnknownKeys("starting the wasm backend", options, optionNames);
  const { relaxed, threads } = choose(options);
  const shared = threads > 1;
  const variant = relaxed ? (shared ? "relaxedShared" : "relaxed") : shared ? "plainShared" : "plain";
  const module = await compileKernels(variant);
  const heap = new Heap(shared);
  const scratch = await heap.allocate(SCRATCH_BYTES, "starting the wasm backend");
  const kernels = await instantiateKernels(module, heap.memory, scratch);
  heap.zeroBy(kernels.zeroBytes);
  const startAfter = typeof options.threads === "number" ? 0 : AUTO_START_MS;
  const engine: Engine = shared
    ? await Pool.create({ module, heap, kernels, threads, startAfter, shareAfter: SHARE_AFTER_MS })
    : singleThreaded(heap, kernels);
  return deviceOn(engine, `cpu, WebAssembly ${relaxed ? "relaxed " : ""}SIMD`);
}

function choose(options: WasmOptions): { readonly relaxed: boolean; readonly threads: number } {
  const { simd, relaxed, threads } = probeWasm();
  const wanted = options.relaxed ?? "auto";
  demand(simd);
  if (wanted === true) demand(relaxed);
  return { relaxed: wanted !== false && relaxed.accepted, threads: chooseThreads(options, threads) };
}

function chooseThreads(options: WasmOptions, variant: WasmVariant): number {
  const wanted = options.threads ?? "auto";
  if (wanted === "auto") return variant.accepted ? Math.min(processors(), MOST_AUTO_THREADS) : 1;
  if (!Number.isInteger(wanted) || wanted < 1) {
    throw new WellbegunError("invalid-option", {
      doing: "starting the wasm backend",
      expected: 'a whole number above 0, or "auto"',
      found: describe(wanted),
      at: "threads",
    });
  }
  if (wanted > 1) demand(variant);
  return wanted;
}

function demand(variant: WasmVariant): void {
  if (variant.accepted) return;
  throw new WellbegunError("unavailable", {
    doing: "starting the wasm backend",
    expected: `a runtime with ${variant.name}`,
    found: variant.reason ?? "none",
    hint: "The portable backend cpu() runs everywhere.",
  });
}
