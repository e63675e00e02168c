/**
 * Replays a trace of the original AlignRec in PyTorch, step for step: its initial parameters, batches and losses.
 *
 *   python3 run_torch.py CHECKOUT DATASET WORK out.json --epochs 1 --seed 1000 --trace trace.npz
 *   python3 experiments/train/unpack.py trace.npz trace/
 *   node experiments/train/replay.mjs DATASET trace/ [--backend wasm|cpu]
 *
 * Prints the largest relative difference of a batch's loss, and the differences of the parameters afterwards, each by the
 * largest value of its parameter, beside the median difference by the mean movement.
 */

import { readFileSync } from "node:fs";
import { join } from "node:path";
import { parseArgs } from "node:util";
import { readMmrecDataset } from "@wellbegun/adapters/node";
import { decodeNpy, toFloat32 } from "@wellbegun/adapters/npy";
import { cpu, denseFeatures, wasm } from "@wellbegun/core";
import { alignrec, train } from "@wellbegun/train";

const { values, positionals } = parseArgs({
  allowPositionals: true,
  options: { backend: { type: "string", default: "wasm" } },
});
const [folder = "", trace = ""] = positionals;

/** @param {string} name */
function array(name) {
  const { data, rows, columns, dtype } = decodeNpy(readFileSync(join(trace, `${name}.npy`)), name);
  return { values: toFloat32({ data, dtype }), data, rows, columns };
}

const dataset = await readMmrecDataset(folder);
const backend = values.backend === "cpu" ? cpu() : await wasm({ threads: 1 });
const features = array("features");
const sizes = [...array("sizes").values];
const losses = array("losses").data;
const batches = array("batches");
const definition = alignrec({ prepare: "none" });
let step = 0;
let start = 0;
let worst = 0;
/** @type {Map<string, Float32Array>} */
const initial = new Map();
/** @type {Map<string, Float32Array>} */
const final = new Map();
await train(
  {
    train: dataset.train,
    features: { fused: denseFeatures(features.values, features.rows, features.columns) },
  },
  {
    epochs: 1,
    backend,
    model: {
      ...definition,
      build: async (context) => {
        const built = await definition.build(context);
        for (const [name, { value }] of built.parameters.entries()) {
          const { values: own } = array(`initial.${name}`);
          initial.set(name, own);
          await backend.write(value, 0, value.rows, (into) => into.set(own));
        }
        return {
          parameters: built.parameters,
          starts: built.starts,
          // Read here, since the run frees its matrices when it ends.
          tables: async (scope) => {
            for (const [name, { value }] of built.parameters.entries()) {
              final.set(name, await backend.read(value, 0, value.rows, (view) => view.slice()));
            }
            return await built.tables(scope);
          },
          gradients: async (_, epoch) => {
            const size = sizes[step] ?? 0;
            const row = (/** @type {number} */ at) =>
              Uint32Array.from(
                batches.values.subarray(at * batches.columns + start, at * batches.columns + start + size),
              );
            const batch = { users: row(0), positives: row(1), negatives: row(2) };
            const terms = await built.gradients(batch, epoch);
            const loss = Object.values(terms).reduce((sum, term) => sum + term, 0);
            worst = Math.max(worst, Math.abs(loss / Number(losses[step]) - 1));
            start += size;
            step++;
            return terms;
          },
        };
      },
    },
  },
);
console.log(
  `${step} of ${sizes.length} steps: largest relative difference of a loss ${worst.toExponential(1)}`,
);
for (const [name, found] of final) {
  const { values: expected } = array(`after.${name}`);
  const differences = found.map((x, at) => Math.abs(x - (expected[at] ?? Number.NaN))).sort();
  const largest = expected.reduce((most, x) => Math.max(most, Math.abs(x)), 0);
  const before = initial.get(name) ?? expected;
  const movement =
    expected.reduce((sum, x, at) => sum + Math.abs(x - (before[at] ?? 0)), 0) / expected.length;
  const median = differences[differences.length >> 1] ?? Number.NaN;
  console.log(
    `${name}: ${((differences.at(-1) ?? Number.NaN) / largest).toExponential(1)}, median ${(median / movement).toExponential(1)}`,
  );
}
await backend.dispose();
await dataset.close();
