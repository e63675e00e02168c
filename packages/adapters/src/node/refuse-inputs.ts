import { readdir, realpath, stat } from "node:fs/promises";
import { basename, dirname, join, resolve } from "node:path";
import { WellbegunError } from "@wellbegun/core";

/** Options of {@link refuseInputs}. */
export interface RefuseInputsOptions {
  /** What is being done, for the error. */
  readonly doing: string;
  /** Whether files right in an input folder are inputs too, wherever their links lead. Default: true. */
  readonly entries?: boolean | undefined;
}

/**
 * Refuses an output path that is one of the inputs, or a folder that one of them lies in: replacing it would delete
 * what the output is made from. Files and folders are compared by device and inode where the system has these, so that
 * symbolic links, hard links, mounts and file systems without letter case do not hide that two paths are one.
 *
 * @param out Path of a file or folder to be written. A path where nothing lies yet is never refused.
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
  /** The path with symbolic links followed and, where the system tells it, the letter case on the disk. */
  readonly path: string;
  readonly device: bigint;
  readonly inode: bigint;
}

async function identify(path: string): Promise<Identity | undefined> {
  try {
    const { dev, ino } = await stat(path, { bigint: true });
    return { path: await realpath(path), device: dev, inode: ino };
  } catch {
    // A path that cannot be reached is reported by whoever reads or writes it.
    return undefined;
  }
}

/** Whether two paths lead to one file or folder. Some network file systems have no inodes and tell 0 for all. */
function same(a: Identity | undefined, b: Identity): boolean {
  if (a === undefined) return false;
  return a.path === b.path || (a.inode !== 0n && a.inode === b.inode && a.device === b.device);
}

/** The files right in a folder, links to files too. A folder in it may be an earlier output that was put there. */
async function entriesOf(folder: string): Promise<string[]> {
  const files: string[] = [];
  for (const name of await readdir(folder).catch(() => [])) {
    const path = join(folder, name);
    if ((await stat(path).catch(() => undefined))?.isFile() === true) files.push(path);
  }
  return files;
}

/** A path, and all folders above it: of the path as it is named, and of the place that its links lead to. */
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
