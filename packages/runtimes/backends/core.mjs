/** Every backend that core has, in every variant, under the name that the table gives it. */

import * as core from "@wellbegun/core";

/** @typedef {{ name: string, create: () => Promise<core.Backend> }} Candidate */

/** @type {readonly Candidate[]} */
export const backends = [
  { name: "cpu", create: async () => core.cpu() },
  { name: "wasm", create: () => core.wasm({ relaxed: false, threads: 1 }) },
  { name: "wasm-threads", create: () => core.wasm({ relaxed: false, threads: 2 }) },
  { name: "wasm-relaxed", create: () => core.wasm({ relaxed: true, threads: 1 }) },
  { name: "wasm-relaxed-threads", create: () => core.wasm({ relaxed: true, threads: 2 }) },
];
