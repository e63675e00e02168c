/** Packs the public packages as npm would publish them. */

import { join } from "node:path";
import { run, workspacePackages } from "../workspace.mjs";

/**
 * Packs every package that is published. Expects a build.
 * @param {string} destination a folder for the tarballs
 * @returns {import("./contents.mjs").Packed[]}
 */
export function packAll(destination) {
  return workspacePackages()
    .filter(({ manifest }) => manifest.private !== true)
    .map((owner) => pack(owner, destination));
}

/**
 * @param {import("../workspace.mjs").Package} owner
 * @param {string} destination
 * @returns {import("./contents.mjs").Packed}
 */
function pack(owner, destination) {
  const output = run("npm", ["pack", "--json", "--pack-destination", destination], { cwd: owner.folder });
  // npm 10 prints an array, later versions may print an object by package name.
  /** @type {Record<string, { filename: string, unpackedSize: number, files: { path: string }[] }>} */
  const results = JSON.parse(output);
  const result = Object.values(results)[0];
  if (result === undefined) throw new Error(`npm pack of ${owner.name} reported no tarball: ${output}`);
  const files = result.files.map(({ path }) => path);
  return { owner, tarball: join(destination, result.filename), files, unpackedSize: result.unpackedSize };
}
