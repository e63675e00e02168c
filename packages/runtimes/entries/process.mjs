/**
 * Runs the program in Node, Deno or Bun: files from the folder it is started in, results to the folder it is given.
 * Arguments: that folder, the group of backends, and the stages, separated by commas.
 */

import { mkdir, readFile, writeFile } from "node:fs/promises";
import { dirname, join } from "node:path";
import process from "node:process";
import { isGroup } from "../groups.mjs";
import { runProgram } from "../program.mjs";
import { processPeers } from "./process-peers.mjs";

const [out, group = "", stages] = process.argv.slice(2);
if (out === undefined || !isGroup(group)) throw new Error("expected a folder and the name of a group");
const { candidates } = await import(`../backends/${group}.mjs`);

await runProgram(
  {
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
    peers: processPeers,
  },
  candidates,
  stages?.split(","),
);
// Software GPUs keep threads that would keep the process.
process.exit(0);
