/** The backends by the names that the benchmarks use: core's here, the packages' in packaged-backends.mjs. */

import { cpu, wasm } from "@wellbegun/core";
import { packagedBackends } from "./packaged-backends.mjs";

/** @typedef {import("@wellbegun/core").Backend} Backend */

/** Core's backends, under every variant that has a name; `auto` takes the first that starts. */
const coreNames = ["auto", "wasm", "wasm-relaxed", "wasm-plain", "cpu"];

/** All names of backends. */
export const backendNames = [...coreNames, ...Object.keys(packagedBackends)];

/**
 * Starts a backend; throws with the reason where this runtime cannot.
 * @param {string} name one of {@link backendNames}: `wasm` is the fastest variant that the runtime accepts,
 * `wasm-relaxed` and `wasm-plain` are with and without relaxed SIMD
 * @param {number} threads as many as it may use; `capabilities.threads` says how many it does
 * @returns {Promise<Backend>}
 */
export async function openBackend(name, threads) {
  if (name === "cpu") return cpu();
  if (name === "wasm") return await wasm({ threads });
  if (name === "wasm-relaxed") return await wasm({ threads, relaxed: true });
  if (name === "wasm-plain") return await wasm({ threads, relaxed: false });
  const packaged = packagedBackends[name];
  if (packaged !== undefined) {
    await import("../../tools/peers.mjs");
    return await packaged(threads);
  }
  try {
    return await wasm({ threads });
  } catch {
    return cpu();
  }
}
