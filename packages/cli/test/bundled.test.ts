import { spawnSync } from "node:child_process";
import { mkdirSync, readdirSync, symlinkSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { rolldown } from "rolldown";
import { expect, it } from "vitest";
import { temporaryFolder } from "./support/files.ts";

const packageFolder = join(import.meta.dirname, "..");

/**
 * Bundles a program that imports `run` from "wellbegun" to CommonJS, and runs it. `import.meta` is an empty object there, as
 * esbuild and webpack make it.
 */
it("A program bundled to CommonJS, where import.meta.url is undefined, does what it does as a module", async () => {
  const folder = temporaryFolder();
  symlinkSync(join(packageFolder, "../../node_modules"), join(folder, "node_modules"));
  writeFileSync(
    join(folder, "program.mjs"),
    `import { run } from "wellbegun";
     run(process.argv.slice(2)).then((status) => { process.exitCode = status; });`,
  );
  const bundle = await rolldown({
    input: join(folder, "program.mjs"),
    platform: "node",
    external: /^@wellbegun\/(backend-|evaluation-report)/,
    transform: { define: { "import.meta": "({})" } },
  });
  await bundle.write({ dir: join(folder, "built"), format: "cjs" });
  await bundle.close();
  writeFileSync(join(folder, "built/package.json"), '{"type": "commonjs"}');
  expect(readdirSync(join(folder, "built"))).toContain("program.js");
  mkdirSync(join(folder, "work"));
  const program = (...args: string[]): { status: number | null; stderr: string } => {
    const built = [join(folder, "built/program.js"), ...args];
    const { status, stderr } = spawnSync(process.execPath, built, {
      cwd: join(folder, "work"),
      encoding: "utf8",
    });
    return { status, stderr };
  };
  for (const args of [
    ["--version"],
    ["synth", "--out", "data", "--users", "60", "--items", "30", "--interactions", "500", "--quiet"],
    ["init", "data", "--out", "out", "--quiet"],
    ["inspect", "out", "--quiet"],
    ["doctor", "--quiet"],
    ["evaluate", "data", "--bundle", "out", "--report", "report.html", "--quiet"],
  ])
    expect(program(...args), args.join(" ")).toEqual({ status: 0, stderr: "" });
  // The Python files are not in the bundle; they are looked for where the package is installed.
  expect(program("wire", "mmrec:BPR", "out", "--into", ".", "--quiet")).toEqual({ status: 0, stderr: "" });
});
