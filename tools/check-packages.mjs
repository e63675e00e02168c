/**
 * Packs every public package and checks what a user would get: the contents, publint, the types, an install of
 * all tarballs in an empty folder, an import of every entry point, a start of every program.
 *
 * Expects a build. Only third-party dependencies come from the registry.
 */

import { mkdirSync, mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import {
  consumerTypesProblems,
  importProblems,
  installProblems,
  programProblems,
  sourceMapProblems,
} from "./packed/consumer.mjs";
import { contentProblems } from "./packed/contents.mjs";
import { distImportProblems } from "./packed/dist-imports.mjs";
import { publintProblems, typesProblems } from "./packed/lint.mjs";
import { conclude, run, workspacePackages } from "./workspace.mjs";

/**
 * @param {import("./workspace.mjs").Package} owner
 * @param {string} destination
 * @returns {import("./packed/contents.mjs").Packed}
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

const temporary = mkdtempSync(join(tmpdir(), "wellbegun-packed-"));
try {
  const packages = workspacePackages()
    .filter(({ manifest }) => manifest.private !== true)
    .map((owner) => pack(owner, temporary));

  for (const packed of packages) {
    const { owner, files, unpackedSize } = packed;
    const title = `${owner.name}: ${files.length} files, ${(unpackedSize / 1024).toFixed(0)} KB unpacked`;
    conclude(title, [
      ...contentProblems(packed),
      ...distImportProblems(packed),
      ...(await publintProblems(packed)),
      ...typesProblems(packed),
    ]);
  }

  const consumer = join(temporary, "consumer");
  mkdirSync(consumer);
  conclude("all tarballs installed together", installProblems(consumer, packages));
  conclude("source maps", sourceMapProblems(consumer, packages));
  conclude("entry points import", importProblems(consumer, packages));
  conclude("programs start", programProblems(consumer, packages));
  conclude("entry points type-check", consumerTypesProblems(consumer, packages));
} finally {
  rmSync(temporary, { recursive: true, force: true });
}
