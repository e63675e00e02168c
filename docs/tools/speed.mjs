/** The page about speed: charts of bench/results, and what is slower than its peers, read from the same files. */

import { barChart, drawing } from "./chart.mjs";
import { isRecorded, recorded, recordedTables } from "./recorded.mjs";

/** @typedef {import("./chart.mjs").BarGroup} BarGroup */

const OURS = "ours, wasm";
const stages = ["load", "prepare", "cluster", "project", "aggregate", "export"];
const times = /** @type {const} */ ([
  ["wholeProcess", "whole process"],
  ["cold", "first run, libraries loaded"],
  ["warm", "later runs"],
]);

/**
 * The cells of `npm run bench` with K 8: ours, and Python with scikit-learn.
 * @returns {{ size: string, threads: number, ours: any, python: any, faiss: any, clusters: number }[]}
 */
function cells() {
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
function rankings() {
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
function threadsText(count) {
  return count === 1 ? "one thread" : "two threads";
}

/** What takes longer than a peer, longest ratio first. */
function slower() {
  /** @type {{ what: string, ratio: number }[]} */
  const found = [];
  for (const { size, threads, clusters, ours, python, faiss } of cells()) {
    const where = `${size}, K ${clusters}, ${threadsText(threads)}`;
    for (const [time, name] of times) {
      if (ours[time] === undefined) continue;
      const against = ours[time].median / python[time].median;
      if (against > 1) found.push({ what: `a fit (${where}, ${name}) against scikit-learn`, ratio: against });
    }
    if (faiss?.warmStages === undefined) continue;
    const clustering = ours.warmStages.cluster.median / faiss.warmStages.cluster.median;
    if (clustering > 1)
      found.push({ what: `k-means (${where}, later runs) against FAISS`, ratio: clustering });
  }
  for (const { label, ratio } of rankings()) {
    if (ratio > 1) found.push({ what: `ranking (${label}) against the fastest peer`, ratio });
  }
  return found
    .sort((a, b) => b.ratio - a.ratio)
    .map(({ what, ratio }) => `${what}: ${ratio.toFixed(2)}`)
    .join("; ");
}

/** @returns {string} */
export function speedPage() {
  return `---
editLink: false
---

# Speed

**Slower than its peers**, as our time over theirs: ${slower()}. Nothing has been measured on a GPU.

The rest of this page is drawn from the files in \`bench/results\` when the site is built (\`npm run docs:build\`). Each file names its
command, machine, commit and load; [the recorded results](../../bench/results/README.md) say what was aimed at and missed.

## By size

Our time over Python's (NumPy, SciPy, scikit-learn) at the same inertia, K 8, one thread: below the line is faster. The whole
process contains starting the runtime and loading libraries, which takes Python over a second.

${drawing(bySize())}

Command: \`npm run bench\` ([details](../../bench/README.md)).

## By stage

The same, stage by stage, for the first run in a process. Stages of Python that take under five milliseconds are left out.

${drawing(byStage())}

## Ranking

CPU seconds for the 20 best items of each user, 64 columns, beside FAISS (IndexFlatIP), NumPy and usearch: the same lists.

${ranking()}

Command: \`npm run bench:rank\`.

## Growth

Time in milliseconds as users or histories become 4 and 16 times as many, in a warm process, with one thread per core. The
exponent is that of time over interactions: 1 is linear.

${drawing(growth())}

Command: \`npm run bench:linear\`. Spectral tables: \`npm run bench:spectral\`.

${drawing(spectral())}

## Memory

Most megabytes that a process held, libraries included.

${drawing(memory())}

Command: \`npm run bench\`; with \`--memory\` features and tables need not fit ([scale](../scale.md)).
`;
}

function bySize() {
  const groups = cells()
    .filter(({ clusters, threads }) => clusters === 8 && threads === 1)
    .map(({ size, ours, python }) => ({
      label: size,
      bars: times
        .filter(([time]) => ours[time] !== undefined)
        .map(([time, label]) => ratioBar(label, ours[time].median / python[time].median)),
    }));
  return barChart("Our time over Python's", groups, { digits: 2, mark: { value: 1, label: "as fast" } });
}

/** @param {string} label @param {number} value */
function ratioBar(label, value) {
  return /** @type {const} */ ({ label, value, color: value > 1 ? "user" : "item" });
}

function byStage() {
  const groups = cells()
    .filter(({ clusters, threads }) => clusters === 8 && threads === 1)
    .map(({ size, ours, python }) => ({
      label: size,
      bars: stages
        .filter((stage) => python.coldStages[stage].median >= 0.005)
        .map((stage) => ratioBar(stage, ours.coldStages[stage].median / python.coldStages[stage].median)),
    }));
  return barChart("Our time over Python's by stage", groups, {
    digits: 2,
    mark: { value: 1, label: "as fast" },
  });
}

function ranking() {
  const groups = rankings().map(({ label, sides }) => ({
    label,
    bars: sides
      .filter(({ side }) => side !== "usearch")
      .map((side) => ({
        label: side.side.replace(OURS, "wellbegun"),
        value: side.seconds,
        color: /** @type {"item" | "control"} */ (side.peer ? "control" : "item"),
      })),
  }));
  if (groups.length === 0) return "Not recorded yet.";
  return `${drawing(barChart("CPU seconds of ranking", groups, { digits: 2 }))}

usearch's exact search is not drawn: on TikTok it takes some fifteen times our time.`;
}

function growth() {
  const names = ["More users", "Longer histories"];
  const groups = recordedTables("bench/results/linear.md").map((rows, index) => {
    const exponents = rows.find((row) => row[""] === "exponent") ?? {};
    return {
      label: `${names[index]}; exponents: aggregate ${exponents["aggregate, ms"]}, export ${exponents["export, ms"]}`,
      bars: rows
        .filter((row) => row[""] !== "exponent")
        .flatMap((row) =>
          ["aggregate, ms", "export, ms"].map((stage) => ({
            label: `${stage.replace(", ms", "")}, ${Number(row.interactions).toLocaleString("en-US")} pairs`,
            value: Number(row[stage]),
            color: /** @type {"item" | "user"} */ (stage.startsWith("export") ? "user" : "item"),
          })),
        ),
    };
  });
  return barChart("Time as interactions grow", groups, { digits: 0 });
}

function spectral() {
  const [rows = []] = recordedTables("bench/results/spectral-scale.md");
  const sizes = rows.filter(({ users }) => users !== "exponent");
  const bars = sizes.map((row) => ({
    label: `${Number(row.interactions).toLocaleString("en-US")} pairs`,
    value: Number(row["CPU seconds"]),
    color: /** @type {const} */ ("item"),
  }));
  const exponent = rows.find(({ users }) => users === "exponent")?.["CPU seconds"];
  const label = `spectral tables, CPU seconds; exponent ${exponent}`;
  return barChart("Spectral tables", [{ label, bars }], { digits: 1 });
}

function memory() {
  const groups = cells()
    .filter(({ clusters, threads }) => clusters === 8 && threads === 1)
    .map(({ size, ours, python }) => ({
      label: size === "elec4096" ? `${size}, ours within --memory 1GB` : size,
      bars: [
        { label: "wellbegun", value: ours.peakBytes.median / 1e6, color: /** @type {const} */ ("item") },
        { label: "Python", value: python.peakBytes.median / 1e6, color: /** @type {const} */ ("control") },
      ],
    }));
  return barChart("Peak memory in megabytes", groups, { digits: 0 });
}
