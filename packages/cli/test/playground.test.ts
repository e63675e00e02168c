/** The playground in a real Chromium, as `wellbegun play` serves it. Screenshots are left in out/, as artifacts of the run. */
import { once } from "node:events";
import { cpSync, existsSync, mkdirSync, readdirSync, readFileSync, writeFileSync } from "node:fs";
import { createServer } from "node:http";
import { createRequire } from "node:module";
import type { AddressInfo } from "node:net";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { readVectors } from "@wellbegun/adapters/columns";
import { writeTables } from "@wellbegun/adapters/node";
import { openParquet } from "@wellbegun/adapters/parquet";
import { unzipSync } from "fflate";
import { parquetWriteBuffer } from "hyparquet-writer";
import type { Browser, Page } from "playwright-core";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { run } from "../src/run.ts";
import { demandBrowser, launchBrowser } from "./support/browser.ts";
import { wellbegunJson } from "./support/cli.ts";
import { npyBytes, readNpy, sharedFolder, temporaryFolder } from "./support/files.ts";
import { tiktok } from "./support/peers.ts";
import { type Playing, play } from "./support/play.ts";
import {
  compute,
  downloaded,
  downloadedBundle,
  expectEqualTables,
  largestDifference,
  openPage,
} from "./support/playground.ts";

const present = demandBrowser("the playground in a browser");
if (tiktok === undefined)
  console.warn("Left out: the playground on TikTok; WELLBEGUN_TIKTOK names a folder with the dataset.");
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

/** Serious findings of axe-core, each with where it is. */
async function findings(page: Page): Promise<string[]> {
  // Evaluated rather than added as an element, which the page's own policy refuses.
  await page.evaluate(axe);
  const violations = await page.evaluate("axe.run().then(({ violations }) => violations)");
  return (violations as { impact: string; id: string; nodes: { html: string }[] }[])
    .filter(({ impact }) => impact === "serious" || impact === "critical")
    .flatMap(({ id, nodes }) => nodes.map(({ html }) => `${id}: ${html}`));
}

/** Steps by keys to an item on the map, which has the focus: items lie to one side of the users or among them. */
async function stepToItem(page: Page): Promise<string> {
  const hovered = async (): Promise<string> => (await page.textContent(".hovered")) ?? "";
  for (let step = 0; step < 400 && !(await hovered()).startsWith("item"); step++) {
    await page.keyboard.press(`Shift+Arrow${["Left", "Up", "Right", "Down"][Math.floor(step / 20) % 4]}`);
    // The plot tells what stands out in a turn of its own.
    await page.evaluate("new Promise((told) => setTimeout(told))");
  }
  expect(await hovered()).toMatch(/^item /);
  return hovered();
}

