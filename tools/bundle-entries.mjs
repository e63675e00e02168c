/**
 * Puts what a package exports into a few files, dist/entries: one for each entry point, and those that several of them share.
 * Node, Deno and Bun load these, since looking up and reading 200 modules takes them longer than the vectors of a small dataset.
 * Bundlers take the modules that tsc wrote, of which they leave out more than of whole files.
 *
 *     node ../../tools/bundle-entries.mjs     in a package's folder, after tsc
 */

import { rm } from "node:fs/promises";
import { join } from "node:path";
import { rolldown } from "rolldown";
import { readJson } from "./workspace.mjs";

const folder = process.cwd();
/** @type {import("./workspace.mjs").Manifest} */
const { exports = {} } = readJson(join(folder, "package.json"));
const entries = Object.values(exports).flatMap((target) => {
  const found = typeof target === "string" ? null : /^\.\/dist\/entries\/(.*)\.js$/.exec(target.node ?? "");
  return found?.[1] === undefined ? [] : [found[1]];
});
const program = await rolldown({
  input: Object.fromEntries(entries.map((name) => [name, join(folder, "src", `${name}.ts`)])),
  // Other packages, this repository's included, stay imports, so that each is loaded once.
  external: (id) => !/^[./]/.test(id) && !id.startsWith(folder),
  platform: "node",
  transform: { target: "es2022" },
});
const dir = join(folder, "dist/entries");
await rm(dir, { recursive: true, force: true });
await program.write({
  dir,
  format: "esm",
  sourcemap: true,
  sourcemapExcludeSources: true,
  chunkFileNames: "shared/[name]-[hash].js",
});
await program.close();
