/** Writes the pages that are made from code and from recorded figures, before VitePress builds: none of them is in git. */

import { mkdirSync, writeFileSync } from "node:fs";
import { dirname, join } from "node:path";
import { fileURLToPath } from "node:url";
import { writeApi } from "./api.mjs";
import { benchmarksPage } from "./benchmarks.mjs";
import { commandLinePage } from "./command-line.mjs";
import { copyPlayground } from "./playground.mjs";
import { speedPage } from "./speed.mjs";

const docs = fileURLToPath(new URL("..", import.meta.url));

/** @param {string} name @param {string} text */
function write(name, text) {
  const file = join(docs, "reference", name);
  mkdirSync(dirname(file), { recursive: true });
  writeFileSync(file, text);
}

write("command-line.md", await commandLinePage());
write("benchmarks.md", benchmarksPage());
write("speed.md", speedPage());
copyPlayground(join(docs, "public/playground"));
await writeApi(join(docs, "reference/api"));
