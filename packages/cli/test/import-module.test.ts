import { mkdirSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { afterEach, expect, it } from "vitest";
import { importModule } from "../src/shared/backends/import-module.ts";
import { packageVersion } from "../src/shared/versions.ts";
import { temporaryFolder } from "./support/files.ts";

const before = process.cwd();
afterEach(() => process.chdir(before));

/** A folder with one installed package, which exports nothing but its entry point. */
function folderWith(name: string, code: string): string {
  const folder = temporaryFolder();
  const home = join(folder, "node_modules", name);
  mkdirSync(join(home, "lib"), { recursive: true });
  const manifest = { name, version: "4.5.6", type: "module", exports: { default: "./lib/index.js" } };
  writeFileSync(join(home, "package.json"), JSON.stringify(manifest));
  writeFileSync(join(home, "lib", "index.js"), code);
  return folder;
}

it("importModule finds what is installed in the folder where the program runs, with its version", async () => {
  process.chdir(folderWith("wellbegun-only-here", "export const found = 7;"));
  expect(await importModule("wellbegun-only-here")).toMatchObject({ found: 7 });
  expect(packageVersion("wellbegun-only-here")).toBe("4.5.6");
});

it("importModule reports a package that is in neither place, and passes on what a package throws", async () => {
  process.chdir(folderWith("wellbegun-broken", "throw new Error('no addon');"));
  await expect(importModule("wellbegun-in-no-place")).rejects.toMatchObject({ code: "ERR_MODULE_NOT_FOUND" });
  await expect(importModule("wellbegun-broken")).rejects.toThrow("no addon");
  expect(packageVersion("wellbegun-in-no-place")).toBe("unknown");
});
