import { findInstalled } from "./installed.mjs";
import { runProcess } from "./process.mjs";

const asNode24 = "the packages that Node 24 runs: tried with --groups";

/** @type {import("./runtime.d.mts").Runtime} */
export const node26 = {
  name: "node26",
  lacks: {
    "tfjs:node": "tfjs-node 4.22 calls util.isNullOrUndefined, which Node 23 removed (tensorflow/tfjs#8609)",
  },
  slow: {
    webgpu: asNode24,
    onnx: asNode24,
    tfjs: asNode24,
    "tfjs-webgpu": asNode24,
    "tfjs-node": asNode24,
  },
  find: () => findInstalled("node26"),
  run: (place) => runProcess(place),
};
