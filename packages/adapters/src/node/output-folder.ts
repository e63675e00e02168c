import { lstat, readdir, readlink, realpath } from "node:fs/promises";
import { resolve, sep } from "node:path";
import { WellbegunError } from "@wellbegun/core";
import { ioError, systemCode } from "./io-error.ts";
import { refuseInputs } from "./refuse-inputs.ts";

/** Options that say what an output folder may replace. */
export interface OutputFolderOptions {
  /**
   * `true` replaces an earlier output even if its folder contains other files. A path replaces any content; it
   * must be the output's own path, given a second time as confirmation. Default: `false`, which replaces only
   * an empty folder, or an earlier output without other files.
   */
  readonly overwrite?: boolean | string | undefined;
  /**
   * Names of an earlier output's files in a folder; empty if the folder holds no earlier output. Default: none.
   */
  readonly own?: ((folder: string) => Promise<readonly string[]>) | undefined;
  /** Paths that the output is made from. A folder that is or holds one of them is never replaced. Default: none. */
  readonly inputs?: readonly string[] | undefined;
}

const DOING = "writing the output folder";
const OLD_OR_EMPTY = "an empty folder, or an earlier output and nothing else";

/**
 * Throws if the folder must not be replaced. `writeFolder` calls this before and after the content is made; a
 * program with a long computation calls it at its start.
 *
 * @returns Whether the folder exists.
 * @throws {WellbegunError} `invalid-option` if `out` is a symbolic link, a file, the working folder or one above it, an
 * input or a folder that holds one, or a folder with files that may not be replaced; `io` if it cannot be reached.
 */
export async function checkOutputFolder(out: string, options: OutputFolderOptions = {}): Promise<boolean> {
  const { overwrite = false, own, inputs = [] } = options;
  const path = resolve(out);
  const named = typeof overwrite === "string";
  if (named && resolve(overwrite) !== path) {
    throw refused("the output folder itself, named a second time", overwrite, "option overwrite");
  }
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
  await refuseInputs(path, inputs, { doing: DOING });
  await refuseWorkingFolder(path);
  if (named) return true;
  const names = await readdir(path).catch((cause) => {
    throw ioError(DOING, "a readable folder", path, cause);
  });
  const ours = names.length === 0 ? [] : ((await own?.(path)) ?? []);
  const foreign = names.filter((name) => !ours.includes(name)).sort();
  if (foreign.length === 0 || (overwrite === true && ours.length > 0)) return true;
  const listed = foreign.slice(0, 3).join(", ") + (foreign.length > 3 ? ", …" : "");
  const hint =
    ours.length > 0
      ? "Choose another folder. To overwrite this one (--force) deletes them too."
      : `Choose another folder, or name this one a second time (--force ${out}) to delete what lies there.`;
  throw refused(OLD_OR_EMPTY, `other files (${listed})`, path, hint);
}

async function refuseWorkingFolder(path: string): Promise<void> {
  const real = await realpath(path);
  const working = await realpath(process.cwd());
  if (working !== real && !working.startsWith(real.endsWith(sep) ? real : real + sep)) return;
  throw refused("a folder that can be replaced", "the working folder or one above it", path);
}

function refused(expected: string, found: string, at: string, hint?: string): WellbegunError {
  const parts = { doing: DOING, expected, found, at };
  return new WellbegunError("invalid-option", hint === undefined ? parts : { ...parts, hint });
}
