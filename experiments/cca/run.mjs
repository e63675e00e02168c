// What `combine: "cca"` gives before training, beside modalities side by side: zero-shot and item-CF on validation and test rows,
// each with the same tables in another order as control. Prints one JSON object for each dataset.
//
//   npm run build && node experiments/cca/run.mjs path/to/tiktok path/to/ml1m …
//
// The ridge and the width are chosen on validation rows; test rows are read once, for what was chosen.

import { readMmrecDataset } from "@wellbegun/adapters/node";
import { choices, createTable, fit, wasm } from "@wellbegun/core";
import {
  coOccurrenceNeighbors,
  itemCf,
  pairedBootstrap,
  permuteRows,
  rowPermutation,
  splitOf,
  zeroShot,
} from "@wellbegun/evaluation";

const seed = 999;
const backend = await wasm({ threads: 2 });

/** @type {Record<string, import("@wellbegun/core").FitOptions[]>} */
const arms = {
  concat: [64, 128].map((dim) => ({ dim })),
  cca: [64, 128].flatMap((dim) => [0.01, 0.1, 1].map((ccaRidge) => ({ dim, combine: "cca", ccaRidge }))),
};
if (choices.prepare.some((name) => name === "whiten"))
  arms.whiten = [64, 128].map((dim) => ({ dim, prepare: "whiten" }));

for (const folder of process.argv.slice(2)) {
  const dataset = await readMmrecDataset(folder);
  const width = Object.values(dataset.features).reduce((sum, { columns }) => sum + columns, 0);
  const neighbors = coOccurrenceNeighbors(dataset.train, 20);
  const rows = [];
  /** @type {Record<string, Float64Array>} */
  const perUser = {};
  for (const [arm, tries] of Object.entries(arms)) {
    let best;
    for (const options of tries.filter(({ dim }) => dim <= width)) {
      const model = await fit(dataset, { ...options, seed, backend, perModality: false });
      const { cuts } = await zeroShot(model, splitOf(dataset, "validation"), { k: [20], backend });
      const recall = cuts[0].recall;
      if (best === undefined || recall > best.recall) best = { options, model, recall };
    }
    const { users, items } = best.model;
    const control = { users: permuted(users, "users"), items: permuted(items, "items") };
    const found = await judge(best.model, dataset, neighbors);
    const chance = await judge(control, dataset, neighbors);
    perUser[arm] = found.perUser;
    const { low, high } = pairedBootstrap(found.perUser, chance.perUser);
    rows.push({
      arm,
      chosen: best.options,
      validation: best.recall,
      test: found.recall,
      control: chance.recall,
      overControl: [low, high],
      itemCf: found.itemCf,
      itemCfControl: chance.itemCf,
    });
    console.error(
      `${dataset.name} ${arm}: test ${found.recall.toFixed(4)}, control ${chance.recall.toFixed(4)}`,
    );
  }
  const { difference, low, high } = pairedBootstrap(perUser.cca, perUser.concat);
  console.log(JSON.stringify({ dataset: dataset.name, rows, ccaOverConcat: { difference, low, high } }));
  await dataset.close();
}
await backend.dispose();

/** Test Recall@20 of zero-shot and item-CF, and the recall of each user. */
async function judge({ users, items }, dataset, neighbors) {
  const { cuts } = await zeroShot({ users, items }, splitOf(dataset, "test"), { k: [20], backend });
  const cf = await itemCf(items, dataset.train, neighbors, { k: [20] });
  return { recall: cuts[0].recall, perUser: cuts[0].perUser.recall, itemCf: cf.cuts[0].recall };
}

/** The table with its rows in random order. */
function permuted({ data, rows, columns }, side) {
  return createTable(permuteRows(data, columns, rowPermutation(rows, seed, side)), rows, columns);
}
