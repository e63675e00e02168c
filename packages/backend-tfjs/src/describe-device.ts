/** The device information of TensorFlow.js backends, which their public types do not have. */
import { WellbegunError } from "@wellbegun/core";
import type { TfjsBackendName } from "./kinds.ts";
import type { TensorFlow } from "./tensorflow.ts";

interface Details {
  /** Of tfjs-webgpu. */
  readonly device?: { readonly limits?: { readonly maxStorageBufferBindingSize?: number } };
  readonly adapterInfo?: { readonly vendor?: string; readonly architecture?: string };
  /** Of tfjs-node. */
  readonly isUsingGpuDevice?: boolean;
}

/** Whether tfjs-node or tfjs-node-gpu runs on CUDA. */
export function usesGpu(tf: TensorFlow): boolean {
  const { isUsingGpuDevice }: Details = tf.backend();
  return isUsingGpuDevice === true;
}

/** The device's name for people. */
export function describeDevice(name: TfjsBackendName, tf: TensorFlow): string {
  if (name === "cpu") return "cpu, JavaScript";
  if (name === "wasm") return "cpu, WebAssembly";
  if (name !== "webgpu") return usesGpu(tf) ? "gpu, TensorFlow with CUDA" : "cpu, TensorFlow";
  const { adapterInfo }: Details = tf.backend();
  const { vendor = "", architecture = "" } = adapterInfo ?? {};
  if (/swiftshader/i.test(architecture)) return "SwiftShader";
  const found = [vendor, architecture].filter((part) => part !== "").join(" ");
  // Deno gives the vendor's number without a name.
  return /^\d*$/.test(found) ? `unknown GPU${found === "" ? "" : `, vendor ${found}`}` : found;
}

/** Whether a device's name is that of a GPU in software. */
export function isSoftware(device: string): boolean {
  return /swiftshader|llvmpipe|lavapipe/i.test(device);
}

/** The largest tensor that a kernel of tfjs-webgpu can be given, in bytes; no bound elsewhere. */
export function largestBinding(tf: TensorFlow): number {
  const { device }: Details = tf.backend();
  return device?.limits?.maxStorageBufferBindingSize ?? Number.POSITIVE_INFINITY;
}

/** tfjs-node-gpu runs on the processor, with a warning on the console, where CUDA does not load: that is refused here. */
export function expectGpu(tf: TensorFlow): void {
  if (usesGpu(tf)) return;
  throw new WellbegunError("unavailable", {
    doing: "starting the backend tfjs:node-gpu",
    expected: "TensorFlow on a CUDA device",
    found: "TensorFlow on the processor",
    hint: "tfjs-node-gpu needs an NVIDIA driver, CUDA 11.2 and cuDNN 8.1 on the library path; or take tfjs:node.",
  });
}
