#!/usr/bin/env node
/**
 * `wellbegun embed` over a generated catalog of texts and images: memory while it runs (an SVG), the same bytes after kill -9 and a second
 * start, broken files listed, and texts beside sentence-transformers and Python's onnxruntime with the same weights on one thread.
 * Prints Markdown.
 *
 *   npm run build && WELLBEGUN_PEERS=path/to/encoder-peers node --import ./tools/peers.mjs bench/embed.mjs \
 *     --text-encoder FOLDER --image-encoder FOLDER --model SENTENCE-TRANSFORMERS-FOLDER --python PYTHON --plot bench/results/embed-memory.svg
 *
 * The encoders are folders with encoder.json. Without --model, sentence-transformers is left out, and a line says so.
 */

import { spawn, spawnSync } from "node:child_process";
import { createHash } from "node:crypto";
import { existsSync, readdirSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { setTimeout as sleep } from "node:timers/promises";
import { fileURLToPath } from "node:url";
import { commandLine, wholeNumber } from "./lib/arguments.mjs";
import { catalogTexts, embedCatalog } from "./lib/embed-catalog.mjs";
import { surroundings, surroundingsText } from "./lib/machine.mjs";
import { table } from "./lib/markdown.mjs";
import { memoryPlot } from "./lib/memory-plot.mjs";

const { values } = commandLine({
  options: {
    items: { type: "string", default: "20000" },
    texts: { type: "string", default: "2000" },
    rounds: { type: "string", default: "3" },
    workers: { type: "string", default: "2" },
    threads: { type: "string", default: "1" },
    "text-encoder": { type: "string" },
    "image-encoder": { type: "string" },
    model: { type: "string" },
    python: { type: "string", default: process.env.WELLBEGUN_PYTHON ?? "python3" },
    plot: { type: "string" },
    cache: { type: "string", default: join(tmpdir(), "wellbegun-bench-embed") },
  },
});
const items = wholeNumber("items", values.items, 100);
const rounds = wholeNumber("rounds", values.rounds, 1);
const here = (/** @type {string} */ path) => fileURLToPath(new URL(path, import.meta.url));
const hook = here("../tools/peers.mjs");
if (values["text-encoder"] === undefined || values["image-encoder"] === undefined) {
  console.error("--text-encoder and --image-encoder: folders with encoder.json");
  process.exit(2);
}

const sharpName = "sharp";
const { default: sharp } = await import(sharpName);
const folder = join(values.cache, `${items}`);
const catalog = await embedCatalog(sharp, folder, items);

console.log(`# embed\n\n${surroundingsText(surroundings())}`);
console.log(
  `- ${items} texts and ${items} images (160 x 120 JPEG), ${values.workers} workers, ${values.threads} thread(s) of the model each\n`,
);

/**
 * Runs embed and samples its memory; kills it once so many contents are finished.
 * @param {string} out
 * @param {number} [killAt]
 */
async function embed(out, killAt) {
  const start = performance.now();
  const child = spawn(
    process.execPath,
    [
      ...["--import", hook, here("../packages/cli/bin/wellbegun.js"), "embed", catalog.path],
      ...["--text", "title", "--image", "image", "--out", out, "--quiet"],
      ...["--workers", values.workers, "--threads", values.threads],
      ...[
        "--text-encoder",
        String(values["text-encoder"]),
        "--image-encoder",
        String(values["image-encoder"]),
      ],
    ],
    { stdio: ["ignore", "ignore", "inherit"] },
  );
  /** @type {Promise<number | null>} */
  const ended = new Promise((resolve) => child.on("close", (status) => resolve(status)));
  /** @type {import("./lib/memory-plot.mjs").MemorySample[]} */
  const samples = [];
  const log = join(folder, `.${out.slice(folder.length + 1)}.unfinished`, "blocks.jsonl");
  let running = true;
  void ended.then(() => {
    running = false;
  });
  while (running) {
    await sleep(250);
    const bytes = residentBytes(child.pid);
    const finished = finishedContents(log);
    if (bytes !== undefined && finished !== undefined) samples.push({ items: finished, bytes });
    if (killAt !== undefined && (finished ?? 0) >= killAt) child.kill("SIGKILL");
  }
  return {
    status: await ended,
    samples,
    seconds: (performance.now() - start) / 1000,
    left: finishedContents(log),
  };
}

/** @param {number | undefined} pid */
function residentBytes(pid) {
  try {
    const found = /^VmRSS:\s+(\d+) kB$/m.exec(readFileSync(`/proc/${pid}/status`, "utf8"));
    return found === null ? undefined : Number(found[1]) * 1024;
  } catch {
    return undefined;
  }
}

/** Texts and images in finished blocks; undefined without a log. @param {string} log */
function finishedContents(log) {
  if (!existsSync(log)) return undefined;
  const lines = readFileSync(log, "utf8").split("\n").slice(0, -1);
  return lines.reduce((sum, line) => sum + Number(/"rows":(\d+)/.exec(line)?.[1] ?? 0), 0);
}

/** @param {string} out */
function hashes(out) {
  const names = readdirSync(out).sort();
  const hash = (/** @type {string} */ name) =>
    createHash("sha256")
      .update(readFileSync(join(out, name)))
      .digest("hex");
  return Object.fromEntries(names.map((name) => [name, hash(name)]));
}

const [whole, killed] = [join(folder, "whole"), join(folder, "killed")];
for (const name of ["whole", "killed", ".whole.unfinished", ".killed.unfinished"]) {
  rmSync(join(folder, name), { recursive: true, force: true });
}
const first = await embed(whole);
const cut = await embed(killed, Math.floor(1.4 * items));
const resumed = await embed(killed);
const [one, other] = [hashes(whole), hashes(killed)];
const same = JSON.stringify(one) === JSON.stringify(other);
const listed = readFileSync(join(whole, "missing_items.jsonl"), "utf8").trim().split("\n");
const rows = listed.map((line) => JSON.parse(line)).filter(({ modality }) => modality === "image");
const right = JSON.stringify(rows.map(({ row }) => row)) === JSON.stringify(catalog.unreadable);

/** No sample falls into a part of a short run. */
const megabytes = (/** @type {number} */ bytes) => (bytes > 0 ? (bytes / 2 ** 20).toFixed(0) : "no sample");
const between = (/** @type {number} */ low, /** @type {number} */ high) =>
  Math.max(
    ...first.samples
      .filter((one) => one.items >= low * items && one.items < high * items)
      .map(({ bytes }) => bytes),
  );
console.log(
  table(
    ["", "figure"],
    [
      ["whole run", `${first.seconds.toFixed(0)} s, status ${first.status}`],
      [
        "most memory, first and second half of the texts",
        `${megabytes(between(0.05, 0.5))}, ${megabytes(between(0.5, 1))} MB`,
      ],
      [
        "most memory, first and second half of the images",
        `${megabytes(between(1.05, 1.5))}, ${megabytes(between(1.5, 2))} MB`,
      ],
      ["killed with SIGKILL after", `${cut.left} of ${2 * items} contents, status ${cut.status}`],
      ["started again", `${resumed.seconds.toFixed(0)} s, status ${resumed.status}`],
      ["same bytes as the whole run", same ? `yes, ${Object.keys(one).length} files` : "no"],
      [
        "missing and broken images that were made; listed",
        `${catalog.unreadable.length}; ${rows.length}${right ? ", the same rows" : ", other rows"}`,
      ],
    ],
  ),
);
if (values.plot !== undefined) {
  writeFileSync(
    values.plot,
    memoryPlot(`Resident memory of embed, ${items} texts and ${items} images`, [
      { name: "whole run", color: "#06c", samples: first.samples },
      { name: "killed, then started again", color: "#c50", samples: [...cut.samples, ...resumed.samples] },
    ]),
  );
}
if (!same || !right || first.status !== 0 || resumed.status !== 0) process.exitCode = 1;

if (values.model === undefined) console.log("\nsentence-transformers is left out: --model names no folder.");
else {
  const python = (/** @type {string[]} */ ...args) =>
    run(values.python, [here("python/encode_texts.py"), ...args]);
  const texts = join(folder, "texts.json");
  writeFileSync(
    texts,
    JSON.stringify(await catalogTexts(catalog.path, wholeNumber("texts", values.texts, 1))),
  );
  const encoder = join(values.cache, "minilm-float32");
  if (!existsSync(join(encoder, "encoder.json"))) python("export", values.model, encoder);
  const file = (/** @type {string} */ side) => join(folder, `${side}.f32`);
  /** @type {Record<string, () => string>} */
  const sides = {
    ours: () =>
      run(process.execPath, ["--import", hook, here("sides/encode-texts.mjs"), encoder, texts, file("ours")]),
    onnxruntime: () => python("onnx", encoder, texts, file("onnxruntime")),
    "sentence-transformers": () =>
      python("encode", String(values.model), texts, file("sentence-transformers")),
  };
  /** @type {Record<string, any[]>} */
  const found = Object.fromEntries(Object.keys(sides).map((side) => [side, []]));
  for (let round = 0; round < rounds; round++) {
    for (const [side, encode] of Object.entries(sides)) found[side]?.push(JSON.parse(encode()));
  }
  const count = Number(values.texts);
  const rows = Object.entries(found).map(([side, list]) => [
    list[0].runtime,
    list.map(({ cpu }) => (count / cpu).toFixed(0)).join(", "),
    side === "ours" ? "" : leastCosine(file("ours"), file(side), count).toFixed(7),
  ]);
  console.log(`\n## ${count} texts, MiniLM in float32, one thread: texts in a CPU second, round by round\n`);
  console.log(table(["side", "texts / CPU s", "least cosine with ours"], rows));
}

/**
 * @param {string} command
 * @param {string[]} args
 */
function run(command, args) {
  const { status, stdout, stderr } = spawnSync(command, args, { encoding: "utf8" });
  if (status !== 0) throw new Error(`${command} ${args.join(" ")}: ${stderr}`);
  return stdout.trim().split("\n").at(-1) ?? "";
}

/**
 * @param {string} one
 * @param {string} other
 * @param {number} rows
 */
function leastCosine(one, other, rows) {
  const [a, b] = [one, other].map((path) => new Float32Array(new Uint8Array(readFileSync(path)).buffer));
  const width = a.length / rows;
  let least = 1;
  for (let row = 0; row < rows; row++) {
    let [dot, aa, bb] = [0, 0, 0];
    for (let c = row * width; c < (row + 1) * width; c++) {
      dot += a[c] * b[c];
      aa += a[c] ** 2;
      bb += b[c] ** 2;
    }
    least = Math.min(least, dot / Math.sqrt(aa * bb));
  }
  return least;
}
