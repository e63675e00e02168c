import { randomBytes } from "node:crypto";
import { renameSync, rmdirSync, rmSync } from "node:fs";
import { mkdir, realpath, stat } from "node:fs/promises";
import { basename, dirname, join, resolve } from "node:path";
import type { AbortSignalLike } from "@wellbegun/core";
import { throwIfAborted } from "@wellbegun/core/support";
import { syncFolder } from "./durable.ts";
import { ioError, systemCode } from "./io-error.ts";
import { checkOutputFolder, type OutputFolderOptions } from "./output-folder.ts";
import { previousName, recoverFolder, removeReplaced } from "./recover-folder.ts";

/** Options of {@link writeFolder}. */
export interface WriteFolderOptions extends OutputFolderOptions {
  /** Stops the writing between files; everything written so far is removed. */
  readonly signal?: AbortSignalLike | undefined;
}

const DOING = "writing the output folder";

/** Folders to remove if the process ends now, with the parents made for them (deepest first). */
const unfinished: Map<string, readonly string[]> = new Map();

/**
 * Writes a folder as a whole or not at all: `fill` writes into a hidden folder next to `out`, which is then
 * renamed to `out`. An existing folder stays unchanged until that moment, and permanently if anything fails or
 * the signal is aborted. Missing parents are created; parents that are symbolic links are followed. A process
 * that is killed between the two renames of a replacement leaves the old folder under a temporary name, and the
 * next call restores it first.
 *
 * @throws {WellbegunError} `invalid-option` as `checkOutputFolder`; `io` if the place cannot be written; `aborted`; and
 * what `fill` throws.
 */
export async function writeFolder<T>(
  out: string,
  options: WriteFolderOptions,
  fill: (folder: string) => Promise<T>,
): Promise<T> {
  throwIfAborted(options, DOING);
  const path = resolve(out);
  await recoverFolder(path);
  const replaces = await checkOutputFolder(path, options);
  const madeParents = await makeParents(dirname(path));
  const target = join(await realpath(dirname(path)), basename(path));
  if (replaces) await removeReplaced(target);
  const unique = randomBytes(6).toString("hex");
  const staging = join(dirname(target), `.${basename(target)}.partial-${unique}`);
  unfinished.set(staging, madeParents);
  try {
    await mkdir(staging).catch((cause) => {
      throw ioError(DOING, "to make a folder here", dirname(path), cause);
    });
    const result = await fill(staging);
    await syncFolder(staging, DOING);
    throwIfAborted(options, DOING);
    const exists = await checkOutputFolder(path, options);
    const previous = previousName(target, unique);
    // Nothing is awaited from here to the end of the swap, so that no signal handler can run in between.
    swap(staging, target, exists ? previous : undefined);
    unfinished.delete(staging);
    if (exists) unfinished.set(previous, []);
    await syncFolder(dirname(target), DOING);
    await removeReplaced(target).finally(() => unfinished.delete(previous));
    return result;
  } finally {
    discard(staging);
  }
}

/**
 * Removes the unfinished output of {@link writeFolder} and `writeBundle` synchronously. Meant for handlers of
 * signals and of the process's exit, after which nothing else runs. Writers that are still running fail.
 */
export function discardUnfinished(): void {
  for (const staging of unfinished.keys()) discard(staging);
}

function discard(staging: string): void {
  const madeParents = unfinished.get(staging);
  if (madeParents === undefined) return;
  unfinished.delete(staging);
  try {
    rmSync(staging, { recursive: true, force: true, maxRetries: 3 });
  } catch {
    // The original error is already being reported, or the process is ending.
  }
  removeFolders(madeParents);
}

/** Makes the missing folders of a path one by one, and returns them, deepest first; all or none. */
async function makeParents(parent: string): Promise<string[]> {
  const missing: string[] = [];
  for (let path = parent; !(await isThere(path)); path = dirname(path)) missing.push(path);
  const made: string[] = [];
  // mkdir's own recursion is avoided: it reports a read-only disk as a missing folder.
  for (const path of missing.reverse()) {
    try {
      await mkdir(path);
    } catch (cause) {
      removeFolders(made);
      throw ioError(DOING, "to make its parent folders", path, cause);
    }
    made.unshift(path);
  }
  return made;
}

async function isThere(path: string): Promise<boolean> {
  try {
    await stat(path);
    return true;
  } catch (cause) {
    if (systemCode(cause) === "ENOENT" && dirname(path) !== path) return false;
    throw ioError(DOING, "a reachable folder", path, cause);
  }
}

/** Removes empty folders; a folder that is not empty stays. */
function removeFolders(folders: readonly string[]): void {
  try {
    for (const folder of folders) rmdirSync(folder);
  } catch {
    // This is cleanup after a failure that is already being reported.
  }
}

function swap(staging: string, target: string, previous: string | undefined): void {
  try {
    if (previous !== undefined) renameSync(target, previous);
    try {
      renameSync(staging, target);
    } catch (cause) {
      if (previous !== undefined) renameSync(previous, target);
      throw cause;
    }
  } catch (cause) {
    throw ioError(DOING, "to put the finished folder in its place", target, cause);
  }
}
