#!/usr/bin/env node
/**
 * CPU seconds of an epoch of training: ours with one thread and with two, beside PyTorch running the original classes, in
 * one run on the same cores. Prints Markdown, stage by stage.
 *
 *   npm run bench:train -- path/to/dataset --models alignrec,lightgcn --python python3 \
 *     --torch run_torch.py --alignrec path/to/AlignRec --mmrec path/to/MMRec
 *
 * `--torch` is a program that takes a checkout of AlignRec, the dataset, a scratch folder and a file for its JSON. Without
 * `--alignrec` or `--mmrec` (checkouts, only read) the models of that codebase have no yardstick.
 */

import { mkdtemp, readFile, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { commandLine, list, UsageError, wholeNumber, wholeNumbers } from "./lib/arguments.mjs";
import { surroundings, surroundingsText } from "./lib/machine.mjs";
import { figure, ratio, spread, table } from "./lib/markdown.mjs";
import { runJson, runLines } from "./lib/process.mjs";
import { summarize } from "./lib/statistics.mjs";

const { values, positionals } = commandLine({
  allowPositionals: true,
  options: {
    models: { type: "string", default: "alignrec,lightgcn,freedom" },
    threads: { type: "string", default: "1,2" },
    epochs: { type: "string", default: "4" },
    python: { type: "string", default: "python3" },
    torch: { type: "string" },
    alignrec: { type: "string" },
    mmrec: { type: "string" },
  },
});
const [dataset] = positionals;
if (dataset === undefined) throw new UsageError("usage: node bench/train.mjs <dataset> [options]");
const epochs = wholeNumber("epochs", values.epochs, 3);
const side = fileURLToPath(new URL("sides/train.mjs", import.meta.url));
const mmrecRunner = fileURLToPath(new URL("../experiments/train/run_mmrec.py", import.meta.url));
/**
 * The models in MMRec: names, and the settings that our defaults are, where MMRec has a list to search.
 * @type {Readonly<Record<string, { name: string, settings: Record<string, number> }>>}
 */
const mmrecModels = {
  bpr: { name: "BPR", settings: { reg_weight: 1e-2 } },
  freedom: { name: "FREEDOM", settings: { dropout: 0.8, reg_weight: 1e-3 } },
  lightgcn: { name: "LightGCN", settings: { n_layers: 2, reg_weight: 1e-4 } },
  vbpr: { name: "VBPR", settings: { reg_weight: 1e-2 } },
};
const work = await mkdtemp(join(tmpdir(), "wellbegun-bench-train-"));

/** @typedef {{ cpu: number, wall?: number, operations?: Record<string, number> }} Epoch */
/**
 * @typedef {object} Side
 * @property {string} name
 * @property {readonly Epoch[]} epochs those that count
 * @property {Epoch} [counted] the epoch in which the time of each operation was taken
 * @property {number} [evaluation] CPU s
 * @property {number} [peakMb]
 */

/**
 * PyTorch's epochs, with one thread; undefined where the checkout or the program was not given.
 * @param {string} model
 * @returns {Promise<Side | undefined>}
 */
async function torchSide(model) {
  const out = join(work, `${model}.json`);
  if (model === "alignrec") {
    if (values.torch === undefined || values.alignrec === undefined) return undefined;
    const paths = [values.alignrec, String(dataset), join(work, model), out];
    const range = ["--epochs", `${epochs}`, "--evaluate", `${epochs}`];
    await runLines([values.python, values.torch, ...paths, ...range]);
    const log = JSON.parse(await readFile(out, "utf8"));
    return {
      name: "PyTorch, AlignRec's classes",
      epochs: log.epochs.map((/** @type {Record<string, number>} */ { train, wall, ...row }) => {
        const { sample = 0, forward = 0, backward = 0, adam = 0 } = row;
        return { cpu: train, wall, operations: { sample, forward, backward, adam } };
      }),
      evaluation: log.epochs.at(-1).evaluate,
      peakMb: log.peak_rss_mb,
    };
  }
  const known = mmrecModels[model];
  if (values.mmrec === undefined || known === undefined) return undefined;
  const { name, settings } = known;
  const options = [
    "--model",
    name,
    "--epochs",
    `${epochs}`,
    "--evaluate",
    `${epochs}`,
    "--set",
    JSON.stringify(settings),
  ];
  const lines = await runLines([
    values.python,
    mmrecRunner,
    values.mmrec,
    String(dataset),
    join(work, model),
    ...options,
  ]);
  const found = lines.filter((line) => line.startsWith('{"epoch"')).map((line) => JSON.parse(line));
  return { name: "PyTorch, MMRec's classes", epochs: found, evaluation: found.at(-1)?.evaluate };
}

/** Times a product of InfoNCE's shape in PyTorch, and finds the OpenBLAS that it loaded and the processor that this chose kernels for. */
const probe = `
import ctypes, json, time, torch
torch.set_num_threads(1)
a, b = torch.randn(2048, 64), torch.randn(64, 2048)
a @ b
t = time.process_time()
for _ in range(10): a @ b
found = dict(version=torch.__version__, gflops=10 * 2 * 2048 * 64 * 2048 / (time.process_time() - t) / 1e9)
# NumPy brings another one with it.
mapped = {line.split()[-1] for line in open("/proc/self/maps") if "/libopenblas" in line and "numpy" not in line}
for path in mapped:
    library = ctypes.CDLL(path)
    for name in ("openblas_get_config", "openblas_get_corename"):
        getattr(library, name).restype = ctypes.c_char_p
    found["blas"] = " ".join(library.openblas_get_config().decode().split()[:2])
    found["kernels"] = library.openblas_get_corename().decode()
print(json.dumps(found))
`;

/**
 * PyTorch's version, BLAS and speed: with the reference BLAS it is ten times slower than with OpenBLAS, and an OpenBLAS older than the
 * processor takes kernels for an early one.
 */
async function torchText() {
  const { version, gflops, blas, kernels } = (await runJson([values.python, "-c", probe], 1)).output;
  const library = blas === undefined ? "another BLAS than OpenBLAS" : `${blas} with kernels for ${kernels}`;
  return `- PyTorch ${version} on ${library}, a product of 2048 x 64 x 2048 at ${gflops.toFixed(0)} GFLOP/s`;
}

/**
 * @param {string} model
 * @param {number} threads
 * @returns {Promise<Side>}
 */
async function ourSide(model, threads) {
  const options = ["--model", model, "--threads", `${threads}`, "--epochs", `${epochs}`];
  const { output } = await runJson([process.execPath, side, String(dataset), ...options], threads);
  return {
    name: `wellbegun, ${threads} thread${threads === 1 ? "" : "s"}`,
    epochs: output.epochs.slice(0, -1),
    counted: output.epochs.at(-1),
    evaluation: output.evaluation,
    peakMb: output.peakBytes / 1e6,
  };
}

/**
 * The first epoch also builds graphs, and compiles.
 * @param {readonly Epoch[]} all
 * @param {(epoch: Epoch) => number} value
 */
function median(all, value) {
  return summarize(all.slice(1).map(value));
}

console.log(`# An epoch of training\n\n${surroundingsText(surroundings())}`);
if (values.alignrec !== undefined || values.mmrec !== undefined) console.log(await torchText());
console.log(
  `- median of epochs 2 to ${epochs}, ours but the last, in which the operations are timed [min-max]; training alone; one evaluation (validation and test) after the last\n`,
);
try {
  for (const model of list(values.models)) {
    const torch = await torchSide(model);
    const sides = [...(torch === undefined ? [] : [torch])];
    for (const threads of wholeNumbers("threads", values.threads, 1))
      sides.push(await ourSide(model, threads));
    const of = (/** @type {Side} */ one) => median(one.epochs, ({ cpu }) => cpu);
    const wall = (/** @type {Side} */ one) => median(one.epochs, ({ wall: own = Number.NaN }) => own);
    const rows = sides.map((one) => [
      one.name,
      spread(of(one)),
      torch === undefined ? "" : ratio(of(one), of(torch)),
      one.epochs[0]?.wall === undefined ? "" : spread(wall(one)),
      torch === undefined || one.epochs[0]?.wall === undefined ? "" : ratio(wall(one), of(torch)),
      one.evaluation === undefined ? "" : figure(one.evaluation),
      one.evaluation === undefined || torch?.evaluation === undefined
        ? ""
        : figure(one.evaluation / torch.evaluation),
      one.peakMb === undefined ? "" : one.peakMb.toFixed(0),
    ]);
    console.log(`## ${model}\n`);
    const share = "of PyTorch's";
    const header = [
      "side",
      "CPU, s",
      share,
      "wall, s",
      "of PyTorch's CPU",
      "evaluation, s",
      share,
      "peak MB",
    ];
    console.log(`${table(header, rows)}\n`);
    for (const one of sides) printStages(one);
  }
} finally {
  await rm(work, { recursive: true, force: true });
}

/** @param {Side} one */
function printStages({ name, epochs, counted }) {
  const timed = counted === undefined ? epochs.slice(1) : [counted];
  const middle = (/** @type {(epoch: Epoch) => number} */ value) => summarize(timed.map(value)).median;
  const names = new Set(timed.flatMap(({ operations = {} }) => Object.keys(operations)));
  if (names.size === 0) return;
  const stages = [...names].map((stage) => {
    return /** @type {const} */ ([stage, middle(({ operations = {} }) => operations[stage] ?? 0)]);
  });
  const total = middle(({ cpu }) => cpu);
  const rest = total - stages.reduce((sum, [, seconds]) => sum + seconds, 0);
  const largest = [...stages, /** @type {const} */ (["the rest", rest])].sort((a, b) => b[1] - a[1]);
  const rows = largest.filter(([, seconds]) => seconds >= 0.005 * total);
  console.log(`${name}, CPU seconds of an epoch by operation:\n`);
  const cells = rows.map(([stage, seconds]) => [
    stage,
    figure(seconds),
    `${((100 * seconds) / total).toFixed(0)} %`,
  ]);
  console.log(`${table(["operation", "s", "share"], cells)}\n`);
}
