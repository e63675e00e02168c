/** The sides of a comparison as command lines, and which of them this machine has. */

import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { openBackend } from "../sides/backends.mjs";
import { absentKmeans } from "./python.mjs";

const bench = fileURLToPath(new URL("..", import.meta.url));

/**
 * @typedef {object} Cell One point of the comparison.
 * @property {string} size
 * @property {string} folder of the dataset
 * @property {readonly string[]} modalities
 * @property {number} dim 0: no projection
 * @property {number} clusters
 * @property {number} threads
 * @property {number | undefined} memory bytes that our side may hold
 * @property {number | undefined} initSize items that our seeds are drawn from; undefined: the default of `fit`, which is all up to 32 clusters
 * @property {string | undefined} out folder to write the tables to; undefined: they stay in memory
 */

/**
 * @typedef {object} Side
 * @property {string} name
 * @property {boolean} peer whether the others are compared with it
 * @property {(cell: Cell) => string | undefined} [unfit] why it has no figures for a cell, if it has none
 * @property {(cell: Cell, run: RunOf) => string[]} command
 */

/** @typedef {{ seed: number, repeats: number }} RunOf One process: its seed, and how often it does the work. */
/** @typedef {import("./python.mjs").Absent} Absent */

/**
 * Our side, once for each backend that starts here.
 * @param {readonly string[]} backends names; `auto` is the fastest that there is
 * @returns {Promise<{ sides: Side[], absent: Absent[] }>}
 */
export async function ourSides(backends) {
  /** @type {Side[]} */
  const sides = [];
  /** @type {Absent[]} */
  const absent = [];
  for (const backend of backends) {
    try {
      const opened = await openBackend(backend, 1);
      const name = `ours, ${backend === "auto" ? opened.name : backend}`;
      const single = opened.name === "cpu";
      await opened.dispose();
      sides.push({
        name,
        peer: false,
        unfit: ({ threads }) => (single && threads > 1 ? "it has one thread" : undefined),
        command: (cell, run) => {
          const memory = cell.memory === undefined ? [] : ["--memory", `${cell.memory}`];
          const initSize = cell.initSize === undefined ? [] : ["--init-size", `${cell.initSize}`];
          const script = join(bench, "sides/ours.mjs");
          const own = ["--backend", backend, ...memory, ...initSize];
          return [process.execPath, script, ...common(cell, run), ...own];
        },
      });
    } catch (error) {
      const reason = error instanceof Error ? error.message : String(error);
      absent.push({
        name: `ours, ${backend}`,
        reason,
        hint: "npm run build; for a package's peers set WELLBEGUN_PEERS to the folder that has them",
      });
    }
  }
  return { sides, absent };
}

/** Python's sides, by whose k-means they use. */
export const peerNames = ["sklearn", "faiss"];

/**
 * The same in Python: with scikit-learn's k-means, and with FAISS's.
 * @param {string} python the interpreter
 * @param {readonly string[]} peers those of {@link peerNames} that are wanted
 * @returns {{ sides: Side[], absent: Absent[] }}
 */
export function pythonSides(python, peers) {
  /** @type {Side[]} */
  const sides = [];
  /** @type {Absent[]} */
  const absent = [];
  for (const { name, kmeans } of [
    { name: "python", kmeans: "sklearn" },
    { name: "python, FAISS k-means", kmeans: "faiss" },
  ]) {
    if (!peers.includes(kmeans)) continue;
    const missing = absentKmeans(python, name, kmeans);
    if (missing !== undefined) {
      absent.push(missing);
      continue;
    }
    const script = join(bench, "python/reference.py");
    sides.push({
      name,
      peer: kmeans === "sklearn",
      command: (cell, run) => [python, script, ...common(cell, run), "--kmeans", kmeans],
    });
  }
  return { sides, absent };
}

/**
 * Options that both sides get.
 * @param {Cell} cell
 * @param {RunOf} run
 */
function common(cell, run) {
  return [
    cell.folder,
    ...["--modalities", cell.modalities.join(",")],
    ...["--clusters", `${cell.clusters}`],
    ...["--dim", `${cell.dim}`],
    ...["--threads", `${cell.threads}`],
    ...["--repeat", `${run.repeats}`],
    ...["--seed", `${run.seed}`],
    ...(cell.out === undefined ? [] : ["--out", cell.out]),
  ];
}
