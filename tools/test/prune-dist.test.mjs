import { spawnSync } from "node:child_process";
import { mkdirSync, mkdtempSync, readdirSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";
import { fileURLToPath } from "node:url";
import { afterAll, expect, it } from "vitest";

const folder = mkdtempSync(join(tmpdir(), "wellbegun-dist-"));
afterAll(() => rmSync(folder, { recursive: true, force: true }));

/** @param {string} file */
function write(file) {
  mkdirSync(dirname(join(folder, file)), { recursive: true });
  writeFileSync(join(folder, file), "");
}

const prune = () =>
  spawnSync(process.execPath, [fileURLToPath(new URL("../prune-dist.mjs", import.meta.url))], {
    cwd: folder,
    encoding: "utf8",
  });

it("What was compiled from source files that are gone leaves dist, and bundles stay", () => {
  expect(prune()).toMatchObject({ status: 0, stderr: "" });
  const compiled = (/** @type {string} */ stem) =>
    [".js", ".js.map", ".d.ts", ".d.ts.map"].map((ending) => `dist/${stem}${ending}`);
  const kept = [...compiled("index"), ...compiled("deep/used"), "dist/bundle.js", "dist/.tsbuildinfo"];
  for (const file of [
    ...kept,
    ...compiled("deep/gone"),
    ...compiled("gone"),
    "src/index.ts",
    "src/deep/used.ts",
  ]) {
    write(file);
  }
  expect(prune()).toMatchObject({ status: 0, stderr: "" });
  const found = readdirSync(join(folder, "dist"), { recursive: true, withFileTypes: true })
    .filter((entry) => entry.isFile())
    .map((entry) => join(entry.parentPath, entry.name).slice(folder.length + 1));
  expect(found.sort()).toEqual(kept.sort());
});
