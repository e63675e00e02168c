import { findInstalled } from "./installed.mjs";
import { runProcess } from "./process.mjs";

/** @type {import("./runtime.d.mts").Runtime} */
export const bun = {
  name: "bun",
  lacks: {
    "tfjs:webgpu": "tfjs-webgpu asks for the feature bgra8unorm-storage, which bun-webgpu 0.1.7 refuses",
  },
  slow: { webgpu: "slow in software: tried with --groups=webgpu" },
  find: () => findInstalled("bun"),
  run: (place) => runProcess(place, ["run", "--no-install"]),
};
