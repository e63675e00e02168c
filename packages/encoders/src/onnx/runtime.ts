import { WellbegunError } from "@wellbegun/core";
import { importPeer } from "@wellbegun/core/backend";
import { importModule } from "../import-module.ts";

/** Values of a tensor. */
export type TensorData = Float32Array | BigInt64Array | Int32Array;

/** A tensor of ONNX Runtime. */
export interface RuntimeTensor {
  readonly type: string;
  readonly data: unknown;
  readonly dims: readonly number[];
  dispose?(): void;
}

/** The type and shape of an input; older runtimes do not tell. Axes of any length have a name, or a number that is not above 0. */
export interface ValueType {
  readonly name: string;
  readonly type?: string;
  readonly shape?: readonly (number | string)[];
}

/** A session of ONNX Runtime. */
export interface RuntimeSession {
  readonly inputNames: readonly string[];
  readonly outputNames: readonly string[];
  readonly inputMetadata?: readonly ValueType[];
  run(
    feeds: Readonly<Record<string, RuntimeTensor>>,
    fetches: readonly string[],
  ): Promise<Readonly<Record<string, RuntimeTensor>>>;
  release(): Promise<void>;
}

/** The part of ONNX Runtime that encoders use, which onnxruntime-node and onnxruntime-web share. */
export interface EncoderRuntime {
  readonly InferenceSession: {
    create(
      model: Uint8Array,
      options: {
        readonly executionProviders?: readonly string[];
        readonly intraOpNumThreads?: number;
        readonly logSeverityLevel?: 0 | 1 | 2 | 3 | 4;
      },
    ): Promise<RuntimeSession>;
  };
  readonly Tensor: {
    new (data: TensorData, dims: readonly number[]): RuntimeTensor;
    new (type: "float16", bits: Uint16Array, dims: readonly number[]): RuntimeTensor;
  };
  readonly env: {
    readonly versions: { readonly common: string; readonly node?: string; readonly web?: string };
    logLevel?: "verbose" | "info" | "warning" | "error" | "fatal";
  };
  /** Exists in onnxruntime-node only, and identifies it. */
  readonly listSupportedBackends?: unknown;
}

/** A tensor of float16 numbers, given by their bits. */
export function halfTensor(
  { Tensor, listSupportedBackends }: EncoderRuntime,
  bits: Uint16Array,
  dims: readonly number[],
): RuntimeTensor {
  const tensor = new Tensor("float16", bits, dims);
  // Where there is a Float16Array (Node 24), the tensor holds one, and onnxruntime-node counts 0 bytes (microsoft/onnxruntime#32323).
  if (listSupportedBackends !== undefined) Object.defineProperty(tensor, "data", { value: bits });
  return tensor;
}

const doing = "loading ONNX Runtime";

/**
 * The given runtime, or the package for this environment: onnxruntime-node in Node and Deno, onnxruntime-web elsewhere.
 *
 * @throws {WellbegunError} `unavailable` if the package is not installed or is no ONNX Runtime.
 */
export async function loadRuntime(given: unknown): Promise<EncoderRuntime> {
  const { process, Bun } = globalThis as { process?: { versions?: { node?: string } }; Bun?: unknown };
  const name =
    process?.versions?.node !== undefined && Bun === undefined ? "onnxruntime-node" : "onnxruntime-web";
  const loaded = given ?? (await importPeer(importModule, name, { doing }));
  const { default: inner } = loaded as { default?: unknown };
  const runtime = [loaded, inner].find(isRuntime);
  if (runtime === undefined) {
    throw new WellbegunError("unavailable", {
      doing,
      expected: "a module with InferenceSession, Tensor and env",
      found: Object.keys(loaded).join(", ") || "nothing",
      hint: `Install a current version: npm install ${name}`,
    });
  }
  // Errors come back as exceptions; the runtime's log would only print them a second time.
  runtime.env.logLevel = "fatal";
  return runtime;
}

/** The package that a runtime is, with its version: "onnxruntime-node 1.30.0". */
export function runtimeName({ env: { versions }, listSupportedBackends }: EncoderRuntime): string {
  return typeof listSupportedBackends === "function"
    ? `onnxruntime-node ${versions.node ?? versions.common}`
    : `onnxruntime-web ${versions.web ?? versions.common}`;
}

function isRuntime(module: unknown): module is EncoderRuntime {
  const found = module as Partial<EncoderRuntime> | null | undefined;
  return (
    typeof found?.InferenceSession?.create === "function" &&
    typeof found.Tensor === "function" &&
    typeof found.env?.versions === "object"
  );
}
