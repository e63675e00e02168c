/**
 * Packs every public package and checks the result as a user gets it: the contents, publint, the types, an
 * install of all tarballs in an empty folder, an import of every entry point, a start of every program.
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
import { packAll } from "./packed/pack.mjs";
import { conclude } from "./workspace.mjs";

const temporary = mkdtempSync(join(tmpdir(), "wellbegun-packed-"));
try {
  const packages = packAll(temporary);

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
