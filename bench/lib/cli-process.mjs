/** A program of Node, such as a command of `wellbegun`, in a process of its own, with the CPU time of all its threads. */

import { mkdtempSync, readFileSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { root } from "./checkout.mjs";
import { runLines } from "./process.mjs";

/** @typedef {{ readonly wallSeconds: number, readonly cpuSeconds: number }} Times */

/**
 * The program that a tree's shell command runs.
 * @param {string} [tree] the built repository
 */
export function programOf(tree = root) {
  return join(tree, "packages/cli/bin/wellbegun.js");
}

/**
 * @param {readonly string[]} args what Node runs
 * @returns {Promise<Times & { readonly text: string }>} with what it printed
 */
export async function runNode(args) {
  const work = mkdtempSync(join(tmpdir(), "wellbegun-cpu-"));
  const file = join(work, "cpu");
  process.env.WELLBEGUN_CPU_FILE = file;
  try {
    const preload = new URL("cpu-time.mjs", import.meta.url).href;
    const started = performance.now();
    const lines = await runLines([process.execPath, "--import", preload, ...args]);
    const wallSeconds = (performance.now() - started) / 1000;
    return { wallSeconds, cpuSeconds: Number(readFileSync(file, "utf8")), text: lines.join("\n") };
  } finally {
    rmSync(work, { recursive: true, force: true });
  }
}

/**
 * @param {readonly string[]} args the command and its options
 * @param {string} [tree] the built repository whose program runs
 * @returns {Promise<Times & { readonly output: any }>} with what it printed, as JSON
 */
export async function runCli(args, tree) {
  const { text, ...times } = await runNode([programOf(tree), ...args, "--json"]);
  return { ...times, output: JSON.parse(text) };
}
