/** Optional peers in a page: what the bundler saw imported. */

import wasmPlain from "@tensorflow/tfjs-backend-wasm/dist/tfjs-backend-wasm.wasm?url";
import wasmSimd from "@tensorflow/tfjs-backend-wasm/dist/tfjs-backend-wasm-simd.wasm?url";
import wasmThreads from "@tensorflow/tfjs-backend-wasm/dist/tfjs-backend-wasm-threaded-simd.wasm?url";

/** @type {Readonly<Record<string, () => Promise<any>>>} */
const modules = {
  "onnxruntime-web": () => import("onnxruntime-web"),
  "@tensorflow/tfjs-backend-cpu": () => import("@tensorflow/tfjs-backend-cpu"),
  "@tensorflow/tfjs-backend-wasm": () => import("@tensorflow/tfjs-backend-wasm"),
  "@tensorflow/tfjs-backend-webgpu": () => import("@tensorflow/tfjs-backend-webgpu"),
};

/** @param {string} name */
async function load(name) {
  const found = modules[name];
  if (found === undefined) throw new Error(`${name} is not in this page's bundle`);
  return await found();
}

/** @type {import("../backends/backend.d.mts").Peers} */
export const pagePeers = {
  byName: false,
  load,
  async loadDefault(name) {
    const namespace = await load(name);
    return namespace.default ?? namespace;
  },
  provideGpu: async () => {},
  async tensorFlow(name) {
    const tf = await import("@tensorflow/tfjs-core");
    const { setWasmPaths } = await load(`@tensorflow/tfjs-backend-${name}`);
    setWasmPaths?.({
      "tfjs-backend-wasm.wasm": wasmPlain,
      "tfjs-backend-wasm-simd.wasm": wasmSimd,
      "tfjs-backend-wasm-threaded-simd.wasm": wasmThreads,
    });
    return tf;
  },
};
