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
export const view = { viewport: { width: 1280, height: 900 } };

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
 * A new user's clicks on a fresh page with vectors: milliseconds from each click to the frame with the new lists, and those of script
 * in between. The input's own time, as the browser stamps it, is the start.
 * @param {Browser} browser
 * @param {string} url
 * @param {number} clicks
 * @returns {Promise<{ frame: number[], script: number[] }>}
 */
export async function measuredClicks(browser, url, clicks) {
  const page = await browser.newPage(view);
  await page.goto(url);
  await page.click("#compute:enabled");
  await page.waitForSelector("#map[data-points]");
  await page.evaluate(() => {
    Object.assign(globalThis, { clickFrame: 0 });
    document.addEventListener("click", ({ timeStamp }) => {
      const frame = () => void Object.assign(globalThis, { clickFrame: performance.now() - timeStamp });
      requestAnimationFrame(() => void setTimeout(frame));
    });
  });
  /** @type {{ frame: number[], script: number[] }} */
  const found = { frame: [], script: [] };
  for (let click = 0; click < clicks; click++) {
    const buttons = page.locator("#offered button");
    await buttons.nth(click % (await buttons.count())).click();
    const frame = await page.waitForFunction("globalThis.clickFrame");
    found.frame.push(Number(await frame.jsonValue()));
    await page.evaluate("globalThis.clickFrame = 0");
    found.script.push(Number(await page.getAttribute("#newcomer-time", "data-milliseconds")));
  }
  await page.close();
  return found;
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
