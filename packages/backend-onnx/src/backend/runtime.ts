import { WellbegunError } from "@wellbegun/core";
import { importPeer } from "@wellbegun/core/backend";
import { importModule } from "./import-module.ts";
import { type Provider, providerOrder, type RuntimeKind } from "./provider-order.ts";

/**
 * The part of ONNX Runtime's API that is used and that onnxruntime-node and onnxruntime-web share. Declared
 * here so that the types need neither package.
 */
export interface OrtRuntime {
  readonly InferenceSession: {
    create(model: Uint8Array, options: OrtSessionOptions): Promise<OrtSession>;
  };
  readonly Tensor: new (data: Float32Array, dims: readonly number[]) => OrtTensor;
  readonly env: OrtEnvironment;
  /** Exists in onnxruntime-node only, and identifies it. */
  readonly listSupportedBackends?: unknown;
}

/** A tensor of ONNX Runtime. */
export interface OrtTensor {
  readonly data: unknown;
  dispose?(): void;
}

/** A session of ONNX Runtime: one graph on one execution provider. */
export interface OrtSession {
  run(
    feeds: Readonly<Record<string, OrtTensor>>,
    fetches: Readonly<Record<string, OrtTensor | null>>,
  ): Promise<Readonly<Record<string, OrtTensor>>>;
  release(): Promise<void>;
}

/** The session options that are used. */
export interface OrtSessionOptions {
  readonly executionProviders: readonly string[];
  readonly intraOpNumThreads?: number;
  readonly logSeverityLevel?: 0 | 1 | 2 | 3 | 4;
  readonly extra?: Record<string, unknown>;
}

/** Settings of a loaded runtime. */
export interface OrtEnvironment {
  /** Versions of its parts. Where both packages are loaded, they share this object. */
  readonly versions: { readonly common: string; readonly node?: string; readonly web?: string };
  logLevel?: "verbose" | "info" | "warning" | "error" | "fatal";
  readonly wasm: { numThreads?: number };
}

/** A runtime, and which of the two packages it is. */
export interface LoadedRuntime {
  readonly ort: OrtRuntime;
  readonly kind: RuntimeKind;
  readonly version: string;
}

const doing = "loading ONNX Runtime";

/**
 * The given runtime, or the first of the two packages that loads: onnxruntime-node in Node and Deno, else
 * onnxruntime-web; only packages with one of the requested providers, if any are requested.
 *
 * @throws {WellbegunError} `unavailable` if neither is installed; `invalid-option` if the given value is not a
 * runtime.
 */
export async function loadRuntime(
  given: OrtRuntime | undefined,
  wanted: readonly Provider[] = [],
): Promise<LoadedRuntime> {
  if (given !== undefined) {
    const ort = runtimeIn(given);
    if (ort !== undefined) return describe(ort);
    throw new WellbegunError("invalid-option", {
      doing,
      expected: "the module onnxruntime-node or onnxruntime-web, with InferenceSession, Tensor and env",
      found: `an object with ${Object.keys(given).join(", ") || "nothing"}`,
      at: "runtime",
    });
  }
  const here: readonly RuntimeKind[] = hasNativeAddons()
    ? ["onnxruntime-node", "onnxruntime-web"]
    : ["onnxruntime-web"];
  const able = here.filter((kind) => wanted.some((provider) => providerOrder[kind].includes(provider)));
  const [first, second] = able.length === 0 ? here : able;
  try {
    return await importRuntime(first!);
  } catch (error) {
    if (second === undefined) throw error;
    // If neither is installed, the error names the package that suits the environment.
    return await importRuntime(second).catch(() => Promise.reject(error));
  }
}

/** Whether onnxruntime-node can run here. In Bun it has crashed the process on some versions, which cannot be caught. */
function hasNativeAddons(): boolean {
  const { process, Bun } = globalThis as { process?: { versions?: { node?: string } }; Bun?: unknown };
  return process?.versions?.node !== undefined && Bun === undefined;
}

async function importRuntime(name: RuntimeKind): Promise<LoadedRuntime> {
  const loaded = await importPeer(importModule, name, { doing });
  const ort = runtimeIn(loaded);
  if (ort === undefined) {
    throw new WellbegunError("unavailable", {
      doing,
      expected: `InferenceSession, Tensor and env in ${name}`,
      found: Object.keys(loaded).join(", "),
      hint: `Install a current version: npm install ${name}`,
    });
  }
  // Errors come back as exceptions; its log would only print them a second time.
  ort.env.logLevel = "fatal";
  return describe(ort);
}

/**
 * The runtime that a module is. onnxruntime-node is CommonJS: the named exports of an import besides `default`
 * differ between environments.
 */
function runtimeIn(module: unknown): OrtRuntime | undefined {
  const found = module as (Partial<OrtRuntime> & { readonly default?: unknown }) | null | undefined;
  if (isRuntime(found)) return found;
  return isRuntime(found?.default) ? found.default : undefined;
}

function isRuntime(module: unknown): module is OrtRuntime {
  const found = module as Partial<OrtRuntime> | null | undefined;
  return (
    typeof found?.InferenceSession?.create === "function" &&
    typeof found.Tensor === "function" &&
    typeof found.env?.versions === "object"
  );
}

function describe(ort: OrtRuntime): LoadedRuntime {
  const { node, web, common } = ort.env.versions;
  return typeof ort.listSupportedBackends === "function"
    ? { ort, kind: "onnxruntime-node", version: node ?? common }
    : { ort, kind: "onnxruntime-web", version: web ?? common };
}
