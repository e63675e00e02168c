/** Every backend that core has, in every variant. */

import * as core from "@wellbegun/core";

/** @type {readonly import("./backend.d.mts").Candidate[]} */
export const candidates = [
  { name: "cpu", create: async () => core.cpu() },
  { name: "wasm", create: () => core.wasm({ relaxed: false, threads: 1 }) },
  { name: "wasm-threads", create: () => core.wasm({ relaxed: false, threads: 2 }) },
  { name: "wasm-relaxed", create: () => core.wasm({ relaxed: true, threads: 1 }) },
  { name: "wasm-relaxed-threads", create: () => core.wasm({ relaxed: true, threads: 2 }) },
];
