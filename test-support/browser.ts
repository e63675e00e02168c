/**
 * Chromium for tests: /usr/bin/chromium, or what WELLBEGUN_CHROMIUM names. Where there is none a line says so; with CI set its
 * absence fails.
 */
import { existsSync } from "node:fs";
import { type Browser, chromium } from "playwright-core";

const usual = ["/usr/bin/chromium", "/usr/bin/chromium-browser", "/usr/bin/google-chrome"];
const found = process.env.WELLBEGUN_CHROMIUM ?? usual.find((path) => existsSync(path));

/** Quiet: nothing that the browser does by itself may reach for the network. WebGL is drawn in software. */
const flags = [
  "--disable-quic",
  "--disable-sync",
  "--disable-component-update",
  "--use-angle=swiftshader",
  "--enable-unsafe-swiftshader",
];

/** Whether there is a browser. @param tested what is left out without one */
export function demandBrowser(tested: string): boolean {
  if (found !== undefined && existsSync(found)) return true;
  const reason = `no Chromium at ${process.env.WELLBEGUN_CHROMIUM ?? usual.join(", ")}: apt-get install chromium, or name one in WELLBEGUN_CHROMIUM`;
  if (process.env.CI !== undefined) throw new Error(`${tested}: ${reason}; with CI set it must be there`);
  console.warn(`Left out: ${tested}; ${reason}.`);
  return false;
}

export function launchBrowser(): Promise<Browser> {
  return chromium.launch({ executablePath: found!, args: flags });
}
