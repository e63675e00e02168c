import type { TableShape } from "../bundle/manifest-files.ts";
import type { ColumnBatch } from "../columns/source.ts";
import { VectorColumn } from "../columns/vector-column.ts";
import { elementsToBytes } from "../formats/elements.ts";
import { openParquetFile } from "./column-file.ts";
import { openFile, readFully } from "./files.ts";

const DOING = "reading a table of a bundle";

/** Rows of a table in one file. */
export interface PartPlace {
  /** The first row, and the row after the last. */
  readonly rows: readonly [number, number];
  /** Reads whole rows, from a row of the part on, little-endian and row-major, until `into` is full. */
  readonly read: (row: number, into: Uint8Array) => Promise<void>;
}

/** The position of a table's values: in one file, or in its parts in the order of the rows. */
export interface TablePlace extends TableShape {
  /** The file's path, or what the parts are called in errors. */
  readonly label: string;
  readonly parts: readonly PartPlace[];
}

/** A table whose values follow each other in a file, from a byte on. */
export function plainPlace(shape: TableShape, path: string, start: number): TablePlace {
  const rowBytes = (shape.shape[1] ?? 1) * 4;
  const read = async (row: number, into: Uint8Array): Promise<void> => {
    const { handle } = await openFile(path, DOING);
    try {
      await readFully(handle, into, start + row * rowBytes, path);
    } finally {
      await handle.close();
    }
  };
  return { ...shape, label: path, parts: [{ rows: [0, shape.shape[0] ?? 0], read }] };
}

/**
 * A table in the column `vector` of a Parquet file. The batch in which a read ends is kept until its last row is read, since blocks are
 * smaller than row groups, and a row group is decoded as a whole.
 */
export function parquetPlace(shape: TableShape, path: string): TablePlace {
  const [rows = 0, columns = 1] = shape.shape;
  let kept: ColumnBatch | undefined;
  const read = async (row: number, into: Uint8Array): Promise<void> => {
    const values = new Float32Array(into.length / 4);
    const column = new VectorColumn("vector", DOING, { width: columns, place: "the manifest" });
    let done = 0;
    const take = (batch: ColumnBatch): void => {
      let r = row + done / columns - batch.firstRow;
      for (; r < batch.rows && done < values.length; r++, done += columns) {
        const at = batch.firstRow + r;
        const vector = batch.columns[0]![r];
        column.widthOf(vector, { label: path }, at);
        column.copy(vector, values.subarray(done, done + columns), { label: path }, at);
      }
      kept = r < batch.rows ? batch : undefined;
    };
    const first = kept;
    if (first !== undefined && row >= first.firstRow && row < first.firstRow + first.rows) take(first);
    if (done < values.length) {
      const file = await openParquetFile(path);
      try {
        for await (const batch of file.batches(["vector"], row + done / columns)) {
          take(batch);
          if (done === values.length) break;
        }
      } finally {
        await file.close();
      }
    }
    into.set(elementsToBytes(values));
  };
  return { ...shape, label: path, parts: [{ rows: [0, rows], read }] };
}
