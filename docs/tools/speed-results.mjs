/** What bench/results holds for the page about speed: the cells of `npm run bench` and of `npm run bench:rank`. */

import { isRecorded, recorded } from "./recorded.mjs";

/** Our side. */
export const OURS = "ours, wasm";
/** Of a fit, as both sides name them. */
export const stages = ["load", "prepare", "cluster", "project", "aggregate", "export"];
/** What is timed, and its name. */
export const times = /** @type {const} */ ([
  ["wholeProcess", "whole process"],
  ["cold", "first run, libraries loaded"],
  ["warm", "later runs"],
]);

/**
 * The cells of `npm run bench`: ours, Python with scikit-learn, and Python with FAISS's k-means.
 * @returns {{ size: string, threads: number, ours: any, python: any, faiss: any, clusters: number }[]}
 */
export function cells() {
  return ["tiktok", "baby", "elec384", "elec4096"]
    .flatMap((name) => recorded(`bench/results/${name}.json`).cells)
    .map(({ size, threads, clusters, sides }) => {
      const side = (/** @type {string} */ name) =>
        sides.find((/** @type {{ side: string }} */ one) => one.side === name);
      return {
        size,
        threads,
        clusters,
        ours: side(OURS),
        python: side("python"),
        faiss: side("python, FAISS k-means"),
      };
    });
}

/**
 * The cells of `npm run bench:rank`, by the ratio of ours to the best peer.
 * @returns {{ label: string, ratio: number, sides: any[] }[]}
 */
export function rankings() {
  if (!isRecorded("bench/results/rank.json")) return [];
  return recorded("bench/results/rank.json").cells.map((/** @type {any} */ cell) => {
    // A slow side may have ranked the first users alone: its time is carried over to all of them.
    const cpuOf = (/** @type {any} */ { cpu, users = cell.users }) => (cpu.median * cell.users) / users;
    const best = Math.min(...cell.sides.filter((/** @type {any} */ { peer }) => peer).map(cpuOf));
    const competing = cell.which === "all" ? "all items" : "unseen items";
    return {
      label: `${cell.tables}, ${competing}, ${threadsText(cell.threads)}`,
      ratio: cpuOf(cell.sides.find((/** @type {any} */ { peer }) => !peer)) / best,
      sides: cell.sides.map((/** @type {any} */ side) => ({ ...side, seconds: cpuOf(side) })),
    };
  });
}

/** @param {number} count */
export function threadsText(count) {
  return count === 1 ? "one thread" : "two threads";
}
