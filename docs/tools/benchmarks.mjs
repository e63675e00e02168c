/** The page of benchmarks and experiments: charts of the recorded figures, each with the command that records it. */

import { barChart, drawing } from "./chart.mjs";
import { recorded } from "./recorded.mjs";

/** @typedef {import("./chart.mjs").BarGroup} BarGroup */

/** @returns {string} */
export function benchmarksPage() {
  return `---
editLink: false
---

# Benchmarks and experiments

The charts are drawn from the figures in the repository when this site is built. Every chart names the command that records its
figures again. A gray bar is a control or a baseline: only what exceeds it counts.

## Without training, four datasets

Test Recall@20. All settings are chosen on validation rows, and the line on a bar is the 95 % interval over users. The control
is the same pair of tables with the items' content permuted.

${drawing(untrained())}

Command: \`npm run experiments:untrained\` ([details](../../experiments/untrained/README.md)).

## Trained models, from random and from wired vectors

Test Recall@20 on TikTok: the mean over seeds, a dot for each seed. The epochs are few, so most bars compare speed, not final
quality; [the page of the experiment](../experiments.md) says which. BM3 and MMGCN lose.

${drawing(trained())}

Command: \`python experiments/wired/run_all.py\` ([details](../../experiments/wired/README.md)).

## Cold items, joined with a trained model

Test Recall@20 on TikTok over the items with at most two train interactions. The control joins permuted content.

${drawing(cold())}

Command: \`node experiments/cold-start/final.mjs path/to/tiktok work/trained\` ([details](../../experiments/cold-start/README.md)).

## Time

[Speed](speed.md) has the charts of time and memory.
`;
}

function untrained() {
  const shown = [
    "popularity",
    "content",
    "one pair, content permuted (control)",
    "one pair",
    "EASE",
    "EASE with content",
  ];
  const groups = Object.values(recorded("experiments/untrained/results.json")).map(
    ({ dataset, users, rows }) => ({
      label: `${dataset}, ${users.toLocaleString("en-US")} users`,
      bars: rows
        .filter((/** @type {any} */ { name }) => shown.includes(name))
        .map((/** @type {any} */ { name, recall, low, high }) => ({
          label: name.replace("one pair, content permuted (control)", "one pair, permuted content"),
          value: recall,
          color: name === "one pair" ? "item" : name.startsWith("EASE") ? "user" : "control",
          interval: [low, high],
        })),
    }),
  );
  return barChart("Test Recall@20 without training on four datasets", groups, { digits: 3 });
}

function trained() {
  const arms = ["random", "users", "users+items", "users+items permuted"];
  /** @type {Map<string, Map<string, number[]>>} */
  const runs = new Map();
  for (const { target, arm, test } of recorded("experiments/wired/results.json")) {
    const own = runs.get(target) ?? new Map();
    own.set(arm, [...(own.get(arm) ?? []), test.recall]);
    runs.set(target, own);
  }
  /** @type {BarGroup[]} */
  const groups = [...runs]
    .filter(([, own]) => arms.every((arm) => (own.get(arm)?.length ?? 0) >= 3))
    .map(([target, own]) => ({
      label: target,
      bars: arms.map((arm) => {
        const values = own.get(arm) ?? [];
        const value = values.reduce((sum, one) => sum + one, 0) / values.length;
        const color = arm === "users+items" ? "item" : arm === "users" ? "user" : "control";
        return { label: arm, value, color, runs: values };
      }),
    }));
  return barChart("Test Recall@20 of trained models by where they start from", groups, { digits: 4 });
}

function cold() {
  const rows = recorded("experiments/cold-start/results.json").rows;
  const groups = ["FREEDOM", "LightGCN"].map((model) => ({
    label: model,
    bars: rows
      .filter((/** @type {any} */ { name }) => name.startsWith(model))
      .map((/** @type {any} */ { name, test }) => ({
        label: name.replace(`${model} `, "") === model ? "alone" : name.replace(`${model} `, ""),
        value: test.cold,
        color: name.endsWith("tuned") ? "item" : "control",
      })),
  }));
  return barChart("Test Recall@20 on cold items, alone and joined", groups, { digits: 4 });
}
