/** The playground at its limits, in a real Chromium: many points, many canceled runs, a GPU and none. */
import { join } from "node:path";
import { writeBundle } from "@wellbegun/adapters/node";
import { denseFeatures, fit, interactionsFromArrays } from "@wellbegun/core";
import type { Browser, Page } from "playwright-core";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { run } from "../src/run.ts";
import { demandBrowser, launchBrowser } from "./support/browser.ts";
import { sharedFolder, temporaryFolder } from "./support/files.ts";
import { type Playing, play } from "./support/play.ts";
import { compute, downloadedBundle, expectEqualTables, openPage } from "./support/playground.ts";

const present = demandBrowser("the playground's limits in a browser");
/** Memory is measured at once, not with the next garbage collection. */
const eagerMeasure = "--enable-blink-features=ForceEagerMeasureMemory";
const softwareGpu = [
  "--enable-unsafe-webgpu",
  "--use-webgpu-adapter=swiftshader",
  "--enable-features=Vulkan",
];

const folder = sharedFolder();
const dataset = join(folder, "shop");
let playing: Playing;
let browser: Browser;

beforeAll(async () => {
  if (!present) return;
  const status = await run(["synth", "--out", dataset, "--users", "200", "--items", "120", "--quiet"]);
  expect(status).toBe(0);
  [playing, browser] = [await play(dataset), await launchBrowser([eagerMeasure])];
});
afterAll(async () => {
  await browser?.close();
  await playing?.stop();
});

/** Bytes of the page with its workers, and how many of these are a worker's. */
async function memoryOf(page: Page): Promise<{ bytes: number; ofWorkers: number }> {
  return page.evaluate(async () => {
    type Part = { readonly bytes: number; readonly attribution: readonly { readonly scope: string }[] };
    const measure = (performance as unknown as Record<string, () => Promise<unknown>>)
      .measureUserAgentSpecificMemory!;
    const { bytes, breakdown } = (await measure.call(performance)) as {
      bytes: number;
      breakdown: readonly Part[];
    };
    const isWorker = ({ attribution }: Part): boolean =>
      attribution.some(({ scope }) => scope.includes("Worker"));
    return { bytes, ofWorkers: breakdown.filter(isWorker).reduce((sum, part) => sum + part.bytes, 0) };
  });
}

