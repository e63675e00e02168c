import { WellbegunError } from "../../../errors.ts";
import { binaries } from "./binary.generated.ts";

/** The exports of the kernel module: functions of numbers only (addresses, sizes, flags). */
export const KERNEL_NAMES = [
  "adam",
  "addBias",
  "addParts",
  "addScaled",
  "applyReflections",
  "assignedDistances",
  "assignRows",
  "centerCentroids",
  "centroidDrift",
  "checkEntries",
  "columnMoments",
  "copyBytes",
  "divideBy",
  "extendBasis",
  "gateBackward",
  "gateRows",
  "gatherRows",
  "gramRows",
  "infoNceRows",
  "inverseIteration",
  "largestMagnitude",
  "layerNormRows",
  "layerNormSlopes",
  "layerNormSums",
  "meanCentroid",
  "measureRests",
  "measureRows",
  "moveSums",
  "multiplyRows",
  "multiplyTransposed",
  "nearerRows",
  "offerItems",
  "packColumnPanels",
  "packRowPanels",
  "pairGradients",
  "pairProducts",
  "quantizeRows",
  "rankCandidates",
  "rowNorms",
  "rowSizes",
  "scaleRows",
  "scaledRows",
  "scatterRows",
  "screenItems",
  "settleRows",
  "sketchRows",
  "sortHeaps",
  "sparseRows",
  "sparseSums",
  "squaredDistances",
  "sumNearer",
  "takeColumn",
  "throughUnit",
  "transformRows",
  "tridiagonalEigenvalues",
  "tridiagonalize",
  "weightedSum",
  "zeroBytes",
] as const;

/** The name of a kernel. */
export type KernelName = (typeof KERNEL_NAMES)[number];

/** A kernel; kernels/ documents its arguments. */
export type Kernel = (...args: number[]) => void;

/** An instance of the kernel module over one memory. */
export type Kernels = Readonly<Record<KernelName, Kernel>>;

/** A compiled variant: which instructions it uses and which memory it expects. */
export type Variant = keyof typeof binaries;

/** What decodes base64 in one step: newer engines have the first, Node, Deno and Bun the second. */
const decoders = globalThis as {
  Uint8Array: { fromBase64?: (text: string) => Uint8Array<ArrayBuffer> };
  Buffer?: { from(text: string, encoding: "base64"): Uint8Array<ArrayBuffer> };
};

/** The bytes of a variant. */
export function kernelBytes(variant: Variant): Uint8Array<ArrayBuffer> {
  const { base64, bytes } = binaries[variant];
  if (decoders.Uint8Array.fromBase64 !== undefined) return decoders.Uint8Array.fromBase64(base64);
  if (decoders.Buffer !== undefined) return decoders.Buffer.from(base64, "base64");
  const text = atob(base64);
  const decoded = new Uint8Array(bytes);
  for (let i = 0; i < bytes; i++) decoded[i] = text.charCodeAt(i);
  return decoded;
}

/** Compiles a variant. */
export async function compileKernels(variant: Variant): Promise<WebAssembly.Module> {
  try {
    return await WebAssembly.compile(kernelBytes(variant));
  } catch (cause) {
    throw new WellbegunError("unavailable", {
      doing: "compiling the WebAssembly kernels",
      expected: `a runtime that accepts the ${variant} variant`,
      found: String(cause),
      cause,
    });
  }
}

/** Instantiates compiled kernels over `memory`, with their scratch memory at `scratch`. */
export async function instantiateKernels(
  module: WebAssembly.Module,
  memory: WebAssembly.Memory,
  scratch: number,
): Promise<Kernels> {
  const instance = await WebAssembly.instantiate(module, { env: { memory } });
  const kernels = instance.exports as Kernels & { readonly useScratch: Kernel };
  kernels.useScratch(scratch);
  return kernels;
}
