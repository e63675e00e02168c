/** The comparison as Markdown. */

import { surroundingsText } from "./machine.mjs";
import { figure, ratio, spread, table } from "./markdown.mjs";
import { absentText } from "./python.mjs";
import { stageNames } from "./stages.mjs";

/** @typedef {import("./measure.mjs").SideResult} SideResult */

/**
 * @typedef {object} Comparison Everything that one run of the benchmark found: what the JSON file holds.
 * @property {import("./machine.mjs").Surroundings} surroundings
 * @property {{ repeats: number, warm: number, settle: number, filled: boolean, pinned: boolean, tables: string, memory: number | null, initSize: number | null }} settings
 * @property {Record<string, string>} datasets where each came from
 * @property {readonly import("./sides.mjs").Absent[]} absent
 * @property {{ size: string, dim: number, clusters: number, threads: number, sides: SideResult[] }[]} cells
 */

const cellColumns = ["size", "dim", "K", "threads", "side"];

/** @param {Comparison} comparison */
export function comparisonText({ surroundings, settings, datasets, absent, cells }) {
  const rows = cells.flatMap((cell) =>
    cell.sides.map((own) => ({
      own,
      peer: cell.sides.find(({ peer }) => peer),
      labels: [
        cell.size,
        cell.dim === 0 ? "none" : `${cell.dim}`,
        `${cell.clusters}`,
        `${cell.threads}`,
        own.side,
      ],
    })),
  );
  const there = rows.filter(({ own }) => own.absent === undefined);
  const versions = { ...surroundings.versions, ...there.find(({ own }) => own.peer)?.own.versions };
  const parts = [
    "# Side by side",
    [surroundingsText({ ...surroundings, versions }), settingsText(settings), datasetsText(datasets)].join(
      "\n",
    ),
    absentText(absent),
    `## End to end\n\n${endToEnd(there)}`,
    `## CPU seconds in a process\n\n${cpuSeconds(there)}`,
    `## Stages, cold (s, medians)\n\n${byStage(there, (own) => own.coldStages)}`,
    settings.warm === 0 ? "" : `## Stages, warm (s, medians)\n\n${byStage(there, (own) => own.warmStages)}`,
    `## Quality\n\n${quality(there)}`,
    notes(rows),
  ];
  return `${parts.filter((part) => part !== "").join("\n\n")}\n`;
}

/** @typedef {{ own: SideResult, peer: SideResult | undefined, labels: string[] }} Row */

/** @param {readonly Row[]} rows */
function endToEnd(rows) {
  const header = [
    ...cellColumns,
    ...["process, s", "ratio", "cold, s", "ratio", "warm, s", "ratio", "imports, s", "peak MB"],
  ];
  const lines = rows.map(({ own, peer, labels }) => {
    const compared = own.peer ? undefined : peer;
    return [
      ...labels,
      ...[spread(own.wholeProcess), ratio(own.wholeProcess, compared?.wholeProcess)],
      ...[spread(own.cold), ratio(own.cold, compared?.cold)],
      ...[spread(own.warm), ratio(own.warm, compared?.warm)],
      figure(own.imports?.median ?? Number.NaN),
      ((own.peakBytes?.median ?? Number.NaN) / 1e6).toFixed(0),
    ];
  });
  return table(header, lines);
}

/**
 * From the files to the tables without imports. Other work on the machine adds to the times above, and hardly to these.
 * @param {readonly Row[]} rows
 */
function cpuSeconds(rows) {
  const lines = rows.map(({ own, peer, labels }) => {
    const compared = own.peer ? undefined : peer;
    return [
      ...labels,
      ...[spread(own.coldCpu), ratio(own.coldCpu, compared?.coldCpu)],
      ...[spread(own.warmCpu), ratio(own.warmCpu, compared?.warmCpu)],
    ];
  });
  return table([...cellColumns, "cold, CPU s", "ratio", "warm, CPU s", "ratio"], lines);
}

/**
 * @param {readonly Row[]} rows
 * @param {(own: SideResult) => Record<string, import("./statistics.mjs").Summary> | undefined} take
 */
function byStage(rows, take) {
  const lines = rows.map(({ own, labels }) => [
    ...labels,
    ...stageNames.map((stage) => figure(take(own)?.[stage]?.median ?? Number.NaN)),
  ]);
  return table([...cellColumns, ...stageNames], lines);
}

/**
 * Medians over the rounds' seeds: k-means ends in a different optimum for each.
 * @param {readonly Row[]} rows
 */
function quality(rows) {
  const lines = rows.flatMap(({ own, peer, labels }) =>
    Object.entries(own.inertia ?? {}).map(([modality, inertia]) => {
      const iterations = own.iterations?.[modality];
      return [
        ...labels,
        modality,
        inertia.median.toPrecision(6),
        own.peer ? "" : ratio(inertia, peer?.inertia?.[modality], 4),
        iterations === undefined ? "" : `${iterations.median} [${iterations.min}-${iterations.max}]`,
        own.explained?.median.toFixed(4) ?? "",
      ];
    }),
  );
  return table([...cellColumns, "modality", "inertia", "ratio", "iterations", "kept by projection"], lines);
}

/**
 * Notes on the figures: sides without figures, and requested threads that were not available.
 * @param {readonly Row[]} rows
 */
function notes(rows) {
  const lines = rows.flatMap(({ own, labels }) => {
    const place = labels.join(", ");
    if (own.absent !== undefined) return [`- ${place}: left out, ${own.absent.replaceAll(/\s+/g, " ")}`];
    const asked = Number(labels[3]);
    return own.threads === asked ? [] : [`- ${place}: used ${own.threads} of ${asked} threads`];
  });
  return lines.length === 0 ? "" : `## Notes\n\n${lines.join("\n")}`;
}

/** @param {Comparison["settings"]} settings */
function settingsText({ repeats, warm, settle, filled, pinned, tables, memory, initSize }) {
  const cores = pinned ? "each process held to as many cores as threads" : "processes not held to cores";
  const later =
    warm === 0
      ? ""
      : `, then one of each with ${warm} warm runs after about ${settle} s of others, at least one`;
  const sample = initSize === null ? "a sample where K is above 32" : `${initSize} items`;
  const seeds = `; our seeds of k-means from ${sample}, Python's from all items`;
  const memoryBefore = filled ? "; free memory filled with cached pages before each process" : "";
  const bound = memory === null ? "" : `; our side bounded to ${(memory / 1e6).toFixed(0)} MB`;
  const rounds = repeats === 1 ? "1 round with a seed" : `${repeats} rounds, each with its own seed`;
  return `- ${rounds}: a cold process of each side in turn${later}; median [min-max]; ${cores}; tables ${tables}${bound}${seeds}${memoryBefore}`;
}

/** @param {Record<string, string>} datasets */
function datasetsText(datasets) {
  const parts = Object.entries(datasets).map(([name, source]) => `${name} ${source}`);
  return `- datasets: ${parts.join(", ")}`;
}
