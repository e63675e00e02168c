/** The backends of TensorFlow.js that are known here, as data. */

/** A backend of TensorFlow.js for {@link tfjs}, by the name under which users choose it. */
export type TfjsBackendName = "cpu" | "wasm" | "webgpu" | "node" | "node-gpu";

/** How one backend of TensorFlow.js is loaded, and its limits. */
export interface Kind {
  readonly name: TfjsBackendName;
  /** Its name in TensorFlow.js' registry. */
  readonly key: string;
  /** The package with the module itself. */
  readonly module: string;
  /** The package that registers the backend, if it is another. */
  readonly registers?: string;
  readonly maxMatrixBytes: number;
  readonly maxTotalBytes?: number;
  /** What to do if it does not load, besides installing the package. */
  readonly help?: string;
}

const core = "@tensorflow/tfjs-core";
const gibibyte = 2 ** 30;
// Kernels count values in 32-bit integers.
const mostByIndex = 4 * gibibyte;

/** All of them. */
export const kinds: readonly Kind[] = [
  {
    name: "cpu",
    key: "cpu",
    module: core,
    registers: "@tensorflow/tfjs-backend-cpu",
    maxMatrixBytes: mostByIndex,
  },
  {
    name: "wasm",
    key: "wasm",
    module: core,
    registers: "@tensorflow/tfjs-backend-wasm",
    // Its memory ends at 4 GiB, beyond which it silently overwrites other tensors; temporary tensors need
    // memory too.
    maxMatrixBytes: gibibyte,
    maxTotalBytes: 2 * gibibyte,
  },
  {
    name: "webgpu",
    key: "webgpu",
    module: core,
    registers: "@tensorflow/tfjs-backend-webgpu",
    maxMatrixBytes: mostByIndex,
  },
  {
    name: "node",
    key: "tensorflow",
    module: "@tensorflow/tfjs-node",
    maxMatrixBytes: mostByIndex,
    help: "Where its download fails, tools/build-tfjs-node.sh of @wellbegun/backend-tfjs builds the addon.",
  },
  {
    name: "node-gpu",
    key: "tensorflow",
    module: "@tensorflow/tfjs-node-gpu",
    maxMatrixBytes: mostByIndex,
    help: "It takes an NVIDIA driver, CUDA 11.2 and cuDNN 8.1.",
  },
];
