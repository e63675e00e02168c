import { readdir, rename, rm, stat } from "node:fs/promises";
import { basename, dirname, join, resolve } from "node:path";
import { setTimeout as delay } from "node:timers/promises";
import { ioError, systemCode } from "./io-error.ts";

/** The path to which `writeFolder` moves the folder that it replaces, between its two renames. */
export function previousName(target: string, unique: string): string {
  return join(dirname(target), `.${basename(target)}.previous-${unique}`);
}

/** A wait that is longer than another process takes between the two renames. */
const SWAP_MS = 100;

/**
 * Restores an output folder that a killed process left half replaced: the old folder was moved aside, and the
 * new one was not yet in its place. Does nothing otherwise. `writeFolder` calls this itself; call it before
 * reading a folder that may be missing for this reason.
 *
 * @param folder The output folder's path.
 * @returns Whether the old folder was put back.
 * @throws {WellbegunError} `io` if it cannot be restored.
 */
export async function recoverFolder(folder: string): Promise<boolean> {
  const target = resolve(folder);
  if ((await isThere(target)) || (await previousOf(target)).length === 0) return false;
  // A process that is alive finishes its replacement within this time.
  await delay(SWAP_MS);
  if (await isThere(target)) return false;
  const [previous] = await previousOf(target);
  if (previous === undefined) return false;
  try {
    await rename(previous, target);
    return true;
  } catch (cause) {
    throw ioError("putting back a folder that was being replaced", "to rename it", previous, cause);
  }
}

/**
 * Removes the replaced folders next to an output, including those that a killed process left. Each is renamed
 * first, so that a folder named {@link previousName} is always complete.
 */
export async function removeReplaced(target: string): Promise<void> {
  const replaced = await foldersBeside(target, "replaced");
  try {
    for (const previous of await previousOf(target)) {
      const doomed = previous.replace(/\.previous-(?=[0-9a-f]+$)/, ".replaced-");
      await rename(previous, doomed);
      replaced.push(doomed);
    }
    for (const folder of replaced) await rm(folder, { recursive: true, force: true, maxRetries: 3 });
  } catch (cause) {
    const doing = "removing the replaced folder (the new one is in place)";
    throw ioError(doing, "to remove it", dirname(target), cause);
  }
}

function previousOf(target: string): Promise<string[]> {
  return foldersBeside(target, "previous");
}

/** Paths next to the target with the names that this module gives, in order. */
async function foldersBeside(target: string, kind: "previous" | "replaced"): Promise<string[]> {
  const start = `.${basename(target)}.${kind}-`;
  const names = await readdir(dirname(target)).catch(() => []);
  return names
    .filter((name) => name.startsWith(start) && /^[0-9a-f]{12}$/.test(name.slice(start.length)))
    .map((name) => join(dirname(target), name))
    .sort();
}

async function isThere(path: string): Promise<boolean> {
  try {
    await stat(path);
    return true;
  } catch (cause) {
    if (systemCode(cause) === "ENOENT" || systemCode(cause) === "ENOTDIR") return false;
    throw ioError("looking for an output folder", "a reachable place", path, cause);
  }
}
