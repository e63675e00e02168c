/** The playground in a real Chromium, as `wellbegun play` serves it. Screenshots are left in out/, as artifacts of the run. */
import { mkdirSync, readFileSync, writeFileSync } from "node:fs";
import { createRequire } from "node:module";
import { dirname, join } from "node:path";
import { fileURLToPath } from "node:url";
import { unzipSync } from "fflate";
import type { Browser, Page } from "playwright-core";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { run } from "../src/run.ts";
import { demandBrowser, launchBrowser } from "./support/browser.ts";
import { wellbegunJson } from "./support/cli.ts";
import { npyBytes, readNpy, sharedFolder, temporaryFolder } from "./support/files.ts";
import { type Playing, play } from "./support/play.ts";

const present = demandBrowser("the playground in a browser");
const out = fileURLToPath(new URL("../out", import.meta.url));
const axe = readFileSync(createRequire(import.meta.url).resolve("axe-core/axe.min.js"), "utf8");

const folder = sharedFolder();
const dataset = join(folder, "shop");
const vectors = join(folder, "vectors");
let playing: Playing;
let browser: Browser;

async function quietly(...args: string[]): Promise<void> {
  expect(await run([...args, "--quiet"])).toBe(0);
}

beforeAll(async () => {
  if (!present) return;
  mkdirSync(out, { recursive: true });
  await quietly("synth", "--out", dataset, "--users", "600", "--items", "400");
  await quietly("init", dataset, "--out", vectors, "--lambda", "0.7", "--dim", "32");
  [playing, browser] = [await play(dataset), await launchBrowser()];
});
afterAll(async () => {
  await browser?.close();
  await playing?.stop();
});

/** A page, and what went wrong on it: complaints of the console, and requests to any other server. */
async function open(
  url: string,
  options: Parameters<Browser["newPage"]>[0] = {},
): Promise<{ page: Page; complaints: string[] }> {
  const page = await browser.newPage({ viewport: { width: 1280, height: 900 }, ...options });
  const complaints: string[] = [];
  page.on("console", (message) => {
    if (message.type() === "error") complaints.push(message.text());
  });
  page.on("pageerror", (error) => complaints.push(String(error)));
  page.on("request", (request) => {
    if (!/^(http:\/\/127\.0\.0\.1:|blob:|data:)/.test(request.url())) complaints.push(request.url());
  });
  await page.goto(url);
  return { page, complaints };
}

async function compute(page: Page): Promise<void> {
  await page.click("#compute:enabled");
  await page.waitForSelector("#map[data-points]");
}

/** Serious findings of axe-core, each with where it is. */
async function findings(page: Page): Promise<string[]> {
  // Evaluated rather than added as an element, which the page's own policy refuses.
  await page.evaluate(axe);
  const violations = await page.evaluate("axe.run().then(({ violations }) => violations)");
  return (violations as { impact: string; id: string; nodes: { html: string }[] }[])
    .filter(({ impact }) => impact === "serious" || impact === "critical")
    .flatMap(({ id, nodes }) => nodes.map(({ html }) => `${id}: ${html}`));
}

async function downloaded(page: Page, button: string): Promise<Buffer> {
  const [download] = await Promise.all([page.waitForEvent("download"), page.click(button)]);
  return readFileSync(await download.path());
}

