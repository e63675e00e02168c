/**
 * Training in the playground, in a real Chromium. On TikTok:
 * `WELLBEGUN_NIGHTLY=1 WELLBEGUN_TIKTOK=<folder> npx vitest run test/playground-train.test.ts -t TikTok`. Screenshots are left in out/.
 */
import { mkdirSync, readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { exportInitializer } from "@wellbegun/backend-onnx/export";
import { readInitializer, type TrainedInitializer } from "@wellbegun/core";
import type { Browser, Page } from "playwright-core";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { nightly } from "../../../test-support/nightly.ts";
import { run } from "../src/run.ts";
import { demandBrowser, launchBrowser } from "./support/browser.ts";
import { wellbegunJson } from "./support/cli.ts";
import { sharedFolder, temporaryFolder } from "./support/files.ts";
import { tiktok } from "./support/peers.ts";
import { type Playing, play } from "./support/play.ts";
import { compute, downloaded, downloadedBundle, expectEqualTables, openPage } from "./support/playground.ts";

const present = demandBrowser("training in the playground");
const whole = nightly("training on TikTok in a page");
if (whole && tiktok === undefined)
  console.warn("Left out: training on TikTok in a page; WELLBEGUN_TIKTOK names a folder with the dataset.");
const screenshots = fileURLToPath(new URL("../out", import.meta.url));

const folder = sharedFolder();
const dataset = join(folder, "shop");
let playing: Playing;
let browser: Browser;

beforeAll(async () => {
  if (!present) return;
  mkdirSync(screenshots, { recursive: true });
  const shape = ["--users", "300", "--items", "200"];
  expect(await run(["synth", "--out", dataset, ...shape, "--quiet"])).toBe(0);
  [playing, browser] = [await play(dataset), await launchBrowser()];
});
afterAll(async () => {
  await browser?.close();
  await playing?.stop();
});

/** Trains to the end, and returns what the page says of it. */
async function train(page: Page): Promise<string> {
  await page.click("#train:enabled");
  await page.waitForSelector("#train:enabled", { timeout: 600_000 });
  const status = (await page.textContent("#status"))!;
  expect(status).toMatch(/^Trained/);
  return status;
}

/** What `train` writes of the same data and options. */
async function trainedOnNode(data: string, ...options: string[]): Promise<string> {
  const out = join(temporaryFolder(), "trained");
  const report = join(temporaryFolder(), "report.html");
  await wellbegunJson(["train", data, "--out", out, "--report", report, "--baselines", "none", ...options]);
  return out;
}

function expectSameBytes(bundle: string, expected: string): void {
  const files = readdirSync(expected).filter((name) => name !== "manifest.json");
  expect(
    readdirSync(bundle)
      .filter((name) => name !== "manifest.json")
      .sort(),
  ).toEqual(files.sort());
  const text = (path: string): string => readFileSync(join(path, "curve.jsonl"), "utf8");
  expect(text(bundle)).toBe(text(expected));
  const same = files.map((name) =>
    readFileSync(join(bundle, name)).equals(readFileSync(join(expected, name))),
  );
  expect(Object.fromEntries(files.map((name, n) => [name, same[n]]))).toEqual(
    Object.fromEntries(files.map((name) => [name, true])),
  );
}

describe.skipIf(!present)("training in the playground", () => {
  it.each([
    ["lightgcn", "layers=3"],
    ["alignrec", "neighbors=5"],
  ])("%s gives the bytes of the command line, with curves, lists and a bundle", async (model, option) => {
    const [name, value] = option.split("=");
    const url = `${playing.url}#train=${model}&train.${model}.${name}=${value}&train.epochs=4&train.dimensions=16`;
    const { page, complaints } = await openPage(browser, url);
    expect(await train(page)).toContain("16 columns");
    expect(await page.getAttribute("#training", "data-epochs")).toBe("4");
    await page.waitForSelector("#curves figure");
    const drawn = await page.locator("#curves figcaption").allTextContents();
    expect(drawn.join()).toContain("validation recall@20");
    expect(drawn.join()).toContain("bpr term");
    expect(drawn.join()).toContain("effective rank of users");
    expect(await page.getAttribute("#map", "data-points")).toBe("500");

    const shape = ["--model", model, "--model-options", option, "--epochs", "4", "--dim", "16"];
    const expected = await trainedOnNode(dataset, ...shape);
    const bundle = await downloadedBundle(page);
    expectSameBytes(bundle, expected);
    const initializer = readInitializer(
      readFileSync(join(expected, "initializer.bin")),
    ) as TrainedInitializer;
    const { model: exported } = exportInitializer(initializer, { form: "padded" });
    expect((await downloaded(page, "#download-onnx")).equals(exported)).toBe(true);
    const manifest = (path: string) => JSON.parse(readFileSync(join(path, "manifest.json"), "utf8"));
    const { diagnostics, packages, ...own } = manifest(expected);
    const { quality, controls, ...ending } = diagnostics;
    expect(manifest(bundle)).toEqual({ ...own, diagnostics: ending });

    await page.fill("#known-user", "7");
    await page.click("#recommend");
    await page.waitForSelector("#known-lists ol");
    await page.locator("#offered button").first().click();
    expect((await page.locator(".lists h3").allTextContents()).join()).toContain("For this user");
    await page.click("#evaluate");
    await page.waitForSelector("#evaluation tr[data-name='permuted control']");
    expect(await page.textContent("#evaluation")).toContain(" test interactions");
    await page.screenshot({ path: join(screenshots, `playground-train-${model}.png`), fullPage: true });
    expect(complaints).toEqual([]);
    await page.close();
  });

  it("A training is canceled with its worker; one that is stopped keeps its best epoch", async () => {
    // So many epochs that no machine has done them before the clicks below.
    const endless = "train=bpr&train.dimensions=8&train.epochs=100000&train.patience=100000";
    const { page, complaints } = await openPage(browser, `${playing.url}#${endless}`);
    const epochs = (least: number) =>
      page.waitForFunction(
        (wanted) => Number(document.querySelector<HTMLElement>("#training")?.dataset.epochs) >= wanted,
        least,
      );
    await page.click("#train:enabled");
    await epochs(2);
    await page.click("#cancel");
    await page.waitForFunction(() => document.querySelector("#status")?.textContent?.startsWith("Canceled"));
    expect(await page.locator("#map[data-points]").count()).toBe(0);
    await page.click("#train:enabled");
    await epochs(3);
    await page.click("#stop");
    await page.waitForSelector("#train:enabled");
    expect(await page.textContent("#status")).toMatch(/^Trained .* is kept\. It was stopped/);
    expect(await page.getAttribute("#map", "data-points")).toBe("500");
    // BPR has no vector for a new user, but one for each user of the data.
    expect(await page.locator("#offered").isVisible()).toBe(false);
    await page.fill("#known-user", "900");
    await page.click("#recommend");
    await page.waitForSelector("#status.error");
    expect(await page.textContent("#status")).toBe("There is no user 900: users are 0 to 299.");
    await page.fill("#known-user", "");
    await page.click("#recommend:enabled");
    await page.waitForFunction(() =>
      document.querySelector("#status")?.textContent?.includes("without a name"),
    );
    expect(complaints).toEqual([]);
    await page.close();
  });

  it("A training starts from the vectors on the page, and from their permuted control", async () => {
    const url = `${playing.url}#dim=16&train=lightgcn&train.epochs=1&train.start=`;
    const { page } = await openPage(browser, `${url}vectors`);
    await page.click("#train:enabled");
    await page.waitForSelector("#status.error");
    expect(await page.textContent("#status")).toMatch(/^Compute vectors first/);
    await compute(page);
    await train(page);
    const real = await downloadedBundle(page);
    await page.selectOption("select[name='train.start']", "permuted");
    await train(page);
    const control = await downloadedBundle(page);
    const of = (bundle: string) => JSON.parse(readFileSync(join(bundle, "manifest.json"), "utf8"));
    expect([of(real).start.control, of(real).control]).toEqual([null, undefined]);
    expect([of(control).start.control, of(control).control]).toEqual(["permuted", "permuted"]);
    const expected = await trainedOnNode(
      dataset,
      ...["--start", "content", "--model", "lightgcn", "--epochs", "1", "--dim", "16"],
    );
    expectEqualTables(real, expected);
    await page.close();
  });

  it("WebGPU, here in software, trains to the vectors of WebAssembly", async () => {
    const gpu = await launchBrowser([
      "--enable-unsafe-webgpu",
      "--use-webgpu-adapter=swiftshader",
      "--enable-features=Vulkan",
    ]);
    try {
      const shape = "train=lightgcn&train.epochs=2&train.dimensions=8&train.batchSize=512";
      const { page, complaints } = await openPage(gpu, `${playing.url}#backend=webgpu&${shape}`);
      expect(await train(page)).toContain("webgpu");
      const bundle = await downloadedBundle(page);
      expect(JSON.parse(readFileSync(join(bundle, "manifest.json"), "utf8")).backend.name).toBe("webgpu");
      const expected = await trainedOnNode(
        dataset,
        ..."--model lightgcn --epochs 2 --dim 8 --batch 512".split(" "),
      );
      expectEqualTables(bundle, expected);
      expect(complaints).toEqual([]);
      await page.close();
    } finally {
      await gpu.close();
    }
  });

  it.skipIf(!whole || tiktok === undefined)(
    "AlignRec on TikTok gives the bytes of the command line",
    async () => {
      const { page, complaints } = await openPage(
        browser,
        `${playing.url.replace("?local", "")}#train.epochs=3`,
      );
      const files = ["tiktok.inter", ...readdirSync(tiktok!).filter((name) => name.endsWith("_feat.npy"))];
      await page
        .locator("input[type=file]")
        .nth(1)
        .setInputFiles(files.map((name) => join(tiktok!, name)));
      await page.waitForSelector(".about strong");
      const status = await train(page);
      const bundle = await downloadedBundle(page);
      console.log(`TikTok in the page: ${status} ${await page.textContent("#training-memory")}`);
      await page.screenshot({ path: join(screenshots, "playground-train-tiktok.png"), fullPage: true });
      expectSameBytes(bundle, await trainedOnNode(tiktok!, "--epochs", "3"));
      expect(complaints).toEqual([]);
      await page.close();
    },
    900_000,
  );
});
