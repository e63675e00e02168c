/** Runs the program in Node, Deno or Bun: files from the folder it is started in, results to the folder it is given. */

import { mkdir, readFile, writeFile } from "node:fs/promises";
import { dirname, join } from "node:path";
import process from "node:process";
import { runProgram } from "../program.mjs";

const [out] = process.argv.slice(2);
if (out === undefined) throw new Error("expected the folder for the results as the only argument");

await runProgram({
  async readFile(path) {
    try {
      return new Uint8Array(await readFile(path));
    } catch (error) {
      if (error instanceof Error && "code" in error && error.code === "ENOENT") return undefined;
      throw error;
    }
  },
  async writeFile(path, bytes) {
    const target = join(out, path);
    await mkdir(dirname(target), { recursive: true });
    await writeFile(target, bytes);
  },
  log: (line) => console.log(line),
});
