import { isWellbegunError, WellbegunError } from "@wellbegun/core";
import { type FileMetaData, parquetMetadataAsync, parquetScan } from "hyparquet";
import { compressors } from "hyparquet-compressors";
import type { ColumnBatch, ColumnSource } from "../columns/source.ts";

/** Bytes that are read in parts: a file, a `Blob`, or what a server sends for a range. */
export interface ByteSource {
  readonly byteLength: number;
  /** The bytes from `start` up to `end`. Default of `end`: the last byte. */
  slice(start: number, end?: number): ArrayBuffer | Promise<ArrayBuffer>;
}

const DOING = "reading a Parquet file";

/**
 * Most rows in a batch, where the file has an index of its pages; without one, a batch is a row group, since a part of a row
 * group costs as much to read as all of it.
 */
const BATCH_ROWS = 1 << 14;

/**
 * Opens a Parquet file: reads its footer, and nothing else before `batches` is called. All usual compressions are read
 * (Snappy, zstd, gzip, LZ4, Brotli), and only the columns asked for.
 *
 * @param bytes The whole file, or a source that is read in parts.
 * @param label What to call the file in errors. Default: `the Parquet file`.
 * @throws {WellbegunError} `format` if this is no Parquet file or it is cut off; while reading also if a page is damaged.
 */
export async function openParquet(
  bytes: ByteSource | Uint8Array,
  label: string = "the Parquet file",
): Promise<ColumnSource> {
  const file = bytes instanceof Uint8Array ? bytesInMemory(bytes) : bytes;
  const metadata = await reading(label, "a complete Parquet file", () => parquetMetadataAsync(file));
  const names = columnNames(metadata);
  return { label, names, batches: (wanted) => readBatches(file, metadata, label, wanted) };
}

async function* readBatches(
  file: ByteSource,
  metadata: FileMetaData,
  label: string,
  names: readonly string[],
): AsyncGenerator<ColumnBatch> {
  let groupStart = 0;
  for (const [group, rowGroup] of metadata.row_groups.entries()) {
    const { columns } = rowGroup;
    const groupRows = Number(rowGroup.num_rows);
    // A scan plans the whole file; of a file of one row group the plan is short, and rows are counted from the group's.
    const one = { ...metadata, row_groups: [rowGroup] };
    const options = { file, metadata: one, compressors, columns: [...names] };
    const wanted = columns.filter(({ meta_data }) => names.includes(meta_data?.path_in_schema[0] ?? ""));
    const indexed = wanted.every(({ offset_index_offset }) => offset_index_offset !== undefined);
    const step = indexed ? BATCH_ROWS : groupRows;
    for (let first = 0; first < groupRows; first += step) {
      const rows = Math.min(step, groupRows - first);
      // A scan keeps what it has read; a new one for each batch lets go of it.
      const scan = await parquetScan(options);
      const values: ArrayLike<unknown>[] = [];
      for (const column of names) {
        const at = `${label}, row group ${group}, column ${column}`;
        const read = await reading(at, "readable pages", () =>
          scan.readColumn({ column, rowStart: first, rowEnd: first + rows }),
        );
        if (read.length !== rows) throw damaged(at, `${rows} values`, `${read.length}`);
        values.push(read);
      }
      yield { firstRow: groupStart + first, rows, columns: values };
    }
    groupStart += groupRows;
  }
}

/** Names of the columns at the top, which the file stores depth first: each element with children is followed by them. */
function columnNames({ schema }: FileMetaData): string[] {
  const names: string[] = [];
  const endOf = (index: number): number => {
    let next = index + 1;
    for (let child = 0; child < (schema[index]?.num_children ?? 0); child++) next = endOf(next);
    return next;
  };
  for (let index = 1; index < schema.length; index = endOf(index)) names.push(schema[index]!.name);
  return names;
}

function bytesInMemory(bytes: Uint8Array): ByteSource {
  return {
    byteLength: bytes.byteLength,
    slice: (start, end) => bytes.slice(start, end).buffer,
  };
}

async function reading<T>(at: string, expected: string, read: () => Promise<T>): Promise<T> {
  try {
    return await read();
  } catch (cause) {
    if (isWellbegunError(cause)) throw cause;
    throw damaged(at, expected, cause instanceof Error ? cause.message : String(cause), cause);
  }
}

function damaged(at: string, expected: string, found: string, cause?: unknown): WellbegunError {
  return new WellbegunError("format", { doing: DOING, expected, found, at, cause });
}
