import { findInstalled } from "./installed.mjs";
import { runProcess } from "./process.mjs";

/** @type {import("./runtime.d.mts").Runtime} */
export const node24 = {
  name: "node24",
  lacks: {
    "tfjs:node": "tfjs-node 4.22 calls util.isNullOrUndefined, which Node 23 removed (tensorflow/tfjs#8609)",
  },
  slow: {
    webgpu: "as on Node 20, with the same Dawn, and slow in software: tried with --groups=webgpu",
    "tfjs-webgpu": "as on Node 20, with the same Dawn, and slow in software: tried with --groups=tfjs-webgpu",
  },
  find: () => findInstalled("node24"),
  run: (place) => runProcess(place),
};
