import process from "node:process";
import { runProcess } from "./process.mjs";

/** The Node that runs the driver; its portable backend is what all else is compared with. */
/** @type {import("./runtime.d.mts").Runtime} */
export const node20 = {
  name: "node20",
  // V8 has relaxed SIMD from version 11.4 on; Node 20 has 11.3.
  lacks: {
    "wasm-relaxed": "V8 of Node 20 has no relaxed SIMD",
    "wasm-relaxed-threads": "V8 of Node 20 has no relaxed SIMD",
  },
  slow: {
    webgpu: "slow in software, and its own package's tests hold it on Node: tried with --groups=webgpu",
    "tfjs-webgpu":
      "slow in software, and its own package's tests hold it on Node: tried with --groups=tfjs-webgpu",
  },
  find() {
    if (process.versions.node.startsWith("20.")) return { command: process.execPath };
    return { absent: `the driver was started with Node ${process.versions.node}; start it with Node 20` };
  },
  run: (place) => runProcess(place),
};
