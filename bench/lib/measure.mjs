/** Measures one cell: cold and warm processes of all sides in turn, round by round, each round with its own seed. */

import { rm } from "node:fs/promises";
import { fillCache } from "./fill-cache.mjs";
import { runJson } from "./process.mjs";
import { stageNames, stagesOf } from "./stages.mjs";
import { summarize } from "./statistics.mjs";

/** @typedef {import("./sides.mjs").Cell} Cell */
/** @typedef {import("./sides.mjs").Side} Side */
/** @typedef {import("./statistics.mjs").Summary} Summary */

/**
 * Seed of the first round; the cost of k-means depends on the seed, so one seed for all rounds would favor one
 * side.
 */
const FIRST_SEED = 999;

/**
 * @typedef {object} SideResult Seconds, bytes and quality over all rounds.
 * @property {string} side
 * @property {boolean} peer
 * @property {string} [absent] why there is nothing else
 * @property {number} [threads] that it used
 * @property {Record<string, string>} [versions]
 * @property {Summary} [wholeProcess] from the shell, start of the runtime and imports included
 * @property {Summary} [imports] of the libraries, apart
 * @property {Summary} [cold] from the files to the tables, first in its process
 * @property {Summary} [warm] the same, in a process that has worked for a while
 * @property {Summary} [coldCpu] as cold, in CPU seconds of all threads
 * @property {Summary} [warmCpu] as warm, in CPU seconds of all threads
 * @property {Record<string, Summary>} [coldStages]
 * @property {Record<string, Summary>} [warmStages]
 * @property {Summary} [peakBytes] of the cold processes
 * @property {Record<string, Summary>} [inertia] by modality
 * @property {Record<string, Summary>} [iterations] of k-means, by modality
 * @property {Summary} [explained] share of the squared norms that the projection keeps
 */

/**
 * @typedef {object} Settings
 * @property {number} repeats rounds
 * @property {number} warm runs of a warm process that count
 * @property {number} settle seconds that a warm process works before they do, at the pace of its cold run
 * @property {boolean} pin hold each process to as many cores as it has threads
 * @property {string | undefined} fill folder from which the cache is filled before each process; undefined: it is not
 */

/**
 * @param {Cell} cell
 * @param {readonly Side[]} sides
 * @param {Settings} settings
 * @param {(note: string) => void} log
 * @returns {Promise<SideResult[]>}
 */
export async function measureCell(cell, sides, { repeats, warm, settle, pin, fill }, log) {
  const taking = sides.map((side) => ({
    side,
    cold: finishedRuns(),
    warm: finishedRuns(),
    absent: side.unfit?.(cell) ?? "",
  }));
  // The sides take turns, so that other load affects all of them equally.
  for (let round = 0; round < repeats; round++) {
    for (const one of taking) await runOnto(one, one.cold, 1, round);
    if (warm > 0) for (const one of taking) await runOnto(one, one.warm, dropped(one) + warm, round);
  }
  return taking.map(({ side: { name, peer }, cold, warm: later, absent }) =>
    absent === "" ? sideResult(name, peer, cold, later, warm) : { side: name, peer, absent },
  );

  /**
   * Runs of a warm process that do not count: its first one is cold, and engines compile while they run.
   * @param {(typeof taking)[number]} one
   */
  function dropped({ cold }) {
    const seconds = cold.at(-1)?.output.end_to_end_seconds[0] ?? settle;
    return Math.max(1, Math.ceil(settle / seconds));
  }

  /**
   * @param {(typeof taking)[number]} one
   * @param {import("./process.mjs").Finished[]} into
   * @param {number} runs
   * @param {number} round
   */
  async function runOnto(one, into, runs, round) {
    if (one.absent !== "") return;
    const command = one.side.command(cell, { seed: FIRST_SEED + round, repeats: runs });
    if (cell.out !== undefined) await rm(cell.out, { recursive: true, force: true });
    if (fill !== undefined) fillCache(fill, cell.folder);
    try {
      const finished = await runJson(command, pin ? cell.threads : undefined);
      into.push(finished);
      const seconds = finished.output.end_to_end_seconds.map((/** @type {number} */ s) => s.toFixed(3));
      log(`${one.side.name}: ${finished.wallSeconds.toFixed(3)} s (${seconds.join(", ")})`);
    } catch (error) {
      one.absent = `it failed: ${error instanceof Error ? error.message : String(error)}`;
      log(`${one.side.name} failed`);
    }
  }
}

/** @returns {import("./process.mjs").Finished[]} */
function finishedRuns() {
  return [];
}

/**
 * @param {string} side
 * @param {boolean} peer
 * @param {readonly import("./process.mjs").Finished[]} cold
 * @param {readonly import("./process.mjs").Finished[]} warm
 * @param {number} counted runs of each warm process, the last ones
 * @returns {SideResult}
 */
function sideResult(side, peer, cold, warm, counted) {
  const outputs = cold.map(({ output }) => output);
  const later = warm.map(({ output }) => output);
  const [first] = outputs;
  return {
    side,
    peer,
    threads: first.threads,
    versions: first.versions,
    wholeProcess: summarize(cold.map(({ wallSeconds }) => wallSeconds)),
    imports: summarize(outputs.map((output) => output.import_seconds)),
    cold: summarize(outputs.map((output) => output.end_to_end_seconds[0])),
    coldCpu: summarize(outputs.map((output) => output.cpu_seconds[0])),
    coldStages: byStage(outputs, 1),
    ...(later.length === 0
      ? {}
      : {
          warm: summarize(later.flatMap((output) => output.end_to_end_seconds.slice(-counted))),
          warmCpu: summarize(later.flatMap((output) => output.cpu_seconds.slice(-counted))),
          warmStages: byStage(later, counted),
        }),
    peakBytes: summarize(outputs.map((output) => output.peak_rss_bytes)),
    inertia: byModality(outputs, "inertia"),
    iterations: byModality(outputs, "iterations"),
    ...(typeof first.explained === "number"
      ? { explained: summarize(outputs.map((output) => output.explained)) }
      : {}),
  };
}

/**
 * @param {readonly any[]} outputs
 * @param {number} counted runs of each, the last ones
 */
function byStage(outputs, counted) {
  const runs = outputs.flatMap((output) => stagesOf(output).slice(-counted));
  return Object.fromEntries(
    stageNames.map((stage) => [stage, summarize(runs.map((run) => run[stage] ?? 0))]),
  );
}

/**
 * @param {readonly any[]} outputs
 * @param {"inertia" | "iterations"} what
 */
function byModality(outputs, what) {
  const names = Object.keys(outputs[0][what]);
  return Object.fromEntries(
    names.map((name) => [name, summarize(outputs.map((output) => output[what][name]))]),
  );
}
