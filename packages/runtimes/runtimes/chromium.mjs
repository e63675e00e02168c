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
const flags = [
  "--disable-quic",
  "--disable-sync",
  "--disable-component-update",
  // WebGPU in software, by the SwiftShader that Chromium brings.
  "--enable-unsafe-webgpu",
  "--use-webgpu-adapter=swiftshader",
  "--enable-features=Vulkan",
];

/** @type {import("./runtime.d.mts").Runtime} */
export const chromium = {
  name: "chromium",
  lacks: {
    "onnx:cpu": "the native onnxruntime-node does not run in browsers; onnx:wasm does",
  },
  omits: { "tfjs-node": "a native addon does not run in browsers" },
  slow: { "tfjs-webgpu": "slow in software: tried with --groups=tfjs-webgpu" },
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
async function runPage({ command, consumer, group, stages, out, log }) {
  const site = join(consumer, "site");
  // One bundle for all groups.
  if (!existsSync(site)) await bundle(join(consumer, "entries"), site);
  const server = await serve([site, consumer], out);
  try {
    const browser = await browserType.launch({ executablePath: command, args: flags });
    try {
      const page = await browser.newPage();
      /** @type {string[]} */
      const errors = [];
      page.on("console", (message) => log(message.text()));
      page.on("pageerror", (error) => errors.push(error.stack ?? error.message));
      const query = new URLSearchParams({ group, ...(stages === undefined ? {} : { stages }) });
      await page.goto(`${server.url}?${query}`);
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

/** @param {string} root @param {string} site */
async function bundle(root, site) {
  await build({
    root,
    configFile: false,
    logLevel: "warn",
    build: { outDir: site, emptyOutDir: true, target: "es2022", chunkSizeWarningLimit: 10_000 },
    worker: { format: "es" },
  });
}

/** Rejects when the page has had its time; an evaluation has no limit of its own. */
async function tooLate() {
  await setTimeout(limitMinutes * 60_000, undefined, { ref: false });
  throw new Error(`not finished after ${limitMinutes} minutes`);
}
