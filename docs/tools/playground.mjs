/** The playground is built by its package; the site has a copy, as plain files. */

import { cpSync, rmSync } from "node:fs";
import { fileURLToPath } from "node:url";

const built = fileURLToPath(new URL("../../packages/playground/dist", import.meta.url));

/** @param {string} into */
export function copyPlayground(into) {
  rmSync(into, { recursive: true, force: true });
  cpSync(built, into, { recursive: true });
}
