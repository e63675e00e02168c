/** Packs the public packages as npm would publish them. */

import { join } from "node:path";
import { root, run, workspacePackages } from "../workspace.mjs";

/** @typedef {{ name: string, filename: string, unpackedSize: number, files: { path: string }[] }} Result */

/**
 * Packs every package that is published, in one run of npm. Expects a build.
 * @param {string} destination a folder for the tarballs
 * @returns {import("./contents.mjs").Packed[]}
 */
export function packAll(destination) {
  const owners = workspacePackages().filter(({ manifest }) => manifest.private !== true);
  const chosen = owners.flatMap(({ path }) => ["--workspace", path]);
  const output = run("npm", ["pack", "--json", "--pack-destination", destination, ...chosen], { cwd: root });
  // npm 10 prints an array, later versions may print an object by package name.
  /** @type {Result[]} */
  const results = Object.values(JSON.parse(output));
  return owners.map((owner) => {
    const result = results.find(({ name }) => name === owner.name);
    if (result === undefined) throw new Error(`npm pack reported no tarball of ${owner.name}: ${output}`);
    const files = result.files.map(({ path }) => path);
    return { owner, tarball: join(destination, result.filename), files, unpackedSize: result.unpackedSize };
  });
}
