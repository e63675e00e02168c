/**
 * Removes from a package's dist what the compiler made of source files that are gone: `tsc -b` leaves it, and it would be published.
 * Runs before each build, in the folder of the package.
 *
 *   node ../../tools/prune-dist.mjs
 */

import { existsSync, readdirSync, rmSync } from "node:fs";
import { join } from "node:path";

const ENDINGS = [".d.ts", ".d.ts.map", ".js", ".js.map"];

if (existsSync("dist")) {
  // What bundlers make has no declarations.
  for (const file of readdirSync("dist", { recursive: true, encoding: "utf8" })) {
    const stem = file.replace(/\.d\.ts$/, "");
    if (stem === file || existsSync(join("src", `${stem}.ts`))) continue;
    for (const ending of ENDINGS) rmSync(join("dist", stem + ending), { force: true });
  }
}
