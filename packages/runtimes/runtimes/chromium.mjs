/** A page in Chromium: the program bundled by vite, served from localhost, driven by Playwright. */

import { existsSync } from "node:fs";
import { join } from "node:path";
import process from "node:process";
import { setTimeout } from "node:timers/promises";
import { chromium as browserType } from "playwright-core";
import { build } from "vite";
import { limitMinutes } from "./process.mjs";
import { serve } from "./server.mjs";

const usual = ["/usr/bin/chromium", "/usr/bin/chromium-browser", "/usr/bin/google-chrome"];
// Quiet: nothing that the browser does by itself may reach for the network.
const flags = ["--disable-gpu", "--disable-quic", "--disable-sync", "--disable-component-update"];

/** @type {import("./runtime.d.mts").Runtime} */
export const chromium = {
  name: "chromium",
  lacks: [],
  find() {
    const given = process.env.WELLBEGUN_CHROMIUM;
    const command = given === undefined ? usual.find((path) => existsSync(path)) : given;
    if (command !== undefined && existsSync(command)) return { command };
    const found = given === undefined ? usual.join(", ") : `WELLBEGUN_CHROMIUM=${given}`;
    return {
      absent: `nothing at ${found}; apt-get install chromium, or name a browser in WELLBEGUN_CHROMIUM`,
    };
  },
  run: runPage,
};

/** @param {import("./runtime.d.mts").Place} place */
async function runPage({ command, consumer, out, log }) {
  const site = join(consumer, "site");
  await build({
    root: join(consumer, "entries"),
    configFile: false,
    logLevel: "warn",
    build: { outDir: site, emptyOutDir: true, target: "es2022" },
    worker: { format: "es" },
  });
  const server = await serve([site, consumer], out);
  try {
    const browser = await browserType.launch({ executablePath: command, args: flags });
    try {
      const page = await browser.newPage();
      /** @type {string[]} */
      const errors = [];
      page.on("console", (message) => log(message.text()));
      page.on("pageerror", (error) => errors.push(error.stack ?? error.message));
      await page.goto(server.url);
      const finished = page.evaluate(() => Reflect.get(globalThis, "wellbegunRun"));
      await Promise.race([finished, tooLate()]).catch((error) => errors.push(String(error)));
      if (errors.length > 0) throw new Error(`in the page: ${errors.join("\n")}`);
    } finally {
      await browser.close();
    }
  } finally {
    server.close();
  }
}

/** Rejects when the page has had its time; an evaluation has no limit of its own. */
async function tooLate() {
  await setTimeout(limitMinutes * 60_000, undefined, { ref: false });
  throw new Error(`not finished after ${limitMinutes} minutes`);
}
