/** Core's backends by the names that the benchmarks use. */

import { cpu, wasm } from "@wellbegun/core";

/** @typedef {import("@wellbegun/core").Backend} Backend */

/** Every variant that can be asked for by name; `auto` takes the first that starts. */
export const backendNames = ["auto", "wasm", "wasm-relaxed", "wasm-plain", "cpu"];

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
  try {
    return await wasm({ threads });
  } catch {
    return cpu();
  }
}