describe.skipIf(!present)("the playground at its limits", () => {
  it("draws 10^5 points with as many draw calls as few of them, and sends none of them again when the map moves", async () => {
    const [users, items] = [90_000, 10_000];
    const random = Float32Array.from({ length: items * 4 }, (_, i) => Math.sin(i * 12.9898));
    const train = interactionsFromArrays({
      users: Int32Array.from({ length: users }, (_, user) => user),
      items: Int32Array.from({ length: users }, (_, user) => (user * 7919) % items),
      userCount: users,
      itemCount: items,
    });
    const model = await fit({ train, features: { image: denseFeatures(random, items, 4) } }, { clusters: 4 });
    const bundle = join(temporaryFolder(), "bundle");
    await writeBundle(bundle, model);
    const calls: number[] = [];
    for (const shown of [bundle, dataset]) {
      const server = await play(shown);
      try {
        const { page, complaints } = await openPage(browser, "about:blank");
        await page.addInitScript(() => {
          const counted = { drawCalls: 0, uploaded: 0 };
          Object.assign(globalThis, { counted });
          const context = WebGLRenderingContext.prototype as unknown as Record<
            string,
            (...args: unknown[]) => unknown
          >;
          const drawing = ["drawArrays", "drawElements"];
          for (const name of [...drawing, "bufferData", "bufferSubData", "texImage2D", "texSubImage2D"]) {
            const own = context[name]!;
            context[name] = function (this: unknown, ...args: unknown[]) {
              if (drawing.includes(name)) counted.drawCalls++;
              for (const value of args) if (ArrayBuffer.isView(value)) counted.uploaded += value.byteLength;
              return own.apply(this, args);
            };
          }
        });
        const counted = (): Promise<{ drawCalls: number; uploaded: number }> =>
          page.evaluate("({ ...globalThis.counted })");
        await page.goto(server.url);
        if (shown === dataset) await compute(page);
        await page.waitForSelector(`#map[data-points='${shown === dataset ? 320 : users + items}']`);
        const loaded = await counted();
        calls.push(loaded.drawCalls);
        await page.focus("#map");
        for (const key of ["ArrowRight", "+", "ArrowUp"]) await page.keyboard.press(key);
        await page.waitForFunction(`globalThis.counted.drawCalls > ${loaded.drawCalls}`);
        // A point takes 16 bytes; what is sent belongs to the pointer.
        expect((await counted()).uploaded - loaded.uploaded).toBeLessThan(1000);
        expect(complaints).toEqual([]);
        await page.close();
      } finally {
        await server.stop();
      }
    }
    expect(calls[0]).toBeGreaterThan(0);
    expect(calls[0]).toBeLessThanOrEqual(calls[1]!);
  });

  it("leaves no memory behind after canceled runs", async () => {
    const { page } = await openPage(browser, playing.url.replace("?local", "?#lambda=0.5&clusters=64"));
    await page.click("#example");
    const cancelRun = async (): Promise<void> => {
      await page.waitForSelector("#compute:enabled");
      await page.evaluate(() => {
        const stages = document.querySelector(".stages")!;
        const observer = new MutationObserver(() => {
          if (stages.querySelector(".now") === null) return;
          observer.disconnect();
          document.querySelector<HTMLButtonElement>("#cancel")!.click();
        });
        observer.observe(stages, { subtree: true, attributes: true });
        document.querySelector<HTMLButtonElement>("#compute")!.click();
      });
      await page.waitForSelector("#compute:enabled");
      expect(await page.textContent("#status")).toContain("Canceled");
    };
    for (let run = 0; run < 2; run++) await cancelRun();
    const before = await memoryOf(page);
    for (let run = 0; run < 5; run++) await cancelRun();
    const after = await memoryOf(page);
    await compute(page);
    const computed = await memoryOf(page);
    console.log(
      `Memory of the page: ${before.bytes} bytes after 2 canceled runs, ${after.bytes} after 7, ${computed.bytes} after one that ended.`,
    );
    expect([before.ofWorkers, after.ofWorkers]).toEqual([0, 0]);
    expect(computed.ofWorkers).toBeGreaterThan(1e6);
    // Were a run's memory kept, five of them would take five times what one that ended holds.
    expect(after.bytes - before.bytes).toBeLessThan(computed.ofWorkers / 2);
    await page.close();
  });

  it("lays out the map by UMAP while a new user is marked in it", async () => {
    const { page, complaints } = await openPage(browser, playing.url);
    await compute(page);
    await page.locator("#offered button").first().click();
    await page.waitForSelector("#map[data-points='321']");
    await page.selectOption("#layout", "umap");
    const caption = page.locator("#map-caption", { hasText: "epoch 200 of 200" });
    await caption.waitFor();
    expect(await caption.textContent()).toContain("UMAP of 320 users and items");
    await page.waitForSelector("#map[data-points='321']");
    await page.selectOption("#layout", "pca");
    expect(await page.textContent("#map-caption")).toContain("principal components");
    expect(complaints).toEqual([]);
    await page.close();
  });

  it("computes on WebGPU what init computes", async () => {
    const expected = join(temporaryFolder(), "expected");
    expect(await run(["init", dataset, "--out", expected, "--quiet"])).toBe(0);
    const withGpu = await launchBrowser(softwareGpu);
    try {
      const { page, complaints } = await openPage(withGpu, `${playing.url}#backend=webgpu`);
      await compute(page);
      expect(await page.textContent("#status")).toContain("on webgpu");
      expectEqualTables(await downloadedBundle(page), expected);
      expect(complaints).toEqual([]);
    } finally {
      await withGpu.close();
    }
  });

  it("computes with WebAssembly where there is no GPU, and says so", async () => {
    const withoutGpu = await launchBrowser(["--disable-features=WebGPU", "--disable-blink-features=WebGPU"]);
    try {
      const { page, complaints } = await openPage(withoutGpu, `${playing.url}#backend=webgpu`);
      await compute(page);
      const status = await page.textContent("#status");
      expect(status).toContain("on wasm");
      expect(status).toContain("This browser offers no GPU, so WebAssembly computed.");
      expect(complaints).toEqual([]);
    } finally {
      await withoutGpu.close();
    }
  });
});
