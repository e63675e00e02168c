import { type FileHandle, mkdtemp, open, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import type { BundleTable } from "@wellbegun/adapters/bundle";
import { ioError } from "@wellbegun/adapters/node";
import type { TableSink, WellbegunError } from "@wellbegun/core";
import { closeAll, multiplyAll } from "@wellbegun/core/support";

/** Tables between the fit, which makes them all at once block by block, and the bundle, which takes one at a time. */
export interface TableStore extends TableSink {
  /** The finished tables, in the order in which they were begun. */
  tables(): BundleTable[];
  /** One table as an array: rows x columns, row-major. */
  read(name: string): Promise<Float32Array>;
  close(): Promise<void>;
}

/** Keeps tables in memory. */
export function memoryStore(): TableStore {
  const kept = new Map<string, { rows: number; columns: number; data: Float32Array }>();
  return {
    begin: (name, rows, columns) => {
      kept.set(name, { rows, columns, data: new Float32Array(rows * columns) });
    },
    write: (name, firstRow, view) => {
      const { columns, data } = kept.get(name)!;
      data.set(view, firstRow * columns);
    },
    tables: () => [...kept].map(([name, table]) => ({ name, ...table })),
    scale: (name, factor) => multiplyAll(kept.get(name)!.data, factor),
    read: async (name) => kept.get(name)!.data,
    close: async () => undefined,
  };
}

/** Bytes of one call at most: Node ends the process where they are 2^31 or more. */
const CALL_BYTES = 2 ** 30;
/** Values that are read back at a time. */
const BLOCK_VALUES = 1 << 20;

/**
 * Keeps tables in temporary files, for tables that must not be in memory together. A factor is multiplied into the values
 * as they are read back, so that no file is written twice. The files are unlinked as
 * soon as they are open, so that nothing remains however the process ends.
 *
 * @param parent An existing folder for the files. Default: the system's.
 */
export async function fileStore(parent: string = tmpdir()): Promise<TableStore> {
  const kept = new Map<string, { rows: number; columns: number; file: FileHandle; factor: number }>();
  const readRows = async (name: string, firstRow: number, into: Float32Array): Promise<void> => {
    const { columns, file, factor } = kept.get(name)!;
    const bytes = new Uint8Array(into.buffer, into.byteOffset, into.byteLength);
    for (let done = 0; done < bytes.length; ) {
      const position = firstRow * columns * 4 + done;
      const { bytesRead } = await file.read(bytes, done, Math.min(CALL_BYTES, bytes.length - done), position);
      if (bytesRead === 0) throw storeError(parent, "all of its bytes", "an early end");
      done += bytesRead;
    }
    if (factor !== 1) multiplyAll(into, factor);
  };
  async function* blocks(name: string): AsyncGenerator<Float32Array> {
    const { rows, columns } = kept.get(name)!;
    const height = Math.max(1, Math.floor(BLOCK_VALUES / columns));
    const block = new Float32Array(Math.min(rows, height) * columns);
    for (let first = 0; first < rows; first += height) {
      const part = block.subarray(0, Math.min(height, rows - first) * columns);
      await readRows(name, first, part);
      yield part;
    }
  }
  return {
    begin: async (name, rows, columns) => {
      kept.set(name, { rows, columns, file: await openNameless(parent), factor: 1 });
    },
    scale: (name, factor) => {
      kept.get(name)!.factor = factor;
    },
    write: async (name, firstRow, view) => {
      const { columns, file } = kept.get(name)!;
      const bytes = new Uint8Array(view.buffer, view.byteOffset, view.byteLength);
      for (let done = 0; done < bytes.length; ) {
        const position = firstRow * columns * 4 + done;
        const { bytesWritten } = await file
          .write(bytes, done, Math.min(CALL_BYTES, bytes.length - done), position)
          .catch((cause: unknown) => {
            throw storeError(parent, "room for the tables", cause);
          });
        done += bytesWritten;
      }
    },
    tables: () =>
      [...kept].map(([name, { rows, columns }]) => ({
        ...{ name, rows, columns },
        // Read as often as it is asked for.
        blocks: { [Symbol.asyncIterator]: () => blocks(name) },
      })),
    read: async (name) => {
      const { rows, columns } = kept.get(name)!;
      const data = new Float32Array(rows * columns);
      await readRows(name, 0, data);
      return data;
    },
    close: () =>
      closeAll(
        [...kept.values()].map(
          ({ file }) =>
            () =>
              file.close(),
        ),
      ),
  };
}

async function openNameless(parent: string): Promise<FileHandle> {
  try {
    const folder = await mkdtemp(join(parent, "wellbegun-"));
    try {
      return await open(join(folder, "table"), "wx+");
    } finally {
      await rm(folder, { recursive: true, force: true });
    }
  } catch (cause) {
    throw storeError(parent, "a writable folder for temporary files", cause);
  }
}

function storeError(parent: string, expected: string, cause: unknown): WellbegunError {
  const hint =
    "The option --temp of a log in files of columns, or the environment variable TMPDIR, names another folder.";
  return ioError("keeping tables in temporary files", expected, parent, cause, hint);
}
