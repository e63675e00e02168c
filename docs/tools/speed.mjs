/** The page about speed: charts of bench/results, and what is slower than its peers, read from the same files. */

import { barChart, drawing } from "./chart.mjs";
import { recordedTables } from "./recorded.mjs";
import { slower } from "./slower.mjs";
import { cells, OURS, rankings, stages, times } from "./speed-results.mjs";

/** @typedef {import("./chart.mjs").BarGroup} BarGroup */

/** @returns {string} */
export function speedPage() {
  return `---
editLink: false
---

# Speed

**Slower than its peers**, as our time over theirs. ${slower()} Nothing has been measured on a GPU.

The rest of this page is drawn from the files in \`bench/results\` when the site is built (\`npm run docs:build\`). Each file names its
command, machine, commit and load; [the recorded results](../../bench/results/README.md) say what was aimed at and missed.

## By size

Our time over Python's (NumPy, SciPy, scikit-learn) at the same inertia, K 8, one thread: a bar that ends before the line is faster. The whole
process contains starting the runtime and loading libraries, which takes Python about a second.

${drawing(bySize())}

Command: \`npm run bench\` ([details](../../bench/README.md)).

## By stage

The same, stage by stage, for the first run in a process. Stages of Python that take under five milliseconds are left out.

${drawing(byStage())}

## Ranking

CPU seconds for the 20 best items of each user, 64 columns, beside FAISS (IndexFlatIP) and NumPy. ${sameLists()}

${ranking()}

Command: \`npm run bench:rank\`.

## Growth

Time in milliseconds as users or histories become 4 and 16 times as many, in a warm process, with one thread. The
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
  const times = rankings().flatMap(({ sides }) => {
    const [ours, usearch] = [OURS, "usearch"].map((name) => sides.find(({ side }) => side === name));
    return usearch === undefined ? [] : [usearch.seconds / ours.seconds];
  });
  const range = [Math.min(...times), Math.max(...times)].map(Math.round).join(" to ");
  return `${drawing(barChart("CPU seconds of ranking", groups, { digits: 2 }))}${
    times.length === 0 ? "" : `\n\nusearch's exact search is not drawn: it takes ${range} times our time.`
  }`;
}

/** Whether the lists are equal: a place may hold another item of the same score, to a millionth. */
function sameLists() {
  const differing = rankings().flatMap(({ label, sides }) =>
    sides
      .filter(({ lists }) => /^\d+ places differ/.test(lists))
      .map(({ side, lists }) => `${side} (${label}: ${lists.replace(" differ", "")})`),
  );
  const but = differing.length === 0 ? "" : `, but for ${differing.join(", ")}`;
  return `The lists are the same to rounding${but}.`;
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
