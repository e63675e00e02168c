/** TensorFlow.js on WebGPU; by itself, since its globals in Node would change what other backends find. */

import { openTfjs } from "./open-tfjs.mjs";

/** @type {readonly import("./backend.d.mts").Candidate[]} */
export const candidates = [
  {
    name: "tfjs:webgpu",
    slow: "the GPU is in software",
    async create(peers) {
      await peers.provideGpu();
      return await openTfjs("webgpu", peers);
    },
  },
];
