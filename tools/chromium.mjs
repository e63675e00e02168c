/** Chromium for tests and measurements: /usr/bin/chromium, or what WELLBEGUN_CHROMIUM names. */

import { existsSync } from "node:fs";
import { chromium } from "playwright-core";

const usual = ["/usr/bin/chromium", "/usr/bin/chromium-browser", "/usr/bin/google-chrome"];
const given = process.env.WELLBEGUN_CHROMIUM;

/** The program, if there is one. */
export const chromiumPath =
  given === undefined ? usual.find(existsSync) : existsSync(given) ? given : undefined;

/** What to say where there is none. */
export const noChromium = `no Chromium at ${given ?? usual.join(", ")}: apt-get install chromium, or name one in WELLBEGUN_CHROMIUM`;

/** Quiet: nothing that the browser does by itself may reach for the network. WebGL is drawn in software. */
const flags = [
  "--disable-quic",
  "--disable-sync",
  "--disable-component-update",
  "--use-angle=swiftshader",
  "--enable-unsafe-swiftshader",
];

/**
 * @param {readonly string[]} [more] further flags
 * @returns {Promise<import("playwright-core").Browser>}
 */
export function launchChromium(more = []) {
  if (chromiumPath === undefined) throw new Error(noChromium);
  return chromium.launch({ executablePath: chromiumPath, args: [...flags, ...more] });
}
