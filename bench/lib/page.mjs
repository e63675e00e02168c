/** The playground's page, measured from the outside: through the browser's own counters, and what the page measures of itself. */

import { spawn } from "node:child_process";
import { once } from "node:events";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { runCli } from "./cli-process.mjs";
import { runJson } from "./process.mjs";

/** @typedef {import("playwright-core").Browser} Browser */
/** @typedef {import("playwright-core").Page} Page */

const program = fileURLToPath(new URL("../../packages/cli/bin/wellbegun.js", import.meta.url));
const view = { viewport: { width: 1280, height: 900 } };

/**
 * Starts `wellbegun play`.
 * @param {string} folder
 * @returns {Promise<{ url: string, stop: () => void }>}
 */
export async function play(folder) {
  const child = spawn(process.execPath, [program, "play", folder, "--json"]);
  const [first] = await Promise.race([once(child.stdout, "data"), once(child, "exit")]);
  const { url } = JSON.parse(String(first));
  return { url, stop: () => void child.kill("SIGINT") };
}

/**
 * Writes a bundle of about so many points: synthetic users and items, nine to one.
 * @param {string} folder
 * @param {number} points
 */
export async function writePoints(folder, points) {
  const dataset = join(folder, "../dataset");
  const sizes = ["--users", `${Math.ceil(points * 0.9)}`, "--items", `${Math.floor(points * 0.1)}`];
  await runJson([process.execPath, program, "synth", "--out", dataset, ...sizes, "--json"], undefined);
  await runCli(["init", dataset, "--dim", "16", "--out", folder]);
}

/**
 * A fresh page: files are chosen, vectors computed, the map is drawn.
 * @param {Browser} browser
 * @param {string} url
 * @param {readonly string[]} files
 * @returns {Promise<Record<string, number>>} seconds
 */
export async function measuredPage(browser, url, files) {
  const page = await browser.newPage(view);
  await page.goto(url, { waitUntil: "networkidle" });
  const before = await cpuByProcess(browser);
  const started = performance.now();
  await page
    .locator("input[type=file]")
    .nth(1)
    .setInputFiles([...files]);
  await page.click("#compute:enabled");
  await page.waitForSelector("#map[data-points]");
  const clock = (performance.now() - started) / 1000;
  const after = await cpuByProcess(browser);
  const measures = await page.evaluate(() =>
    performance.getEntriesByType("measure").map(({ name, duration }) => ({ name, duration })),
  );
  await page.close();
  const used = (/** @type {string} */ type) => (after.get(type) ?? 0) - (before.get(type) ?? 0);
  return {
    "page, files chosen to map drawn, clock": clock,
    ...Object.fromEntries(measures.map(({ name, duration }) => [`of it ${name}`, duration / 1000])),
    "page's renderer process, CPU": used("renderer"),
    "GPU process, CPU": used("GPU"),
  };
}

/**
 * The map while it is dragged in circles: what a frame costs the page.
 * @param {Browser} browser
 * @param {string} url
 */
export async function measuredMap(browser, url) {
  const page = await browser.newPage(view);
  await page.addInitScript(countDrawing);
  await page.goto(url);
  await page.waitForSelector("#map[data-points]");
  const { x, y, width, height } = /** @type {DOMRect} */ (
    await page.evaluate(() => document.querySelector("#map")?.getBoundingClientRect().toJSON())
  );
  const session = await page.context().newCDPSession(page);
  await session.send("Performance.enable", { timeDomain: "threadTicks" });
  const counters = async () => {
    const { metrics } = await session.send("Performance.getMetrics");
    const of = (/** @type {string} */ name) => metrics.find((one) => one.name === name)?.value ?? 0;
    const drawn = /** @type {{ calls: number, bytes: number, frames: number }} */ (
      await page.evaluate("({ ...globalThis.drawing })")
    );
    return { task: of("TaskDuration"), script: of("ScriptDuration"), ...drawn };
  };
  await page.mouse.move(x + width / 2, y + height / 2);
  await page.mouse.down();
  const before = await counters();
  const started = performance.now();
  for (let step = 0; step < 120; step++) {
    const angle = (step / 30) * Math.PI;
    await page.mouse.move(x + width / 2 + 80 * Math.sin(angle), y + height / 2 + 80 * (1 - Math.cos(angle)));
  }
  const seconds = (performance.now() - started) / 1000;
  const after = await counters();
  await page.close();
  const frames = after.frames - before.frames;
  return {
    frames,
    mainThread: ((after.task - before.task) * 1000) / frames,
    script: ((after.script - before.script) * 1000) / frames,
    drawCalls: (after.calls - before.calls) / frames,
    uploaded: (after.bytes - before.bytes) / frames,
    framesPerSecond: frames / seconds,
  };
}

/** Runs in the page before its own code: counts draw calls, bytes sent to the GPU, and frames with drawing in them. */
function countDrawing() {
  const drawing = { calls: 0, bytes: 0, frames: 0 };
  Object.assign(globalThis, { drawing });
  let inFrame = false;
  const called = () => {
    drawing.calls++;
    if (inFrame) return;
    inFrame = true;
    drawing.frames++;
    queueMicrotask(() => {
      inFrame = false;
    });
  };
  for (const { prototype } of [WebGLRenderingContext, WebGL2RenderingContext]) {
    for (const name of /** @type {const} */ (["drawArrays", "drawElements"])) {
      const own = /** @type {(...args: unknown[]) => void} */ (prototype[name]);
      Object.assign(prototype, {
        /** @this {WebGLRenderingContext} @param {unknown[]} args */
        [name](...args) {
          called();
          return own.apply(this, args);
        },
      });
    }
    for (const name of /** @type {const} */ ([
      "bufferData",
      "bufferSubData",
      "texImage2D",
      "texSubImage2D",
    ])) {
      const own = /** @type {(...args: unknown[]) => void} */ (prototype[name]);
      Object.assign(prototype, {
        /** @this {WebGLRenderingContext} @param {unknown[]} args */
        [name](...args) {
          for (const value of args) if (ArrayBuffer.isView(value)) drawing.bytes += value.byteLength;
          return own.apply(this, args);
        },
      });
    }
  }
}

/**
 * CPU seconds of the browser's processes, by their kind.
 * @param {Browser} browser
 */
async function cpuByProcess(browser) {
  const session = await browser.newBrowserCDPSession();
  const { processInfo } = await session.send("SystemInfo.getProcessInfo");
  await session.detach();
  /** @type {Map<string, number>} */
  const seconds = new Map();
  for (const { type, cpuTime } of processInfo) seconds.set(type, (seconds.get(type) ?? 0) + cpuTime);
  return seconds;
}
