/** ONNX Runtime, with both of its packages. */

import { onnx } from "@wellbegun/backend-onnx";

/** @typedef {import("@wellbegun/backend-onnx").OrtRuntime} OrtRuntime */

/** Native where packages can be imported by name; a page has the package for the web only. @param {import("./backend.d.mts").Peers} peers */
const usual = (peers) =>
  /** @type {Promise<OrtRuntime>} */ (
    peers.loadDefault(peers.byName ? "onnxruntime-node" : "onnxruntime-web")
  );

/** @type {readonly import("./backend.d.mts").Candidate[]} */
export const candidates = [
  {
    name: "onnx:cpu",
    create: async (peers) => await onnx({ runtime: await usual(peers), executionProviders: ["cpu"] }),
  },
  {
    name: "onnx:wasm",
    async create(peers) {
      const runtime = /** @type {OrtRuntime} */ (await peers.loadDefault("onnxruntime-web"));
      return await onnx({ runtime, executionProviders: ["wasm"] });
    },
  },
  {
    name: "onnx:webgpu",
    slow: "the GPU is in software",
    create: async (peers) => await onnx({ runtime: await usual(peers), executionProviders: ["webgpu"] }),
  },
];
