import type { SelectionRule } from "@wellbegun/core";
import { denseJobs, largeJobs, onlyByName } from "@wellbegun/core";

/** A backend that is a package of its own, as data. */
export interface PackagedBackend {
  readonly name: string;
  /** What is to be installed: the backend's own package first, then what it needs. */
  readonly packages: readonly [own: string, ...peers: string[]];
  /** What stands behind the packages in the install command. */
  readonly flags?: string;
  /** The package's function that starts it, and what that is given. */
  readonly factory: "webgpu" | "onnx" | "tfjs";
  readonly options?: object;
  /** Whether TensorFlow.js has to find a `navigator.gpu` before. */
  readonly navigatorGpu?: boolean;
  readonly suits: SelectionRule;
  /** Where it does not run, and what it wants. */
  readonly limits?: string;
}

const onnxPackage = "@wellbegun/backend-onnx";
const tfjsPackage = "@wellbegun/backend-tfjs";
const tfjsCore = "@tensorflow/tfjs-core";
const vulkan = "On Linux it takes libvulkan.so.1 and a Vulkan driver";
const dawn = `The package webgpu (Dawn) is for Node alone: it crashes Deno and Bun, which need a navigator.gpu. ${vulkan}`;
const slower = onlyByName("slower than wasm on the processor");
const travels = onlyByName(
  "operands travel to the device for every product, which nobody has measured on a GPU",
);

/** In the order in which `auto` tries them, before core's own; within a family that of `--backend onnx`. */
export const packagedBackends: readonly PackagedBackend[] = [
  {
    name: "webgpu",
    packages: ["@wellbegun/backend-webgpu", "webgpu"],
    factory: "webgpu",
    suits: largeJobs,
    limits: dawn,
  },
  {
    name: "onnx:cuda",
    packages: [onnxPackage, "onnxruntime-node"],
    flags: "--onnxruntime-node-install=cuda12",
    factory: "onnx",
    options: { executionProviders: ["cuda"] },
    suits: travels,
    limits: "CUDA is for Linux x64 with an NVIDIA driver, CUDA 12 and cuDNN 9, and NVIDIA_TF32_OVERRIDE=0",
  },
  {
    name: "onnx:webgpu",
    packages: [onnxPackage, "onnxruntime-node"],
    flags: "--onnxruntime-node-install=skip",
    factory: "onnx",
    options: { executionProviders: ["webgpu"] },
    suits: travels,
    limits: vulkan,
  },
  {
    name: "onnx:cpu",
    packages: [onnxPackage, "onnxruntime-node"],
    flags: "--onnxruntime-node-install=skip",
    factory: "onnx",
    options: { executionProviders: ["cpu"] },
    suits: denseJobs,
    limits: "Some versions of Bun crash with onnxruntime-node: take onnx:wasm there",
  },
  {
    name: "onnx:wasm",
    packages: [onnxPackage, "onnxruntime-web"],
    factory: "onnx",
    options: { executionProviders: ["wasm"] },
    suits: slower,
  },
  {
    name: "tfjs:wasm",
    packages: [tfjsPackage, tfjsCore, "@tensorflow/tfjs-backend-wasm"],
    factory: "tfjs",
    options: { backend: "wasm" },
    suits: slower,
  },
  {
    name: "tfjs:cpu",
    packages: [tfjsPackage, tfjsCore, "@tensorflow/tfjs-backend-cpu"],
    factory: "tfjs",
    options: { backend: "cpu" },
    suits: slower,
  },
  {
    name: "tfjs:webgpu",
    packages: [tfjsPackage, tfjsCore, "@tensorflow/tfjs-backend-webgpu", "webgpu"],
    factory: "tfjs",
    options: { backend: "webgpu" },
    navigatorGpu: true,
    suits: onlyByName("webgpu does the same with kernels of its own"),
    limits: dawn,
  },
  {
    name: "tfjs:node",
    packages: [tfjsPackage, "@tensorflow/tfjs-node"],
    factory: "tfjs",
    options: { backend: "node" },
    suits: slower,
    limits: "tfjs-node 4 does not run on Node 23 and later",
  },
  {
    name: "tfjs:node-gpu",
    packages: [tfjsPackage, "@tensorflow/tfjs-node-gpu"],
    factory: "tfjs",
    options: { backend: "node-gpu" },
    suits: onlyByName("it wants a CUDA of 2021, and nobody has measured it"),
    limits: "tfjs-node-gpu wants an NVIDIA driver, CUDA 11.2 and cuDNN 8.1, and Node 22 at most",
  },
];