describe.skipIf(!present)("the playground in Chromium", () => {
  it("computes what init computes, draws every point, and hands out a bundle that inspect accepts", async () => {
    const { page, complaints } = await openPage(browser, `${playing.url}#lambda=0.7&dim=32`);
    await compute(page);
    expect(await page.getAttribute("#map", "data-points")).toBe("1000");
    const bundle = await downloadedBundle(page);
    expectEqualTables(bundle, vectors);
    const { files } = await wellbegunJson(["inspect", bundle]);
    expect(Object.keys(files)).toContain("initializer.bin");
    // The data's identity is that of init: the bundle may be used on this dataset, and on no other.
    const inputOf = (path: string): unknown =>
      JSON.parse(readFileSync(join(path, "manifest.json"), "utf8")).input.train;
    expect(inputOf(bundle)).toEqual(inputOf(vectors));
    const tables = unzipSync(await downloaded(page, "#download-parquet"));
    const users = await readVectors([await openParquet(tables["users.parquet"]!)]);
    expect(largestDifference(users.data, readNpy(join(vectors, "users.npy")).data)).toBeLessThan(1e-4);
    expect((await downloaded(page, "#download-onnx")).length).toBeGreaterThan(1000);
    expect((await downloaded(page, "#download-map")).toString().split("\n").length).toBe(1002);
    expect(complaints).toEqual([]);
    await page.close();
  });

  it("answers a new user's click at once, beside popularity and the control", async () => {
    const { page, complaints } = await openPage(browser, playing.url);
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

  it("names the point under the pointer, and lists the items that a lasso takes", async () => {
    const { page, complaints } = await openPage(browser, playing.url);
    await compute(page);
    const map = page.locator("#map");
    await map.scrollIntoViewIfNeeded();
    const { x, y, width, height } = (await map.boundingBox())!;
    const at = (right: number, down: number): [number, number] => [x + right * width, y + down * height];
    const hovered = page.locator(".hovered");
    const asked = await hovered.textContent();
    for (let step = 0; step < 60 && (await hovered.textContent()) === asked; step++) {
      await page.mouse.move(...at(0.4 + 0.2 * ((step % 8) / 8), 0.4 + 0.2 * (step / 60)), { steps: 3 });
    }
    expect(await hovered.textContent()).toMatch(/^(user \d+|item \d+), \d+ interactions$/);
    await page.click("#lasso");
    await page.mouse.move(...at(0.3, 0.3));
    await page.mouse.down();
    for (const [right, down] of [
      [0.7, 0.3],
      [0.7, 0.7],
      [0.3, 0.7],
      [0.3, 0.31],
    ] as const) {
      await page.mouse.move(...at(right, down), { steps: 8 });
    }
    await page.mouse.up();
    const chips = page.locator(".selection button");
    await chips.first().waitFor();
    expect(await page.textContent(".selection p")).toMatch(/^\d+ users and \d+ items selected\.$/);
    const item = await chips.first().textContent();
    await chips.first().click();
    expect(await page.locator("#clicked button").allTextContents()).toEqual([item]);
    expect(complaints).toEqual([]);
    await page.close();
  });

  it("is moved by keys, and says the names of the points that keys step to and select", async () => {
    const { page, complaints } = await openPage(browser, playing.url);
    await compute(page);
    const map = page.locator("#map");
    await map.focus();
    const hovered = page.locator(".hovered[aria-live=polite]");
    const press = async (...keys: string[]): Promise<void> => {
      for (const key of keys) await page.keyboard.press(key);
    };
    await press("Shift+ArrowRight");
    await expect.poll(() => hovered.textContent()).toMatch(/^(user|item) \d+, \d+ interactions$/);
    const first = await hovered.textContent();
    await press("Shift+ArrowRight");
    await expect.poll(() => hovered.textContent()).not.toBe(first);
    await press("Enter");
    const selected = page.locator(".selection[aria-live=polite] p");
    await expect
      .poll(() => selected.textContent())
      .toMatch(/^(1 users and 0|0 users and 1) items selected\.$/);
    const item = await stepToItem(page);
    await press("Shift+Enter");
    await expect.poll(() => selected.textContent()).toMatch(/^. users and . items selected\.$/);
    const chip = page.locator(".selection button").last();
    expect(item).toContain(`item ${await chip.textContent()},`);
    await chip.press("Enter");
    expect(await page.locator("#clicked button").count()).toBe(1);
    await map.focus();
    const looks = async (...keys: string[]): Promise<string> => {
      await press(...keys);
      await page.evaluate("new Promise((drawn) => requestAnimationFrame(() => setTimeout(drawn)))");
      return (await map.screenshot()).toString("base64");
    };
    const all = await looks("0");
    const moved = await looks("ArrowRight");
    const zoomed = await looks("0", "+");
    expect(new Set([all, moved, zoomed]).size).toBe(3);
    expect(await looks("0", "ArrowUp", "ArrowDown")).toBe(await looks("0"));
    expect(complaints).toEqual([]);
    await page.close();
  });

  it("judges the vectors beside their controls, with the figures of init", async () => {
    const { page, complaints } = await openPage(browser, playing.url);
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
    const { page } = await openPage(browser, `${playing.url}#clusters=64&lambda=0.5`);
    await page.waitForSelector("#compute:enabled");
    const workers = (): number => page.workers().length;
    await page.evaluate(() => {
      document.querySelector<HTMLButtonElement>("#compute")!.click();
      document.querySelector<HTMLButtonElement>("#cancel")!.click();
    });
    await page.waitForFunction(() => document.querySelector("#status")?.textContent?.startsWith("Canceled"));
    expect(await page.locator("#map[data-points]").count()).toBe(0);
    await expect.poll(workers).toBe(0);
    await compute(page);
    expect(await page.getAttribute("#map", "data-points")).toBe("1000");
    await page.close();
  });

  it("says whose vectors it still shows after a later run is canceled, and takes them up again", async () => {
    const { page, complaints } = await openPage(browser, `${playing.url}#lambda=0.7`);
    await compute(page);
    await page.locator("#offered button").first().click();
    const lists = await page.locator(".lists").last().textContent();
    await page.fill("#setting-lambda", "0.2");
    await page.evaluate(() => {
      document.querySelector<HTMLButtonElement>("#compute")!.click();
      document.querySelector<HTMLButtonElement>("#cancel")!.click();
    });
    const status = page.locator("#status");
    await expect
      .poll(() => status.textContent())
      .toContain("The page still shows run 1 (lambda 0.7). Compute again to evaluate or download.");
    const ofWorker = ["#evaluate", "#recommend", "#download-bundle", "#download-parquet", "#download-onnx"];
    for (const button of ofWorker) expect([button, await page.isDisabled(button)]).toEqual([button, true]);
    expect(await page.textContent(".lists >> nth=-1")).toBe(lists);
    expect((await downloaded(page, "#download-map")).toString().split("\n").length).toBe(1002);
    await page.click("#compute:enabled");
    await page.waitForSelector("#evaluate:enabled");
    expect(await page.locator(".scroll tbody tr").allTextContents()).toHaveLength(2);
    for (const button of ofWorker) expect([button, await page.isDisabled(button)]).toEqual([button, false]);
    expect(complaints).toEqual([]);
    await page.close();
  });

  it("keeps its workers from every other server, by its own policy alone", async () => {
    const other = createServer((_, response) => {
      response.writeHead(200, { "Access-Control-Allow-Origin": "*" }).end();
    });
    let asked = 0;
    other.on("request", () => asked++).listen(0, "127.0.0.1");
    await once(other, "listening");
    const { port } = other.address() as AddressInfo;
    const page = await browser.newPage();
    // As a server of plain files sends it: without any policy.
    await page.route(playing.url.replace(/\?.*/, "**"), async (route) => {
      const response = await route.fetch();
      const { "content-security-policy": _, ...headers } = response.headers();
      await route.fulfill({ response, headers });
    });
    await page.goto(playing.url.replace("?local", ""));
    await page.click("#example");
    await page.waitForSelector("#compute:enabled");
    const [worker] = page.workers();
    const answer = (address: string): Promise<string> =>
      worker!.evaluate(
        (url) =>
          fetch(url).then(
            () => "answered",
            () => "refused",
          ),
        address,
      );
    expect(await answer(`http://127.0.0.1:${port}/`)).toBe("refused");
    expect(await answer(playing.url)).toBe("answered");
    expect(asked).toBe(0);
    await page.close();
    other.close();
  });

  it("opens dropped CSV and npy files, and says what is missing where they are no dataset", async () => {
    const { page } = await openPage(browser, playing.url.replace("?local", ""));
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
      { name: "items.csv", mimeType: "text/csv", buffer: Buffer.from("item,title\n7,Seven seas\n") },
      { name: "image.npy", mimeType: "application/octet-stream", buffer: npyBytes(image, [30, 8]) },
    ]);
    await page.waitForSelector(".about strong");
    expect(await page.textContent(".about")).toContain("20 users, 30 items, 60 train interactions");
    await compute(page);
    expect(await page.getAttribute("#map", "data-points")).toBe("50");
    await page.fill("#search", "seas");
    expect(await page.locator("#offered button").allTextContents()).toEqual(["7 Seven seas"]);
    await page.close();
  });

  it("computes what init computes from Parquet files that are dropped on the page", async () => {
    const folder = temporaryFolder();
    const text = (name: string, data: string[]) => ({ name, data, type: "STRING" as const });
    const log = [
      text(
        "user",
        Array.from({ length: 400 }, (_, e) => `u${e % 40}`),
      ),
      text(
        "item",
        Array.from({ length: 400 }, (_, e) => `i${(e * e + 3 * e) % 30}`),
      ),
    ];
    const catalog = [
      text(
        "item",
        Array.from({ length: 30 }, (_, row) => `i${(row * 7) % 30}`),
      ),
      {
        name: "vector",
        data: Array.from({ length: 30 }, (_, row) => [0, 1, 2, 3].map((c) => Math.sin(row * 9 + c * c))),
      },
    ];
    const files = { "log.parquet": log, "image.parquet": catalog };
    const bytes = Object.entries(files).map(([name, columnData]) => {
      const written = new Uint8Array(parquetWriteBuffer({ columnData }));
      writeFileSync(join(folder, name), written);
      return { name, base64: Buffer.from(written).toString("base64") };
    });
    const out = join(folder, "out");
    const features = `image=${join(folder, "image.parquet")}:vector`;
    const names = ["--user-column", "user", "--item-column", "item", "--features", features];
    await quietly("init", "--interactions", join(folder, "log.parquet"), ...names, "--out", out);
    const { page } = await openPage(browser, playing.url.replace("?local", ""));
    await page.evaluate((dropped) => {
      const data = new DataTransfer();
      for (const { name, base64 } of dropped) {
        data.items.add(new File([Uint8Array.from(atob(base64), (sign) => sign.charCodeAt(0))], name));
      }
      document.body.dispatchEvent(
        new DragEvent("drop", { dataTransfer: data, bubbles: true, cancelable: true }),
      );
    }, bytes);
    await page.waitForSelector(".about strong");
    await compute(page);
    const bundle = await downloadedBundle(page);
    expectEqualTables(bundle, out);
    for (const ids of ["user_ids.txt", "item_ids.txt"]) {
      expect(readFileSync(join(bundle, ids), "utf8")).toBe(readFileSync(join(out, ids), "utf8"));
    }
    await page.close();
  });

  it.skipIf(tiktok === undefined)("computes what init computes on TikTok, from chosen files", async () => {
    const out = join(temporaryFolder(), "tiktok");
    const clock = async (work: () => Promise<unknown>): Promise<number> => {
      const started = performance.now();
      await work();
      return (performance.now() - started) / 1000;
    };
    const init = await clock(() => wellbegunJson(["init", tiktok!, "--out", out]));
    const { page, complaints } = await openPage(browser, playing.url.replace("?local", ""));
    const files = ["tiktok.inter", ...readdirSync(tiktok!).filter((name) => name.endsWith("_feat.npy"))];
    const seconds = await clock(async () => {
      await page
        .locator("input[type=file]")
        .nth(1)
        .setInputFiles(files.map((name) => join(tiktok!, name)));
      await compute(page);
    });
    const status = await page.textContent("#status");
    expectEqualTables(await downloadedBundle(page), out);
    await page.locator("#offered button").first().click();
    const milliseconds = await page.getAttribute("#newcomer-time", "data-milliseconds");
    console.log(
      `TikTok: ${seconds.toFixed(2)} s in the page from files to the drawn map, ${(seconds / init).toFixed(2)} of the ${init.toFixed(2)} s of init; a click ${Number(milliseconds).toFixed(1)} ms. ${status}`,
    );
    expect(complaints).toEqual([]);
    await page.close();
  });

  it("opens a bundle to look at, without its dataset", async () => {
    const bundle = await play(vectors);
    try {
      const { page, complaints } = await openPage(browser, bundle.url);
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

  it("forgets selected points and the new user when a bundle takes the place of vectors", async () => {
    const bare = join(temporaryFolder(), "bare");
    cpSync(vectors, bare, { recursive: true });
    const manifest = JSON.parse(readFileSync(join(bare, "manifest.json"), "utf8"));
    delete manifest.files["initializer.bin"];
    writeFileSync(join(bare, "manifest.json"), JSON.stringify(manifest));
    const { page, complaints } = await openPage(browser, playing.url);
    await compute(page);
    const [map, hovered] = [page.locator("#map"), page.locator(".hovered")];
    const selected = page.locator(".selection p");
    await map.focus();
    await page.keyboard.press("Shift+ArrowRight");
    await expect.poll(() => hovered.textContent()).toMatch(/^(user|item) /);
    await page.keyboard.press("Enter");
    await selected.waitFor();
    await page.locator("input[type=file]").first().setInputFiles(bare);
    await expect.poll(() => page.textContent(".about")).toContain("a bundle, without its dataset");
    await expect.poll(() => selected.count()).toBe(0);
    expect(await hovered.textContent()).toBe("Point at a dot to see what it is.");
    await map.focus();
    await stepToItem(page);
    await page.keyboard.press("Shift+Enter");
    await expect.poll(() => selected.allTextContents()).toEqual(["0 users and 1 items selected."]);
    await page.locator(".selection button").click();
    expect(await page.locator("#newcomer-title").isVisible()).toBe(false);
    expect(await page.locator("#clicked button").count()).toBe(0);
    expect(complaints).toEqual([]);
    await page.close();
  });

  it.each([
    ["npy", "npy"],
    ["parquet", "parquet"],
    ["safetensors", "safetensors"],
  ])("opens a bundle in %s, in parts where the format has them", async (_, format) => {
    const out = join(temporaryFolder(), "parted");
    const parts = ["--format", format, "--rows-per-part", "150"];
    await quietly("init", dataset, "--out", out, "--lambda", "0.7", "--dim", "32", ...parts);
    const whole = format === "safetensors";
    expect(existsSync(join(out, `users/part-00003.${format}`))).toBe(!whole);
    const bundle = await play(out);
    try {
      const { page, complaints } = await openPage(browser, bundle.url);
      await page.waitForSelector("#map[data-points='1000']");
      const tables = unzipSync(await downloaded(page, "#download-parquet"));
      for (const table of ["users", "items"]) {
        const { data } = await readVectors([await openParquet(tables[`${table}.parquet`]!)]);
        expect(data).toEqual(readNpy(join(vectors, `${table}.npy`)).data);
      }
      expect(complaints).toEqual([]);
      // The same files, dropped on the page of a site.
      await page.goto(bundle.url.replace("?local", ""));
      await page.locator("input[type=file]").first().setInputFiles(out);
      await page.waitForSelector("#map[data-points='1000']");
      expect(await page.textContent(".about")).toContain("a bundle, without its dataset");
      await page.close();
    } finally {
      await bundle.stop();
    }
  });

  it("computes and trains only with a dataset, and says so beside the buttons while there is none", async () => {
    const { page, complaints } = await openPage(browser, playing.url.replace("?local", ""));
    const lacking = async (): Promise<unknown[]> =>
      Promise.all(
        ["#compute", "#train"].map(async (button) => {
          const why = await page.getAttribute(button, "aria-describedby");
          const shown = why === null ? null : await page.locator(`#${why}`).innerText();
          return [await page.isDisabled(button), shown];
        }),
      );
    const files = page.locator("input[type=file]");
    const first = [true, "This needs a dataset: take the example, or drop your files."];
    expect(await lacking()).toEqual([first, first]);
    await files.nth(1).setInputFiles({ name: "log.csv", mimeType: "text/csv", buffer: Buffer.from("a,b\n") });
    await page.waitForSelector("#status.error");
    expect(await lacking()).toEqual([first, first]);
    await files.first().setInputFiles(vectors);
    await page.waitForSelector("#map[data-points='1000']");
    const bundle = [
      true,
      "This needs a dataset, in place of the bundle: a bundle has no interactions and no features.",
    ];
    expect(await lacking()).toEqual([bundle, bundle]);
    expect(await findings(page)).toEqual([]);
    await page.click("#example");
    await page.waitForSelector("#compute:enabled");
    expect(await lacking()).toEqual([
      [false, null],
      [false, null],
    ]);
    expect(complaints).toEqual([]);
    await page.close();
  });

  it.each<[fault: string, told: string[], change: (bundle: string) => Promise<void>]>([
    [
      "a file that is not the one that its manifest lists",
      ["users.npy"],
      async (bundle) => {
        const users = readFileSync(join(bundle, "users.npy"));
        users[users.length - 1]! ^= 1;
        writeFileSync(join(bundle, "users.npy"), users);
      },
    ],
    [
      "users and items of different widths",
      ["items of 32 columns", "found 16"],
      async (bundle) => {
        const tableOf = (name: string, rows: number, columns: number) => ({
          name,
          rows,
          columns,
          data: Float32Array.from({ length: rows * columns }, (_, i) => Math.sin(i)),
        });
        await writeTables(bundle, {
          tables: [tableOf("users", 30, 32), tableOf("items", 20, 16)],
          overwrite: true,
        });
      },
    ],
  ])("refuses a bundle with %s, and draws nothing", async (_, told, change) => {
    const changed = join(temporaryFolder(), "changed");
    cpSync(vectors, changed, { recursive: true });
    await change(changed);
    const bundle = await play(changed);
    try {
      const { page } = await openPage(browser, bundle.url);
      await page.waitForSelector("#status.error");
      for (const part of told) expect(await page.textContent("#status")).toContain(part);
      expect(await page.locator("#map[data-points]").count()).toBe(0);
      await page.close();
    } finally {
      await bundle.stop();
    }
  });

  it.each(["light", "dark"] as const)(
    "has no serious finding of axe, and is readable on a telephone (%s)",
    async (colorScheme) => {
      const { page, complaints } = await openPage(browser, playing.url, { colorScheme });
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
