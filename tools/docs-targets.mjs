/**
 * Writes docs/targets.md from the target table, or with --check tells whether it is what the table says.
 *
 *     node tools/docs-targets.mjs [--check]
 */

import { readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { conclude, isMain, root } from "./workspace.mjs";

const path = "docs/targets.md";

if (isMain(import.meta.url)) {
  const { targetsMarkdown } = await import("@wellbegun/adapters/targets");
  const text = targetsMarkdown();
  const file = join(root, path);
  if (process.argv.includes("--check")) {
    const same = readFileSync(file, "utf8") === text;
    conclude(path, same ? [] : [`${path} is not what the target table says; run "npm run docs:targets"`]);
  } else {
    writeFileSync(file, text);
  }
}
