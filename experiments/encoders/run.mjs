// ML-1M's item texts through `wellbegun embed`, beside the features that Python made of the same texts: cosines of the vectors,
// and zero-shot test Recall@20 of both with the interval of the difference, paired by user. Prints Markdown.
//
//   export WELLBEGUN_PEERS=path/to/encoder-peers
//   node --import ./tools/peers.mjs experiments/encoders/run.mjs path/to/ml1m --text-encoder FOLDER
//
// path/to/ml1m holds ml1m.inter, text_feat.npy and item_text.json, a list of the items' texts. The encoder's folder has
// encoder.json.

import { spawnSync } from "node:child_process";
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { parseArgs } from "node:util";
import { openFeatureFolder, readMmrecDataset } from "@wellbegun/adapters/node";
import { fit, wasm } from "@wellbegun/core";
import { pairedBootstrap, permutedTables, splitOf, zeroShot } from "@wellbegun/evaluation";

const { values, positionals } = parseArgs({
  allowPositionals: true,
  options: { "text-encoder": { type: "string" } },
});
const [folder] = positionals;
const encoder = values["text-encoder"];
if (folder === undefined || encoder === undefined) {
  console.error("usage: node experiments/encoders/run.mjs <ml1m> --text-encoder <folder>");
  process.exit(2);
}
const here = (/** @type {string} */ path) => fileURLToPath(new URL(path, import.meta.url));
const work = mkdtempSync(join(tmpdir(), "wellbegun-ml1m-"));
const backend = await wasm({ threads: 1, relaxed: false });
try {
  const texts = JSON.parse(readFileSync(join(folder, "item_text.json"), "utf8"));
  const catalog = join(work, "ml1m.jsonl");
  writeFileSync(
    catalog,
    texts
      .map((/** @type {string} */ text, /** @type {number} */ row) => `${JSON.stringify({ row, text })}\n`)
      .join(""),
  );
  const own = join(work, "own");
  const args = ["embed", catalog, "--id", "row", "--text", "text", "--text-encoder", encoder, "--out", own];
  const command = ["--import", here("../../tools/peers.mjs"), here("../../packages/cli/bin/wellbegun.js")];
  const done = spawnSync(process.execPath, [...command, ...args, "--threads", "1", "--quiet"], {
    stdio: "inherit",
  });
  if (done.status !== 0) throw new Error(`embed ended with status ${done.status}`);

  const dataset = await readMmrecDataset(folder, { modalities: ["text"] });
  const embedded = await openFeatureFolder(own, ["text"]);
  const { text: supplied } = dataset.features;
  const { text: made } = embedded.features;
  if (supplied === undefined || made === undefined) throw new Error("no features named text");
  const judged = [];
  for (const { ids, ...text } of [supplied, made]) {
    const model = await fit(
      { train: dataset.train, features: { text } },
      { seed: 999, backend, perModality: false },
    );
    judged.push({
      ...(await recallOf(model, dataset)),
      control: (await recallOf(permutedTables(model), dataset)).recall,
    });
  }
  const [theirs, ours] = judged;
  if (theirs === undefined || ours === undefined) throw new Error("nothing was judged");
  const { difference, low, high } = pairedBootstrap(ours.perUser, theirs.perUser);
  console.log(
    `- least cosine of the ${supplied.rows} vectors: ${(await leastCosine(supplied, made)).toFixed(7)}`,
  );
  console.log(
    `- zero-shot test Recall@20, supplied features: ${theirs.recall.toFixed(4)} (control ${theirs.control.toFixed(4)})`,
  );
  console.log(
    `- zero-shot test Recall@20, embed: ${ours.recall.toFixed(4)} (control ${ours.control.toFixed(4)})`,
  );
  console.log(
    `- difference, 95 % over ${ours.perUser.length} users: ${difference.toFixed(5)} (${low.toFixed(5)} to ${high.toFixed(5)})`,
  );
  await embedded.close();
  await dataset.close();
} finally {
  rmSync(work, { recursive: true, force: true });
  await backend.dispose();
}

/** @param {import("@wellbegun/core").ScoringTables} tables @param {import("@wellbegun/core").Dataset} dataset */
async function recallOf(tables, dataset) {
  const { recall, perUser } = (await zeroShot(tables, splitOf(dataset, "test"), { k: [20], backend }))
    .cuts[0];
  return { recall, perUser: perUser.recall };
}

/** @param {import("@wellbegun/core").FeatureSource} a @param {import("@wellbegun/core").FeatureSource} b */
async function leastCosine(a, b) {
  const [x, y] = [new Float32Array(a.rows * a.columns), new Float32Array(a.rows * a.columns)];
  await a.read(0, a.rows, x);
  await b.read(0, a.rows, y);
  let least = 1;
  for (let row = 0; row < a.rows; row++) {
    let [dot, xx, yy] = [0, 0, 0];
    for (let c = row * a.columns; c < (row + 1) * a.columns; c++) {
      dot += (x[c] ?? 0) * (y[c] ?? 0);
      xx += (x[c] ?? 0) ** 2;
      yy += (y[c] ?? 0) ** 2;
    }
    least = Math.min(least, dot / Math.sqrt(xx * yy));
  }
  return least;
}
