/** Chromium for tests. Where there is none a line says so; with CI set its absence fails. */
import type { Browser } from "playwright-core";

const { chromiumPath, noChromium, launchChromium } = (await import(
  new URL("../tools/chromium.mjs", import.meta.url).href
)) as {
  chromiumPath: string | undefined;
  noChromium: string;
  launchChromium: (more?: readonly string[]) => Promise<Browser>;
};

/** Whether there is a browser. @param tested what is left out without one */
export function demandBrowser(tested: string): boolean {
  if (chromiumPath !== undefined) return true;
  if (process.env.CI !== undefined) throw new Error(`${tested}: ${noChromium}; with CI set it must be there`);
  console.warn(`Left out: ${tested}; ${noChromium}.`);
  return false;
}

/** @param more further flags */
export function launchBrowser(more: readonly string[] = []): Promise<Browser> {
  return launchChromium(more);
}
