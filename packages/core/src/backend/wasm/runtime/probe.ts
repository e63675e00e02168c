import { kernelBytes, type Variant } from "./kernels.ts";
import { threadProblem } from "./spawn.ts";

/** Whether this runtime accepts one kind of kernels, and if not, why. */
export interface WasmVariant {
  /** The feature in words. */
  readonly name: string;
  readonly accepted: boolean;
  /** Why it is not accepted. */
  readonly reason?: string;
}

/** The result of {@link probeWasm}. */
export interface WasmProbe {
  /** 128-bit vectors, without which there is no `wasm()`. */
  readonly simd: WasmVariant;
  /** SIMD with fused multiply-add. */
  readonly relaxed: WasmVariant;
  /** Memory shared with workers. */
  readonly threads: WasmVariant;
}

/**
 * Tells which variants of the kernels this runtime accepts, and whether it compiles WebAssembly from bytes at all, which edge
 * runtimes and pages whose Content-Security-Policy lacks 'wasm-unsafe-eval' refuse. Compiles an empty module alone, and never throws.
 */
export function probeWasm(): WasmProbe {
  const threads = accepts("WebAssembly threads", "plainShared");
  const problem = threads.accepted ? (sharedMemoryProblem() ?? threadProblem()) : undefined;
  return {
    simd: accepts("WebAssembly SIMD", "plain"),
    relaxed: accepts("WebAssembly relaxed SIMD", "relaxed"),
    threads: problem === undefined ? threads : { name: threads.name, accepted: false, reason: problem },
  };
}

/** The magic number and the version, which are a module. */
const emptyModule = Uint8Array.of(0, 0x61, 0x73, 0x6d, 1, 0, 0, 0);

// The answers of a runtime do not change.
const answers: Map<Variant, WasmVariant> = new Map();

function accepts(name: string, variant: Variant): WasmVariant {
  const answer = answers.get(variant) ?? ask(name, variant);
  answers.set(variant, answer);
  return answer;
}

function ask(name: string, variant: Variant): WasmVariant {
  if (typeof WebAssembly === "undefined") return { name, accepted: false, reason: "there is no WebAssembly" };
  try {
    if (!WebAssembly.validate(kernelBytes(variant)))
      return { name, accepted: false, reason: "WebAssembly.validate refuses the kernels" };
    new WebAssembly.Module(emptyModule);
    return { name, accepted: true };
  } catch (cause) {
    return { name, accepted: false, reason: String(cause) };
  }
}

/** Why memory cannot be shared with workers, if it cannot. */
function sharedMemoryProblem(): string | undefined {
  const { crossOriginIsolated, SharedArrayBuffer: shared } = globalThis as {
    crossOriginIsolated?: boolean;
    SharedArrayBuffer?: unknown;
  };
  // Servers leave crossOriginIsolated out; a page that is not isolated has it as false.
  if (crossOriginIsolated === false) return "the page is not cross-origin isolated";
  return shared === undefined ? "there is no SharedArrayBuffer" : undefined;
}
