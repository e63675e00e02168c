import { closeSync, ftruncateSync, mkdtempSync, openSync, readSync, rmSync, writeSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import type { RowStore } from "../columns/read-features.ts";
import { READ_BYTES } from "./files.ts";
import { ioError } from "./io-error.ts";

/** Rows in a temporary file. */
export interface RowFile extends RowStore {
  close(): void;
}

const DOING = "keeping features in a temporary file";

/**
 * Keeps rows in a file without a name, so that nothing remains however the process ends. Calls are synchronous: a row is
 * a small write, which takes less time than a promise does.
 *
 * @param parent An existing folder. Default: the system's folder for temporary files.
 * @throws {WellbegunError} `io` if the disk is full or not writable.
 */
export function rowFile(rows: number, columns: number, parent: string = tmpdir()): RowFile {
  const failing = <T>(expected: string, work: () => T): T => {
    try {
      return work();
    } catch (cause) {
      throw ioError(DOING, expected, parent, cause);
    }
  };
  const file = failing("a writable folder", () => {
    const folder = mkdtempSync(join(parent, "wellbegun-"));
    try {
      return openSync(join(folder, "features"), "wx+");
    } finally {
      rmSync(folder, { recursive: true, force: true });
    }
  });
  const bytesOf = ({ buffer, byteOffset, byteLength }: Float32Array): Uint8Array =>
    new Uint8Array(buffer, byteOffset, byteLength);
  // A row that never comes reads as zeros.
  failing("room for the features", () => ftruncateSync(file, rows * columns * 4));
  return {
    put: (row, values) =>
      failing("room for the features", () => {
        const bytes = bytesOf(values);
        for (let done = 0; done < bytes.length; ) {
          done += writeSync(file, bytes, done, bytes.length - done, row * bytes.length + done);
        }
      }),
    read: (firstRow, _rows, into) =>
      failing("its own bytes", () => {
        const bytes = bytesOf(into);
        for (let done = 0; done < bytes.length; ) {
          const length = Math.min(READ_BYTES, bytes.length - done);
          const read = readSync(file, bytes, done, length, firstRow * columns * 4 + done);
          if (read === 0) throw new Error("an early end");
          done += read;
        }
      }),
    close: () => closeSync(file),
  };
}
