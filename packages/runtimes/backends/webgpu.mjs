/** WGSL kernels: Dawn in Node, navigator.gpu elsewhere. */

import { webgpu } from "@wellbegun/backend-webgpu";

/** @type {readonly import("./backend.d.mts").Candidate[]} */
export const candidates = [
  {
    name: "webgpu",
    slow: "the GPU is in software",
    async create(peers) {
      // Bun has no navigator.gpu but that of a package; in Node the backend finds Dawn by itself.
      if ("Bun" in globalThis) await peers.provideGpu();
      return await webgpu();
    },
  },
];