describe.skipIf(!present)("the playground in Chromium", () => {
  it("computes what init computes, draws every point, and hands out a bundle that inspect accepts", async () => {
    const { page, complaints } = await open(`${playing.url}#lambda=0.7&dim=32`);
    await compute(page);
    expect(await page.getAttribute("#map", "data-points")).toBe("1000");
    const zip = await downloaded(page, "#download-bundle");
    const bundle = join(temporaryFolder(), "bundle");
    for (const [name, bytes] of Object.entries(unzipSync(zip))) {
      const file = join(bundle, name.replace(/^vectors\//, ""));
      mkdirSync(dirname(file), { recursive: true });
      writeFileSync(file, bytes);
    }
    for (const table of ["users.npy", "items.npy"]) {
      const [ours, theirs] = [readNpy(join(bundle, table)), readNpy(join(vectors, table))];
      expect(ours.shape).toEqual(theirs.shape);
      expect(largestDifference(ours.data, theirs.data)).toBeLessThan(1e-4);
    }
    const { files } = await wellbegunJson(["inspect", bundle]);
    expect(Object.keys(files)).toContain("initializer.bin");
    // The data's identity is that of init: the bundle may be used on this dataset, and on no other.
    const inputOf = (path: string): unknown =>
      JSON.parse(readFileSync(join(path, "manifest.json"), "utf8")).input.train;
    expect(inputOf(bundle)).toEqual(inputOf(vectors));
    expect((await downloaded(page, "#download-onnx")).length).toBeGreaterThan(1000);
    expect((await downloaded(page, "#download-map")).toString().split("\n").length).toBe(1002);
    expect(complaints).toEqual([]);
    await page.close();
  });

  it("answers a new user's click at once, beside popularity and the control", async () => {
    const { page, complaints } = await open(playing.url);
    await compute(page);
    const item = page.locator("#offered button").nth(3);
    await item.click();
    const lists = page.locator(".lists > div");
    expect(await lists.locator("h3").allTextContents()).toEqual([
      "For this user",
      "Popular",
      "Permuted control",
    ]);
    const before = await lists.first().locator("li").allTextContents();
    expect(before.length).toBe(8);
    await page.locator("#offered button").nth(9).click();
    expect(await lists.first().locator("li").allTextContents()).not.toEqual(before);
    expect(await page.getAttribute("#map", "data-points")).toBe("1001");
    const milliseconds = Number(await page.getAttribute("#newcomer-time", "data-milliseconds"));
    console.log(`A new user's click was answered in ${milliseconds.toFixed(1)} ms.`);
    expect(milliseconds).toBeGreaterThan(0);
    expect(complaints).toEqual([]);
    await page.close();
  });

  it("judges the vectors beside their controls, with the figures of init", async () => {
    const { page, complaints } = await open(playing.url);
    await compute(page);
    await page.click("#evaluate");
    await page.waitForSelector("#evaluation tr[data-name='vectors']");
    const shown = async (name: string): Promise<number> =>
      Number(await page.locator(`#evaluation tr[data-name='${name}'] td`).first().textContent());
    const { quality } = await wellbegunJson([
      "init",
      dataset,
      "--out",
      join(temporaryFolder(), "judged"),
      "--evaluate",
    ]);
    for (const [name, row] of [
      ["vectors", "fused"],
      ["permuted control", "permuted"],
      ["popularity", "popularity"],
      ["random", "random"],
    ] as const) {
      const { recall } = quality.rows.find((one: { name: string }) => one.name === row);
      expect([name, await shown(name)]).toEqual([name, Number(recall.toFixed(4))]);
    }
    expect(complaints).toEqual([]);
    await page.close();
  });

  it("cancels a run, ends its worker, and computes again afterwards", async () => {
    const { page } = await open(`${playing.url}#clusters=64&lambda=0.5`);
    await page.waitForSelector("#compute:enabled");
    const workers = (): number => page.workers().length;
    await page.evaluate(() => {
      document.querySelector<HTMLButtonElement>("#compute")!.click();
      document.querySelector<HTMLButtonElement>("#cancel")!.click();
    });
    await page.waitForFunction(() => document.querySelector("#status")?.textContent?.startsWith("Cancelled"));
    expect(await page.locator("#map[data-points]").count()).toBe(0);
    await expect.poll(workers).toBe(0);
    await compute(page);
    expect(await page.getAttribute("#map", "data-points")).toBe("1000");
    await page.close();
  });

  it("opens dropped CSV and npy files, and says what is missing where they are no dataset", async () => {
    const { page } = await open(playing.url.replace("?local", ""));
    const files = page.locator("input[type=file]").nth(1);
    await files.setInputFiles([
      { name: "log.csv", mimeType: "text/csv", buffer: Buffer.from("customer,thing\n1,2\n") },
    ]);
    await page.waitForSelector("#status.error");
    expect(await page.textContent("#status")).toContain("log.csv: customer, thing");
    const image = Float32Array.from({ length: 30 * 8 }, (_, i) => Math.sin(i * 12.9898) * 2);
    const log = ["user,item", ...Array.from({ length: 200 }, (_, e) => `u${e % 20},${(e * 7) % 30}`)].join(
      "\n",
    );
    await files.setInputFiles([
      { name: "log.csv", mimeType: "text/csv", buffer: Buffer.from(log) },
      { name: "image.npy", mimeType: "application/octet-stream", buffer: npyBytes(image, [30, 8]) },
    ]);
    await page.waitForSelector(".about strong");
    expect(await page.textContent(".about")).toContain("20 users, 30 items, 60 train interactions");
    await compute(page);
    expect(await page.getAttribute("#map", "data-points")).toBe("50");
    await page.close();
  });

  it("opens a bundle to look at, without its dataset", async () => {
    const bundle = await play(vectors);
    try {
      const { page, complaints } = await open(bundle.url);
      await page.waitForSelector("#map[data-points='1000']");
      await page.locator("#offered button").first().click();
      expect(await page.locator(".lists h3").allTextContents()).toEqual([
        "For this user",
        "Permuted control",
      ]);
      expect(complaints).toEqual([]);
      await page.close();
    } finally {
      await bundle.stop();
    }
  });

  it.each(["light", "dark"] as const)(
    "has no serious finding of axe, and is readable on a telephone (%s)",
    async (colorScheme) => {
      const { page, complaints } = await open(playing.url, { colorScheme });
      expect(await findings(page)).toEqual([]);
      await compute(page);
      await page.locator("#offered button").nth(2).click();
      await page.click("#evaluate");
      await page.waitForSelector("#evaluation table");
      await page.screenshot({ path: join(out, `playground-${colorScheme}.png`), fullPage: true });
      expect(await findings(page)).toEqual([]);
      await page.setViewportSize({ width: 390, height: 844 });
      await page.screenshot({ path: join(out, `playground-phone-${colorScheme}.png`), fullPage: true });
      expect(await page.evaluate(() => document.documentElement.scrollWidth)).toBeLessThanOrEqual(390);
      expect(complaints).toEqual([]);
      await page.close();
    },
  );
});

/** The largest difference of two arrays, relative to the root mean square of the second. */
function largestDifference(a: ArrayLike<number>, b: ArrayLike<number>): number {
  let [squares, most] = [0, 0];
  for (let i = 0; i < b.length; i++) {
    squares += b[i]! ** 2;
    most = Math.max(most, Math.abs(a[i]! - b[i]!));
  }
  return most / Math.sqrt(squares / b.length);
}
