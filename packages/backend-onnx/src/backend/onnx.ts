import { type Backend, isWellbegunError, WellbegunError } from "@wellbegun/core";
import { checkedBackend, type Device, portableDevice, wasmDevice } from "@wellbegun/core/backend";
import { namesOf, refuseUnknownKeys } from "@wellbegun/core/support";
import { compose } from "./device.ts";
import { type Plan, planFor } from "./plan.ts";
import { processors } from "./processors.ts";
import { type Provider, providerOrder } from "./provider-order.ts";
import { openProvider, takesSharedMemory } from "./providers.ts";
import { type LoadedRuntime, loadRuntime, type OrtRuntime } from "./runtime.ts";
import type { Sessions } from "./sessions.ts";

/** Options of {@link onnx}. */
export interface OnnxOptions {
  /**
   * The module onnxruntime-node or onnxruntime-web. Default: the first of them that is installed and has one of
   * the `executionProviders` (only the second in Bun and in browsers). A page must pass it, since bundlers do
   * not see modules that are loaded by name.
   */
  readonly runtime?: OrtRuntime | undefined;
  /**
   * Execution providers in the order in which they are tried; the first that starts is taken. Default: CUDA, WebGPU, CPU
   * for onnxruntime-node; WebGPU, WASM for onnxruntime-web.
   */
  readonly executionProviders?: readonly Provider[] | undefined;
  /**
   * Threads of the CPU provider, and of the WebAssembly kernels beside it. Default: one for each processor.
   * onnxruntime-web takes it when its first session of the process starts, and uses one where memory cannot be
   * shared. On Node 20, whose native modules cannot read shared memory, the kernels use one.
   */
  readonly threads?: number | undefined;
}

const doing = "starting the onnx backend";
const optionNames = namesOf<OnnxOptions>({ runtime: true, executionProviders: true, threads: true });

/**
 * ONNX Runtime as a backend: dense products run as ONNX graphs, in place over the memory of core's WebAssembly
 * backend, which runs the other operations. Labels equal those of float64 distances. `name` includes the
 * provider: "onnx:cpu".
 *
 * @example
 * ```ts ignore
 * import { onnx } from "@wellbegun/backend-onnx";
 *
 * const backend = await onnx({ executionProviders: ["cpu"], threads: 4 });
 * console.log(backend.name, backend.capabilities.threads); // onnx:cpu 4
 * await backend.dispose();
 * ```
 *
 * @throws {WellbegunError} `unavailable` if no runtime is installed or no provider starts, with the reason of each;
 * `invalid-option` for an unknown provider or option, or for threads that are not a whole number above 0.
 */
export async function onnx(options: OnnxOptions = {}): Promise<Backend> {
  return await openOnnx(options, planFor);
}

/** {@link onnx} with a given plan. */
export async function openOnnx(options: OnnxOptions, plan: (provider: Provider) => Plan): Promise<Backend> {
  checkOptions(options);
  const runtime = await loadRuntime(options.runtime, options.executionProviders);
  const threads = chooseThreads(runtime, options.threads);
  const sessions = await openFirst(runtime, options.executionProviders, threads);
  const { provider } = sessions;
  const host = await createHost((await takesSharedMemory(sessions)) ? options.threads : 1);
  const onCpu = provider === "cpu" || provider === "wasm";
  const capabilities = {
    ...host.capabilities,
    device: `${provider}, ONNX Runtime ${runtime.version}`,
    threads: onCpu ? threads : (host.capabilities.threads ?? 1),
  };
  return checkedBackend(compose({ host, sessions }, plan(provider), `onnx:${provider}`, capabilities));
}

/** Threads of the CPU provider. onnxruntime-web takes them from its environment, and has one where memory is not shared. */
function chooseThreads({ ort, kind }: LoadedRuntime, wanted: number | undefined): number {
  if (kind === "onnxruntime-node") return wanted ?? processors();
  const { crossOriginIsolated: isolated } = globalThis as { crossOriginIsolated?: boolean };
  if (typeof SharedArrayBuffer === "undefined" || isolated === false) return 1;
  const flags = ort.env.wasm;
  flags.numThreads = wanted ?? (flags.numThreads || processors());
  return flags.numThreads;
}

/**
 * The device that holds the matrices: wasm where it is accepted, with threads where possible, else the portable
 * one.
 */
async function createHost(threads: number | undefined): Promise<Device> {
  for (const options of [{ threads }, { threads: 1 }]) {
    try {
      return await wasmDevice(options);
    } catch (error) {
      if (!(isWellbegunError(error) && error.code === "unavailable")) throw error;
    }
  }
  return portableDevice();
}

/** The first provider that starts. */
async function openFirst(
  runtime: LoadedRuntime,
  wanted: readonly Provider[] | undefined,
  threads: number,
): Promise<Sessions> {
  const failures: unknown[] = [];
  for (const provider of wanted ?? providerOrder[runtime.kind]) {
    try {
      return await openProvider(runtime, provider, threads);
    } catch (error) {
      failures.push(error);
    }
  }
  if (failures.length === 1) throw failures[0];
  throw new WellbegunError("unavailable", {
    doing,
    expected: `one of the providers ${(wanted ?? providerOrder[runtime.kind]).join(", ")}`,
    found: failures.map((error) => (error instanceof Error ? error.message : String(error))).join(" "),
    cause: new AggregateError(failures),
  });
}

function checkOptions(options: OnnxOptions): void {
  refuseUnknownKeys(doing, options, optionNames);
  const { executionProviders, threads } = options;
  const known: readonly string[] = [...new Set(Object.values(providerOrder).flat())];
  const unknown = executionProviders?.find((name) => !known.includes(name));
  if (unknown !== undefined || executionProviders?.length === 0) {
    refuse("executionProviders", `some of ${known.join(", ")}`, unknown ?? "an empty list");
  }
  if (threads !== undefined && !(Number.isSafeInteger(threads) && threads >= 1)) {
    refuse("threads", "a whole number above 0", `${threads}`);
  }
}

function refuse(at: string, expected: string, found: string): never {
  throw new WellbegunError("invalid-option", { doing, expected, found, at });
}
