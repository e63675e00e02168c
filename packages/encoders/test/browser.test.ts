import { writeFileSync } from "node:fs";
import { basename, join } from "node:path";
import type { Browser, Page } from "playwright-core";
import { afterAll, beforeAll, expect, it } from "vitest";
import { demandBrowser, launchBrowser } from "./support/browser.ts";
import { describeWithModels, encodeApart, miniLm, rowCosines } from "./support/models.ts";
import { type PageServer, servePage } from "./support/page-server.ts";
import {
  declared,
  exportPairModels,
  type PairModels,
  shared,
  texts,
  waveWidth,
} from "./support/pair-models.ts";
import { torchPython } from "./support/torch.ts";

/** What the page encodes: texts, or files by their address. */
interface PageRequest {
  /** Address of the folder with encoder.json, or with `device` of one in Hugging Face's layout. */
  readonly folder: string;
  readonly device?: string;
  readonly texts?: readonly string[];
  readonly files?: readonly string[];
}

interface PageResult {
  readonly width: number;
  readonly runtime: string;
  readonly vectors: readonly number[];
  readonly failures: readonly { readonly row: number; readonly reason: string }[];
}

/** Calls the function of page-encode.mjs. */
async function encodeInPage(page: Page, request: PageRequest): Promise<PageResult> {
  await page.waitForFunction(() => "encode" in globalThis);
  return page.evaluate(
    (request) =>
      (globalThis as unknown as { encode: (request: PageRequest) => Promise<PageResult> }).encode(request),
    request,
  );
}

const suite = "encoders in Chromium";
if (demandBrowser(suite)) {
  describeWithModels(suite, () => {
    let browser: Browser;
    let page: Page;
    const servers: PageServer[] = [];
    const open = async (folders: Readonly<Record<string, string>>): Promise<void> => {
      servers.push(await servePage(folders));
      await page.goto(servers.at(-1)!.address);
    };
    beforeAll(async () => {
      browser = await launchBrowser();
      page = await browser.newPage();
    });
    afterAll(async () => {
      await browser?.close();
      for (const server of servers) server.close();
    });

    it("a text encoder from local files embeds 200 texts in the page as onnxruntime-node does", async () => {
      const place = miniLm();
      const many = Array.from(
        { length: 200 },
        (_, i) => `Product ${i} for ${"home and garden ".repeat(i % 4)}`,
      );
      await open({ minilm: place });
      const found = await encodeInPage(page, { folder: "/minilm", texts: many });
      const own = encodeApart({ place, options: { modality: "text" }, content: many });
      expect(found.runtime).toMatch(/^onnxruntime-web \d/);
      expect(found.vectors).toHaveLength(200 * own.width);
      expect(Math.min(...rowCosines(found.vectors, own.vectors, own.width))).toBeGreaterThan(0.999);
    });

    const python = torchPython("images and sound in Chromium");
    if (python === undefined) return;
    let models: PairModels;
    beforeAll(() => {
      models = exportPairModels(python);
    });

    it("images are decoded and resized by the canvas, near Pillow's, and a broken one is listed", async () => {
      writeFileSync(join(models.folder, "broken.png"), "no image");
      await open({ image: declared(models, "image"), content: models.folder });
      const files = [...models.images.map((path) => `/content/${basename(path)}`), "/content/broken.png"];
      const found = await encodeInPage(page, { folder: "/image", files });
      expect(found.failures.map(({ row }) => row)).toEqual([models.images.length]);
      const cosines = rowCosines(found.vectors.slice(0, -shared), models.vectors.image, shared);
      expect(Math.min(...cosines)).toBeGreaterThan(0.98);
      // The second image needs no resizing.
      expect(cosines[1]).toBeGreaterThan(0.9999);
    });

    it("transformers.js on WebGPU, here in software, gives PyTorch's vectors of texts", async () => {
      const gpu = await launchBrowser([
        "--enable-unsafe-webgpu",
        "--use-webgpu-adapter=swiftshader",
        "--enable-features=Vulkan",
      ]);
      try {
        const few = texts.slice(0, 4);
        const own = await gpu.newPage();
        servers.push(await servePage({ pair: models.folder }));
        await own.goto(servers.at(-1)!.address);
        const found = await encodeInPage(own, { folder: "/pair", device: "webgpu", texts: few });
        expect(found.runtime).toMatch(/^transformers\.js \d.*webgpu/);
        expect(
          Math.min(...rowCosines(found.vectors, models.vectors.text.slice(0, 4 * shared), shared)),
        ).toBeGreaterThan(0.9999);
      } finally {
        await gpu.close();
      }
    });

    it("sound is decoded by Web Audio", async () => {
      await open({ wave: declared(models, "wave"), content: models.folder });
      const files = models.sounds.map((path) => `/content/${basename(path)}`);
      const found = await encodeInPage(page, { folder: "/wave", files });
      expect([found.width, found.failures]).toEqual([waveWidth, []]);
      expect(Math.min(...rowCosines(found.vectors, models.vectors.wave, waveWidth))).toBeGreaterThan(0.9999);
    });
  });
}
