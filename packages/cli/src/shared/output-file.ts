import { type FileHandle, lstat, open } from "node:fs/promises";
import { resolve } from "node:path";
import { ioError, refuseInputs } from "@wellbegun/adapters/node";
import { WellbegunError } from "@wellbegun/core";

/** A file that a command is asked to write, and what it may replace. */
export interface OutputFile {
  readonly path: string;
  /** What the file is, for messages: "a report". */
  readonly what: string;
  /** Files and folders that the command reads. */
  readonly inputs: readonly string[];
  /** Whether the first bytes of a file, as text, show an earlier output of this kind. */
  readonly isOwn: (start: string) => boolean;
  /** Whether an earlier output is replaced without `--force`. */
  readonly replacesOwn: boolean;
  /** Whether any file may be replaced that is no input, because the path was named a second time. */
  readonly replacesAny: boolean;
  /** What to do instead, for the message. */
  readonly hint: string;
}

/** Bytes that are looked at to tell an earlier output. */
const START_BYTES = 1 << 16;

/**
 * Throws for a file that must not be replaced: an input, a link, a device, or a file of another program. Call
 * it before anything is computed.
 *
 * @throws {WellbegunError} `invalid-option` saying what is there; `io` if it cannot be read.
 */
export async function checkOutputFile(file: OutputFile): Promise<void> {
  const { path, what, inputs, isOwn, replacesOwn, replacesAny, hint } = file;
  const doing = `writing ${what}`;
  const refuse = (found: string): never => {
    const expected = replacesOwn ? `a new file, or ${what} to replace` : "a file that is not there yet";
    throw new WellbegunError("invalid-option", { doing, expected, found, at: path, hint });
  };
  const status = await lstat(path).catch(() => undefined);
  if (status === undefined) return;
  if (!status.isFile()) refuse(status.isDirectory() ? "a folder" : "a link, a device or a pipe");
  await refuseInputs(path, inputs, { doing, entries: false });
  const own = status.size === 0 || isOwn(await startOf(path, doing));
  // What the program wrote into an input's folder earlier is no input.
  if (!own) await refuseInputs(path, inputs, { doing });
  if (replacesAny || (own && replacesOwn)) return;
  refuse(own ? `${what} of an earlier run` : "another file");
}

/** Whether `--force` was given with the path of this output, which allows any file there to be replaced. */
export function namedAgain(path: string, force: boolean | string | undefined): boolean {
  if (typeof force !== "string") return false;
  if (resolve(force) === resolve(path)) return true;
  throw new WellbegunError("invalid-option", {
    doing: "reading the options",
    expected: `nothing, or ${path} once more`,
    found: force,
    at: "option --force",
  });
}

async function startOf(path: string, doing: string): Promise<string> {
  let handle: FileHandle | undefined;
  try {
    handle = await open(path, "r");
    const { buffer, bytesRead } = await handle.read(new Uint8Array(START_BYTES), 0, START_BYTES, 0);
    return new TextDecoder().decode(buffer.subarray(0, bytesRead));
  } catch (cause) {
    throw ioError(doing, "a readable file", path, cause);
  } finally {
    await handle?.close();
  }
}
