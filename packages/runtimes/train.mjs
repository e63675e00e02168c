/** Trainings whose bytes every runtime must give alike. */

import { alignrec, bpr, freedom, lightgcn, train, vbpr } from "@wellbegun/train";

/**
 * Backends whose arithmetic the standards fix, each with the backend on the reference runtime that gives the same bytes:
 * threads change nothing. Relaxed SIMD and GPUs round as the hardware does.
 * @type {Readonly<Record<string, string>>}
 */
export const reproducible = { cpu: "cpu", wasm: "wasm", "wasm-threads": "wasm" };

/**
 * Trains some models for two epochs and keeps their vectors.
 * @param {import("./datasets.mjs").Dataset} dataset
 * @param {import("@wellbegun/core").Backend} backend
 * @param {import("./program.mjs").Keep} keep
 */
export async function runTrainings({ input }, backend, keep) {
  const graphs = [alignrec({ neighbors: 5 }), lightgcn(), freedom({ neighbors: 5, dropout: 0.5 })];
  const definitions = [...graphs, bpr(), vbpr()];
  for (const model of definitions) {
    const options = { model, epochs: 2, dimensions: 16, batchSize: 256, learningRate: 0.01 };
    const { users, items } = await train(input, { ...options, backend });
    await keep(`train/${model.name}/users`, users.data, users.columns);
    await keep(`train/${model.name}/items`, items.data, items.columns);
  }
}

/**
 * What differs from the bytes of the reference run; nothing for backends that are not reproducible.
 * @param {import("./report.d.mts").BackendReport} found
 * @param {readonly import("./report.d.mts").BackendReport[]} reference
 * @returns {readonly string[]}
 */
export function trainingProblems({ name, arrays }, reference) {
  const wanted = reference.find((backend) => backend.name === reproducible[name])?.arrays ?? {};
  const expected = Object.entries(wanted).filter(([array]) => array.startsWith("train/"));
  if (reproducible[name] === undefined) return [];
  if (expected.length === 0) return ["train: there is nothing to compare with"];
  return expected
    .filter(([array, { sha256 }]) => arrays[array]?.sha256 !== sha256)
    .map(([array, { sha256 }]) => {
      return `${array}: expected the bytes with SHA-256 ${sha256}, found ${arrays[array]?.sha256 ?? "none"}`;
    });
}
