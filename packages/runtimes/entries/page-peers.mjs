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
    // tfjs-wasm starts its threads from the text of a function, which a bundler's minifier has taken out of its context:
    // they end with "e is not defined", and the backend waits for them for ever.
    if (name === "wasm") tf.env().set("WASM_HAS_MULTITHREAD_SUPPORT", false);
    setWasmPaths?.({
      "tfjs-backend-wasm.wasm": wasmPlain,
      "tfjs-backend-wasm-simd.wasm": wasmSimd,
      "tfjs-backend-wasm-threaded-simd.wasm": wasmThreads,
    });
    return tf;
  },
};
