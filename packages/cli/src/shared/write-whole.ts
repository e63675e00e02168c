import { randomBytes } from "node:crypto";
import { rmSync } from "node:fs";
import { rename, writeFile } from "node:fs/promises";
import { basename, dirname, join, resolve } from "node:path";
import { ioError } from "@wellbegun/adapters/node";
import type { Io } from "./io.ts";

/**
 * Writes a text file atomically: into a temporary file next to it, which is then renamed.
 *
 * @throws {WellbegunError} `io` if it cannot be written; an existing file is then unchanged.
 */
export async function writeWhole(path: string, text: string, doing: string, io: Io): Promise<void> {
  const target = resolve(path);
  const unique = randomBytes(6).toString("hex");
  const partial = join(dirname(target), `.${basename(target)}.partial-${unique}`);
  io.atExit?.(() => rmSync(partial, { force: true }));
  try {
    await writeFile(partial, text);
    await rename(partial, target);
  } catch (cause) {
    rmSync(partial, { force: true });
    throw ioError(doing, "a writable file in a folder that is there", path, cause);
  }
}
