/** TensorFlow's native library, where its addon was built. */

import { openTfjs } from "./open-tfjs.mjs";

/** @type {readonly import("./backend.d.mts").Candidate[]} */
export const candidates = [{ name: "tfjs:node", create: (peers) => openTfjs("node", peers) }];
