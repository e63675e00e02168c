import { readdir, realpath, stat } from "node:fs/promises";
import { basename, dirname, join, resolve } from "node:path";
import { WellbegunError } from "@wellbegun/core";

/** Options of {@link refuseInputs}. */
export interface RefuseInputsOptions {
  /** What is being done, for the error. */
  readonly doing: string;
  /**
   * Whether files directly in an input folder are inputs too, including the targets of links. Default: true.
   */
  readonly entries?: boolean | undefined;
}

/**
 * Throws if an output path is an input or a folder that contains one: replacing it would delete the data that
 * the output is made from. Files and folders are compared by device and inode if the system has these, so that
 * symbolic links, hard links, mounts and case-insensitive file systems do not hide that two paths are the same.
 *
 * @param out Path of a file or folder to be written. A path that does not exist is always accepted.
 * @param inputs Paths of files and folders that are read.
 * @throws {WellbegunError} `invalid-option` with the output and the input that it would replace.
 */
export async function refuseInputs(
  out: string,
  inputs: readonly string[],
  { doing, entries = true }: RefuseInputsOptions,
): Promise<void> {
  const output = await identify(out);
  if (output === undefined) return;
  const seen = new Set<string>();
  for (const input of inputs) {
    for (const path of [input, ...(entries ? await entriesOf(input) : [])]) {
      for (const above of await foldersAbove(path)) {
        if (seen.has(above)) continue;
        seen.add(above);
        if (!same(await identify(above), output)) continue;
        const isInput = same(await identify(path), output);
        throw new WellbegunError("invalid-option", {
          doing,
          expected: "an output that replaces no input",
          found: isInput ? `the input ${path}` : `a folder that holds the input ${path}`,
          at: out,
          hint: "Choose another place. No option allows this one.",
        });
      }
    }
  }
}

interface Identity {
  /** The path with symbolic links resolved and, if the system reports it, the letter case on the disk. */
  readonly path: string;
  readonly device: bigint;
  readonly inode: bigint;
}

async function identify(path: string): Promise<Identity | undefined> {
  try {
    const { dev, ino } = await stat(path, { bigint: true });
    return { path: await realpath(path), device: dev, inode: ino };
  } catch {
    // The code that later reads or writes an unreachable path reports it.
    return undefined;
  }
}

/**
 * Whether two paths lead to one file or folder. Some network file systems have no inodes and report 0 for all.
 */
function same(a: Identity | undefined, b: Identity): boolean {
  if (a === undefined) return false;
  return a.path === b.path || (a.inode !== 0n && a.inode === b.inode && a.device === b.device);
}

/**
 * The files directly in a folder, including links to files. Subfolders are left out, since one may be an
 * earlier output.
 */
async function entriesOf(folder: string): Promise<string[]> {
  const files: string[] = [];
  for (const name of await readdir(folder).catch(() => [])) {
    const path = join(folder, name);
    if ((await stat(path).catch(() => undefined))?.isFile() === true) files.push(path);
  }
  return files;
}

/** A path and all folders above it, both for the path as given and for the path with links resolved. */
async function foldersAbove(path: string): Promise<string[]> {
  const absolute = resolve(path);
  const parent = await realpath(dirname(absolute)).catch(() => dirname(absolute));
  const named = join(parent, basename(absolute));
  const real = await realpath(absolute).catch(() => named);
  return [...new Set([named, real].flatMap(upwards))];
}

function upwards(path: string): string[] {
  const above = dirname(path);
  return above === path ? [path] : [path, ...upwards(above)];
}
