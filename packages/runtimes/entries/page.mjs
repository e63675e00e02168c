/** Runs the program in a page: files from the server that the page came from, results back to it. */

import { runProgram } from "../program.mjs";
import { pagePeers } from "./page-peers.mjs";

// Each in a chunk of its own, so that a page loads what it runs.
/** @type {Readonly<Record<string, () => Promise<{ candidates: readonly import("../backends/backend.d.mts").Candidate[] }>>>} */
const groups = {
  core: () => import("../backends/core.mjs"),
  webgpu: () => import("../backends/webgpu.mjs"),
  onnx: () => import("../backends/onnx.mjs"),
  tfjs: () => import("../backends/tfjs.mjs"),
  "tfjs-webgpu": () => import("../backends/tfjs-webgpu.mjs"),
};

/** @param {URLSearchParams} query */
async function run(query) {
  const group = groups[query.get("group") ?? ""];
  if (group === undefined) throw new Error(`expected a group, found ${query}`);
  const { candidates } = await group();
  await runProgram(
    {
      async readFile(path) {
        const response = await fetch(`/${path}`);
        if (response.status === 404) return undefined;
        if (!response.ok) throw new Error(`reading ${path}: ${response.status} ${response.statusText}`);
        return new Uint8Array(await response.arrayBuffer());
      },
      async writeFile(path, body) {
        const response = await fetch(`/${path}`, { method: "PUT", body });
        if (!response.ok) throw new Error(`writing ${path}: ${response.status} ${response.statusText}`);
      },
      log: (line) => console.log(line),
      peers: pagePeers,
    },
    candidates,
    query.get("stages")?.split(","),
  );
}

// The driver waits for this.
Object.assign(globalThis, { wellbegunRun: run(new URLSearchParams(location.search)) });
