/**
 * Seconds of an epoch of training AlignRec on the WebGPU backend, beside WebAssembly with one thread, over synthetic data of the
 * dataset's shape; both from the same seed, so that their losses can be compared.
 *
 *   node --import ./tools/peers.mjs bench/gpu/train.mjs --size tiktok --epochs 3
 *
 * `--size tiny` is for a try on a software GPU.
 */

import { webgpu } from "@wellbegun/backend-webgpu";
import { interactionsFromArrays, wasm } from "@wellbegun/core";
import { generateDataset, presets } from "@wellbegun/synthetic";
import { alignrec, train } from "@wellbegun/train";
import { choice, commandLine, list, wholeNumber } from "../lib/arguments.mjs";
import { figure, table } from "../lib/markdown.mjs";
import { sizeOf } from "../lib/sizes.mjs";

const { values } = commandLine({
  options: {
    size: { type: "string", default: "tiktok" },
    epochs: { type: "string", default: "3" },
    backends: { type: "string", default: "webgpu,wasm" },
  },
});
const epochs = wholeNumber("epochs", values.epochs, 1);
/** The least that shows that every operation of the training runs, for software GPUs. */
const tiny = {
  users: 60,
  items: 40,
  interactions: 300,
  modalities: [
    { name: "image", width: 16 },
    { name: "text", width: 8 },
  ],
};
const shape = values.size === "tiny" ? tiny : presets[sizeOf(values.size).dataset];
const { log, features } = generateDataset(shape);
const kept = Array.from(log.labels.keys()).filter((row) => log.labels[row] === 0);
const [users, items] = [log.users, log.items].map((of) => kept.map((row) => of[row] ?? 0));
const userCount = 1 + log.users.reduce((most, user) => Math.max(most, user), 0);
const itemCount = Object.values(features)[0]?.rows ?? 0;
const interactions = interactionsFromArrays({ users: users ?? [], items: items ?? [], userCount, itemCount });

const rows = [];
for (const name of list(values.backends)) {
  const backend = await (choice("backends", name, ["webgpu", "wasm"]) === "webgpu"
    ? webgpu()
    : wasm({ threads: 1 }));
  let last = performance.now();
  await train(
    { train: interactions, features },
    {
      model: alignrec(),
      epochs,
      seed: 999,
      backend,
      onEpoch: ({ epoch, loss }) => {
        const now = performance.now();
        rows.push([backend.name, `${epoch}`, figure((now - last) / 1000), loss.toPrecision(6)]);
        last = now;
      },
    },
  );
  await backend.dispose();
}
console.log(`AlignRec, ${values.size} (synthetic): ${userCount} users, ${itemCount} items\n`);
console.log(table(["backend", "epoch", "wall s", "loss"], rows));
process.exit(0);
