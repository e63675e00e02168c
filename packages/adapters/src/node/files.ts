import { type FileHandle, open, readFile } from "node:fs/promises";
import { WellbegunError } from "@wellbegun/core";
import { ioError } from "./io-error.ts";

/** Reads a small file whole. */
export async function readWhole(path: string, doing: string): Promise<Uint8Array> {
  try {
    return await readFile(path);
  } catch (cause) {
    throw ioError(doing, "a readable file", path, cause);
  }
}

/** Bytes of a large file that are read at a time. */
const PART_BYTES = 64 * 2 ** 20;

/** The bytes of a file in parts, in order. A part is only valid until the next one. */
export async function* readParts(path: string, doing: string): AsyncGenerator<Uint8Array> {
  const { handle, bytes } = await openFile(path, doing);
  try {
    const part = new Uint8Array(Math.min(bytes, PART_BYTES));
    for (let position = 0; position < bytes; position += part.length) {
      const view = part.subarray(0, Math.min(part.length, bytes - position));
      await readFully(handle, view, position, path);
      yield view;
    }
  } finally {
    await handle.close();
  }
}

/** Opens a file for reading and returns its size. */
export async function openFile(path: string, doing: string): Promise<{ handle: FileHandle; bytes: number }> {
  try {
    const handle = await open(path, "r");
    const status = await handle.stat();
    if (status.isFile()) return { handle, bytes: status.size };
    await handle.close();
  } catch (cause) {
    throw ioError(doing, "a readable file", path, cause);
  }
  throw new WellbegunError("io", { doing, expected: "a file", found: "something else", at: path });
}

/** Bytes of one read at most: Node ends the process where they are 2^31 or more. */
export const READ_BYTES: number = 2 ** 30;

/** Fills `into` from the file's bytes at `position`, however many reads that takes. */
export async function readFully(
  handle: FileHandle,
  into: Uint8Array,
  position: number,
  path: string,
): Promise<void> {
  const doing = "reading a file";
  for (let done = 0; done < into.length; ) {
    let bytesRead: number;
    try {
      const length = Math.min(READ_BYTES, into.length - done);
      ({ bytesRead } = await handle.read(into, done, length, position + done));
    } catch (cause) {
      throw ioError(doing, "to read its bytes", path, cause);
    }
    if (bytesRead === 0) {
      const expected = `bytes ${position} to ${position + into.length}`;
      const found = `an end after ${position + done}: the file was cut off`;
      throw new WellbegunError("format", { doing, expected, found, at: path });
    }
    done += bytesRead;
  }
}
