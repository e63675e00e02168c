/** `wellbegun init` in a process of its own, with the CPU time of all its threads. */

import { mkdtempSync, readFileSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { root } from "./checkout.mjs";
import { runJson } from "./process.mjs";

/**
 * @param {readonly string[]} args the dataset and options
 * @param {string} [tree] the built repository whose program runs
 */
export async function runInit(args, tree = root) {
  const work = mkdtempSync(join(tmpdir(), "wellbegun-cpu-"));
  const file = join(work, "cpu");
  process.env.WELLBEGUN_CPU_FILE = file;
  try {
    const preload = new URL("cpu-time.mjs", import.meta.url).href;
    const program = join(tree, "packages/cli/bin/wellbegun.js");
    const command = [process.execPath, "--import", preload, program, "init", ...args, "--json"];
    const { wallSeconds } = await runJson(command, undefined);
    return { wallSeconds, cpuSeconds: Number(readFileSync(file, "utf8")) };
  } finally {
    rmSync(work, { recursive: true, force: true });
  }
}
