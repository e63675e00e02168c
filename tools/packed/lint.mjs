/** publint and "are the types wrong" on a tarball. */

import { readFileSync } from "node:fs";
import { createRequire } from "node:module";
import { publint } from "publint";
import { formatMessage } from "publint/utils";
import { message, run } from "../workspace.mjs";

const attw = createRequire(import.meta.url)
  .resolve("@arethetypeswrong/cli/package.json")
  .replace("package.json", "dist/index.js");

/** @param {import("./contents.mjs").Packed} packed @returns {Promise<string[]>} */
export async function publintProblems({ tarball }) {
  const bytes = readFileSync(tarball);
  const data = bytes.buffer.slice(bytes.byteOffset, bytes.byteOffset + bytes.byteLength);
  const { messages, pkg } = await publint({ strict: true, pack: { tarball: data } });
  return messages.map((found) => `publint, ${found.type}: ${formatMessage(found, pkg) ?? found.code}`);
}

/**
 * The types of every entry point, as resolved by node16 (ESM) and by bundlers; "esm-only" leaves out require().
 * @param {import("./contents.mjs").Packed} packed
 * @returns {string[]}
 */
export function typesProblems({ tarball }) {
  try {
    run(process.execPath, [
      attw,
      tarball,
      "--profile",
      "esm-only",
      "--format",
      "ascii",
      "--no-color",
      "--no-emoji",
    ]);
    return [];
  } catch (error) {
    return [`attw: ${message(error)}`];
  }
}
