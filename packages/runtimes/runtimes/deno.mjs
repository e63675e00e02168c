import { findInstalled } from "./installed.mjs";
import { runProcess } from "./process.mjs";

/** @type {import("./runtime.d.mts").Runtime} */
export const deno = {
  name: "deno",
  lacks: {
    "tfjs:node":
      "tfjs-node 4.22 calls util.isNullOrUndefined, which Deno lacks as Node 23 does (tensorflow/tfjs#8609)",
  },
  slow: {
    "tfjs-webgpu": "slow in software: tried with --groups=tfjs-webgpu",
  },
  find: () => findInstalled("deno"),
  run: (place) =>
    runProcess(place, [
      "run",
      "--no-prompt",
      "--no-remote",
      "--node-modules-dir=manual",
      ...permissions(place),
    ]),
};

/**
 * No permission but the files of the program itself, and what the conformance suite's README asks for; native and
 * Node-flavored peers look around more than that.
 * @param {import("./runtime.d.mts").Place} place
 */
function permissions({ group, consumer, out }) {
  if (group !== "core" && group !== "webgpu") return ["--allow-all"];
  return ["--allow-env=WELLBEGUN_REQUIRED_DEVICES", `--allow-read=${consumer}`, `--allow-write=${out}`];
}
