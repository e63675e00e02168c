#!/usr/bin/env node
/**
 * The playground in a real Chromium, as `wellbegun play` serves it, beside `wellbegun init`; and its map of 10^5 points. Prints
 * Markdown.
 *
 *   npm run bench:playground -- --sizes tiktok --points 100000
 *
 * A round runs `init`, a whole process, and then a fresh page: files are chosen, vectors computed, and the map is drawn. CPU time
 * is that of the process and of the page's own renderer process; the browser's GPU process, which draws in software here, is
 * shown for itself.
 */

import { mkdirSync, mkdtempSync, readdirSync, rmSync } from "node:fs";
import { loadavg, tmpdir } from "node:os";
import { join } from "node:path";
import { launchChromium } from "../tools/chromium.mjs";
import { commandLine, list, wholeNumber } from "./lib/arguments.mjs";
import { runCli } from "./lib/cli-process.mjs";
import { findDataset } from "./lib/datasets.mjs";
import { surroundings, surroundingsText } from "./lib/machine.mjs";
import { figure, ratio, spread, table } from "./lib/markdown.mjs";
import { measuredClicks, measuredPage, play, writePoints } from "./lib/page.mjs";
import { measuredMap } from "./lib/page-map.mjs";
import { sizeOf } from "./lib/sizes.mjs";
import { summarize } from "./lib/statistics.mjs";

const { values } = commandLine({
  options: {
    sizes: { type: "string", default: "tiktok" },
    points: { type: "string", default: "100000" },
    rounds: { type: "string", default: "5" },
    clicks: { type: "string", default: "30" },
    cache: { type: "string", default: join(tmpdir(), "wellbegun-bench") },
  },
});
/** @typedef {import("./lib/page-map.mjs").MovedMap} MovedMap */

/** Median, 95 % quantile and largest. @param {readonly number[]} values */
function quantiles(values) {
  const sorted = [...values].sort((a, b) => a - b);
  return [0.5, 0.95, 1].map((share) => figure(sorted[Math.ceil(share * sorted.length) - 1] ?? 0));
}

const rounds = wholeNumber("rounds", values.rounds, 1);
const points = wholeNumber("points", values.points, 2);
const work = mkdtempSync(join(tmpdir(), "wellbegun-bench-page-"));
const browser = await launchChromium();
try {
  console.log(`# The playground\n\n${surroundingsText(surroundings())}`);
  console.log(`- Chromium ${browser.version()}, WebGL in software; load ${figure(loadavg()[0] ?? 0)}\n`);
  for (const size of list(values.sizes)) {
    const { dataset, modalities } = sizeOf(size);
    const { folder, source } = await findDataset(dataset, values.cache);
    const files = readdirSync(folder)
      .filter((name) => name.endsWith(".inter") || modalities.some((one) => name === `${one}_feat.npy`))
      .map((name) => join(folder, name));
    const server = await play(folder);
    /** @type {Record<string, number[]>} */
    const found = {};
    const keep = (/** @type {Record<string, number>} */ figures) => {
      for (const [name, value] of Object.entries(figures)) found[name] = [...(found[name] ?? []), value];
    };
    for (let round = 0; round < rounds; round++) {
      const out = ["--modalities", modalities.join(","), "--out", join(work, `init-${round}`)];
      const { wallSeconds, cpuSeconds } = await runCli(["init", folder, ...out]);
      keep({ "init, clock": wallSeconds, "init, CPU": cpuSeconds });
      keep(await measuredPage(browser, server.url.replace("?local", ""), files));
    }
    const clicks = await measuredClicks(browser, server.url, wholeNumber("clicks", values.clicks, 1));
    server.stop();
    const of = (/** @type {string} */ name) => summarize(found[name] ?? []);
    const total = (/** @type {string} */ name, /** @type {string} */ beside) => [
      name,
      spread(of(name)),
      ratio(of(name), of(beside)),
    ];
    console.log(`## ${size} (${source}), medians of ${rounds} [min-max]\n`);
    console.log(
      table(
        ["what", "s", "of init's"],
        [
          ["init, clock", spread(of("init, clock")), ""],
          ["init, CPU", spread(of("init, CPU")), ""],
          total("page, files chosen to map drawn, clock", "init, clock"),
          ...["open", "compute", "draw"].map((name) => total(`of it ${name}`, "init, clock")),
          total("page's renderer process, CPU", "init, CPU"),
          total("GPU process, CPU", "init, CPU"),
        ],
      ),
    );
    console.log(`\n## A new user on ${size}: ${values.clicks} clicks, ms\n`);
    console.log(
      table(
        ["from a click to", "median", "p95", "most"],
        [
          ["the lists: folded in, ranked, and both controls", ...quantiles(clicks.script)],
          ["the frame that shows them, the map drawn again", ...quantiles(clicks.frame)],
        ],
      ),
    );
  }
  const folder = join(work, "points");
  mkdirSync(folder);
  await writePoints(folder, points);
  const server = await play(folder);
  const moved = Object.entries(await measuredMap(browser, server.url));
  server.stop();
  console.log(`\n## A map of ${points.toLocaleString("en-US")} points, while it is moved\n`);
  const row = (/** @type {string} */ name, /** @type {(map: MovedMap) => string} */ of) => [
    name,
    ...moved.map(([, map]) => of(map)),
  ];
  console.log(
    table(
      ["a frame", ...moved.map(([name]) => name)],
      [
        row("frames looked at", ({ frames }) => `${frames}`),
        row("main thread, ms of CPU, mean", ({ mainThread }) => figure(mainThread)),
        row("script, ms on the clock, median", ({ script }) => quantiles(script)[0] ?? ""),
        row("script, p95", ({ script }) => quantiles(script)[1] ?? ""),
        row("draw calls", ({ drawCalls }) => figure(drawCalls)),
        row("bytes sent to the GPU", ({ uploaded }) => figure(uploaded)),
        row("frames a second, drawn in software", ({ framesPerSecond }) => figure(framesPerSecond)),
      ],
    ),
  );
  console.log(
    "\nAt 60 frames a second a frame has 16.7 ms. The GPU's own part of it cannot be measured without one.",
  );
} finally {
  await browser.close();
  rmSync(work, { recursive: true, force: true });
}
