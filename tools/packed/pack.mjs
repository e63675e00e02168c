/**
 * Packs the public packages as npm would publish them. Expects a build.
 *
 *     node tools/packed/pack.mjs <folder>
 *
 * packs them once, for programs that run with WELLBEGUN_TARBALLS=<folder>.
 */

import { mkdirSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { isMain, readJson, root, run, workspacePackages } from "../workspace.mjs";

/** @typedef {{ name: string, filename: string, unpackedSize: number, files: { path: string }[] }} Result */

/** What npm said of the tarballs, in their folder. */
const list = "packed.json";

const published = () => workspacePackages().filter(({ manifest }) => manifest.private !== true);

/**
 * Packs every package that is published, in one run of npm, or takes the tarballs of WELLBEGUN_TARBALLS.
 * @param {string} destination a folder for the tarballs
 * @returns {import("./contents.mjs").Packed[]}
 */
export function packAll(destination) {
  const given = process.env.WELLBEGUN_TARBALLS;
  const folder = given ?? destination;
  /** @type {Result[]} */
  const results = given === undefined ? packInto(folder) : readJson(join(folder, list));
  return published().map((owner) => {
    const result = results.find(({ name }) => name === owner.name);
    if (result === undefined) throw new Error(`${folder}: expected a tarball of ${owner.name}, found none`);
    const files = result.files.map(({ path }) => path);
    return { owner, tarball: join(folder, result.filename), files, unpackedSize: result.unpackedSize };
  });
}

/** @param {string} folder @returns {Result[]} */
function packInto(folder) {
  const chosen = published().flatMap(({ path }) => ["--workspace", path]);
  const output = run("npm", ["pack", "--json", "--pack-destination", folder, ...chosen], { cwd: root });
  // npm 10 prints an array, later versions may print an object by package name.
  return Object.values(JSON.parse(output));
}

if (isMain(import.meta.url)) {
  const folder = process.argv[2];
  if (folder === undefined) throw new Error("usage: node tools/packed/pack.mjs <folder>");
  mkdirSync(folder, { recursive: true });
  const results = packInto(folder);
  writeFileSync(join(folder, list), JSON.stringify(results));
  console.log(`${results.length} tarballs in ${folder}`);
}
