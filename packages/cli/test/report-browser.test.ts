/** The HTML report in a real Chromium. Screenshots are left in out/, as artifacts of the run. */
import { mkdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { fileURLToPath, pathToFileURL } from "node:url";
import type { Page } from "playwright-core";
import { expect, it } from "vitest";
import { demandBrowser, launchBrowser } from "./support/browser.ts";
import { wellbegun } from "./support/cli.ts";
import { temporaryFolder } from "./support/files.ts";

const present = demandBrowser("the report in a browser");

const out = fileURLToPath(new URL("../out", import.meta.url));

interface Drawn {
  readonly figure: string;
  readonly width: number;
  readonly height: number;
  /** Shapes that stand for data, and those of them that take room. */
  readonly marks: number;
  readonly visible: number;
  readonly numbers: number;
}

/** What every picture of the page consists of, measured by the browser. */
function drawn(page: Page): Promise<Drawn[]> {
  return page.evaluate(() =>
    [...document.querySelectorAll("section[id]")].flatMap((section) =>
      [...section.querySelectorAll(".plot")].map((plot) => {
        // The picture, not the swatches of its legend.
        const svg = [...plot.querySelectorAll("svg")].sort((a, b) => b.clientWidth - a.clientWidth)[0];
        const groups = '[aria-label="bar"], [aria-label="rect"], [aria-label="cell"], [aria-label="dot"]';
        const marks = [...(svg?.querySelectorAll(groups) ?? [])].flatMap((group) => [
          ...group.querySelectorAll("rect, circle, path"),
        ]);
        const box = svg?.getBoundingClientRect();
        return {
          figure: section.id,
          width: box?.width ?? 0,
          height: box?.height ?? 0,
          marks: marks.length,
          visible: marks.filter((mark) => {
            const { width, height } = mark.getBoundingClientRect();
            return width > 0 && height > 0;
          }).length,
          numbers: section.querySelectorAll("details td").length,
        };
      }),
    ),
  );
}

/** Contrast of every text with the page, by WCAG 2: the least one. */
function leastContrast(page: Page): Promise<number> {
  return page.evaluate(() => {
    const luminance = (color: string): number => {
      const [r = 0, g = 0, b = 0] = (color.match(/[\d.]+/g) ?? []).map((part) => {
        const value = Number(part) / 255;
        return value <= 0.04045 ? value / 12.92 : ((value + 0.055) / 1.055) ** 2.4;
      });
      return 0.2126 * r + 0.7152 * g + 0.0722 * b;
    };
    const page = luminance(getComputedStyle(document.body).backgroundColor);
    const texts = [
      ...document.querySelectorAll("h1, h2, p, dt, dd, th, td, summary, svg [aria-label*='axis'] text"),
    ];
    const contrasts = texts.map((text) => {
      const { color, fill } = getComputedStyle(text);
      const own = luminance(text instanceof SVGElement ? fill : color);
      return (Math.max(own, page) + 0.05) / (Math.min(own, page) + 0.05);
    });
    return Math.min(...contrasts);
  });
}

it.skipIf(!present)(
  "The report opens offline in Chromium with every picture drawn, light and dark",
  async () => {
    const folder = temporaryFolder();
    const [dataset, report] = [join(folder, "data"), join(folder, "report.html")];
    const run = async (...args: string[]): Promise<void> => {
      const { status, stderr } = await wellbegun([...args, "--quiet"]);
      expect([status, stderr]).toEqual([0, ""]);
    };
    await run("synth", "--out", dataset, "--users", "400", "--items", "250");
    await run("evaluate", dataset, "--report", report);
    // No script, nothing to fetch: neither by address nor by import.
    expect(readFileSync(report, "utf8")).not.toMatch(
      /<script|<link(?! rel="icon" href="data:,")|@import|src=|url\(/,
    );

    mkdirSync(out, { recursive: true });
    const chrome = await launchBrowser();
    try {
      const backgrounds: string[] = [];
      for (const colorScheme of ["light", "dark"] as const) {
        const page = await chrome.newPage({ colorScheme, viewport: { width: 1100, height: 900 } });
        const complaints: string[] = [];
        const requests: string[] = [];
        page.on("console", (message) => complaints.push(message.text()));
        page.on("pageerror", (error) => complaints.push(String(error)));
        page.on("request", (request) => requests.push(request.url()));
        const { href } = pathToFileURL(report);
        await page.goto(href);
        await page.screenshot({ path: join(out, `report-${colorScheme}.png`), fullPage: true });
        expect(complaints).toEqual([]);
        expect(requests.filter((url) => url !== href && !url.startsWith("data:"))).toEqual([]);

        const pictures = await drawn(page);
        const count = (figure: string): number => pictures.filter((one) => one.figure === figure).length;
        expect(
          Object.fromEntries([...new Set(pictures.map(({ figure }) => figure))].map((f) => [f, count(f)])),
        ).toEqual({
          "recall-by-degree": 1,
          "recall-by-popularity": 1,
          pca: 2,
          umap: 1,
          "cluster-sizes": 2,
          norms: 4,
          "item-cf-heat": 2,
        });
        for (const { figure, width, height, marks, visible, numbers } of pictures) {
          expect(Math.min(width, height), figure).toBeGreaterThan(100);
          expect(marks, figure).toBeGreaterThan(4);
          // Bars of groups where nothing was found have no height.
          expect(visible, figure).toBeGreaterThan(marks / 3);
          expect(numbers, figure).toBeGreaterThan(4);
        }
        expect(await leastContrast(page)).toBeGreaterThan(4.5);
        backgrounds.push(await page.evaluate(() => getComputedStyle(document.body).backgroundColor));
        await page.close();
      }
      expect(new Set(backgrounds).size).toBe(2);
    } finally {
      await chrome.close();
    }
  },
);
