/** TensorFlow.js on the processor. */

import { openTfjs } from "./open-tfjs.mjs";

/** @type {readonly import("./backend.d.mts").Candidate[]} */
export const candidates = [
  { name: "tfjs:wasm", create: (peers) => openTfjs("wasm", peers) },
  { name: "tfjs:cpu", slow: "plain JavaScript", create: (peers) => openTfjs("cpu", peers) },
];
