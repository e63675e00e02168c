import { randomBytes } from "node:crypto";
import { renameSync, rmdirSync, rmSync } from "node:fs";
import { lstat, mkdir, open, readdir, readlink, realpath, rm, stat } from "node:fs/promises";
import { basename, dirname, join, resolve, sep } from "node:path";
import { type AbortSignalLike, WellbegunError } from "@wellbegun/core";
import { throwIfAborted } from "@wellbegun/core/support";
import { ioError, systemCode } from "./io-error.ts";

/** Options of {@link writeFolder}. */
export interface WriteFolderOptions {
  /** Replace whatever folder is there. Default: false, only an empty folder or one that is all `own`. */
  readonly overwrite?: boolean | undefined;
  /** Stops the writing between files; nothing is left then. */
  readonly signal?: AbortSignalLike | undefined;
  /** Of the names in an existing folder, those that this writer may replace without `overwrite`. Default: none. */
  readonly own?: ((folder: string) => Promise<readonly string[]>) | undefined;
}

const DOING = "writing the output folder";

/** Folders that are to go if the process ends now, with the parents made for them (deepest first). */
const unfinished: Map<string, readonly string[]> = new Map();

/**
 * Writes a folder as a whole or not at all: `fill` writes into a hidden folder beside `out`, which then takes its
 * place by renaming. What stood there before stays whole until that moment, and for good if anything fails or the
 * signal is aborted. Missing parents are made; parents that are symbolic links are followed.
 *
 * @throws {WellbegunError} `invalid-option` if `out` is a symbolic link, a file, the working folder or one above it, or a
 * folder with files that may not be replaced; `io` if the place cannot be written; `aborted`; and what `fill` throws.
 */
export async function writeFolder<T>(
  out: string,
  options: WriteFolderOptions,
  fill: (folder: string) => Promise<T>,
): Promise<T> {
  throwIfAborted(options, DOING);
  const path = resolve(out);
  await checkTarget(path, options);
  const madeParents = await makeParents(dirname(path));
  const target = join(await realpath(dirname(path)), basename(path));
  const unique = randomBytes(6).toString("hex");
  const staging = join(dirname(target), `.${basename(target)}.partial-${unique}`);
  unfinished.set(staging, madeParents);
  try {
    await mkdir(staging).catch((cause) => {
      throw ioError(DOING, "to make a folder here", dirname(path), cause);
    });
    const result = await fill(staging);
    await syncFolder(staging);
    throwIfAborted(options, DOING);
    const exists = await checkTarget(path, options);
    const previous = join(dirname(target), `.${basename(target)}.previous-${unique}`);
    // From here to the end of the swap nothing is awaited, so that no signal handler can run in between.
    swap(staging, target, exists ? previous : undefined);
    unfinished.delete(staging);
    if (exists) unfinished.set(previous, []);
    await syncFolder(dirname(target));
    if (exists) await removePrevious(previous);
    return result;
  } finally {
    discard(staging);
  }
}

/**
 * Removes what {@link writeFolder} and `writeBundle` have not finished, at once and without awaiting: for the handler of
 * a signal or of the process's exit, after which nothing else runs. Writers that are still running fail.
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
    // What made the folder worthless is already being reported, or the process is ending.
  }
  removeFolders(madeParents);
}

/** Refuses a place that must not be replaced; tells whether a folder is there. */
async function checkTarget(path: string, options: WriteFolderOptions): Promise<boolean> {
  const status = await lstat(path).catch((cause) => {
    if (systemCode(cause) === "ENOENT") return undefined;
    throw ioError(DOING, "a place for a folder", path, cause);
  });
  if (status === undefined) return false;
  if (status.isSymbolicLink()) {
    const found = `a symbolic link to ${await readlink(path)}`;
    throw refused("a folder, or nothing yet", found, path, "Name the folder that it leads to.");
  }
  if (!status.isDirectory()) throw refused("a folder, or nothing yet", "a file", path);
  const real = await realpath(path);
  const working = await realpath(process.cwd());
  if (working === real || working.startsWith(real.endsWith(sep) ? real : real + sep)) {
    throw refused("a folder that can be replaced", "the working folder or one above it", path);
  }
  if (options.overwrite === true) return true;
  const names = await readdir(path).catch((cause) => {
    throw ioError(DOING, "a readable folder", path, cause);
  });
  const own = names.length === 0 ? [] : ((await options.own?.(path)) ?? []);
  const foreign = names.filter((name) => !own.includes(name)).sort();
  if (foreign.length === 0) return true;
  const listed = foreign.slice(0, 3).join(", ") + (foreign.length > 3 ? ", …" : "");
  const expected = "an empty folder, or an earlier output and nothing else";
  const hint = "Choose another folder, or ask for it to be overwritten.";
  throw refused(expected, `other files (${listed})`, path, hint);
}

/** Makes the missing folders of a path one by one, and returns them, deepest first; all or none. */
async function makeParents(parent: string): Promise<string[]> {
  const missing: string[] = [];
  for (let path = parent; !(await isThere(path)); path = dirname(path)) missing.push(path);
  const made: string[] = [];
  // Not by mkdir's own recursion, which reports a read-only disk as a missing folder.
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

/** Removes empty folders; one that has got something in it stays. */
function removeFolders(folders: readonly string[]): void {
  try {
    for (const folder of folders) rmdirSync(folder);
  } catch {
    // Tidying up after a failure that is already being reported.
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

async function removePrevious(previous: string): Promise<void> {
  try {
    await rm(previous, { recursive: true, force: true, maxRetries: 3 });
  } catch (cause) {
    throw ioError("removing the replaced folder (the new one is in place)", "to remove it", previous, cause);
  } finally {
    unfinished.delete(previous);
  }
}

/** Makes the names in a folder durable, where the system has that for folders. */
async function syncFolder(folder: string): Promise<void> {
  if (process.platform === "win32") return;
  try {
    const handle = await open(folder, "r");
    await handle.sync().finally(() => handle.close());
  } catch (cause) {
    // Some network file systems know no such thing; the files themselves have been synced.
    if (systemCode(cause) === "EINVAL" || systemCode(cause) === "ENOTSUP") return;
    throw ioError(DOING, "to make it durable", folder, cause);
  }
}

function refused(expected: string, found: string, at: string, hint?: string): WellbegunError {
  const parts = { doing: DOING, expected, found, at };
  return new WellbegunError("invalid-option", hint === undefined ? parts : { ...parts, hint });
}
