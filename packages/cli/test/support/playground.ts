/** The playground's page in tests: opened and watched, and what it hands out. */
import { mkdirSync, readFileSync, writeFileSync } from "node:fs";
import { dirname, join } from "node:path";
import { unzipSync } from "fflate";
import type { Browser, Page } from "playwright-core";
import { expect } from "vitest";
import { readNpy, temporaryFolder } from "./files.ts";

/** A page, and what went wrong on it: complaints of the console, and requests to any other server. */
export async function openPage(
  browser: Browser,
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

export async function compute(page: Page): Promise<void> {
  await page.click("#compute:enabled");
  await page.waitForSelector("#map[data-points]");
}

/** The bytes that a button hands out. */
export async function downloaded(page: Page, button: string): Promise<Buffer> {
  const [download] = await Promise.all([page.waitForEvent("download"), page.click(button)]);
  return readFileSync(await download.path());
}

/** The folder of the downloaded bundle. */
export async function downloadedBundle(page: Page): Promise<string> {
  const zip = await downloaded(page, "#download-bundle");
  const bundle = join(temporaryFolder(), "bundle");
  for (const [name, bytes] of Object.entries(unzipSync(zip))) {
    const file = join(bundle, name.replace(/^vectors\//, ""));
    mkdirSync(dirname(file), { recursive: true });
    writeFileSync(file, bytes);
  }
  return bundle;
}

/** Holds users and items of two bundles together, to 1e-4 of the root mean square. */
export function expectEqualTables(bundle: string, expected: string): void {
  for (const table of ["users.npy", "items.npy"]) {
    const [ours, theirs] = [readNpy(join(bundle, table)), readNpy(join(expected, table))];
    expect(ours.shape).toEqual(theirs.shape);
    expect(largestDifference(ours.data, theirs.data)).toBeLessThan(1e-4);
  }
}

/** The largest difference of two arrays, relative to the root mean square of the second. */
export function largestDifference(a: ArrayLike<number>, b: ArrayLike<number>): number {
  let [squares, most] = [0, 0];
  for (let i = 0; i < b.length; i++) {
    squares += b[i]! ** 2;
    most = Math.max(most, Math.abs(a[i]! - b[i]!));
  }
  return most / Math.sqrt(squares / b.length);
}
