import { isWellbegunError, WellbegunError } from "@wellbegun/core";
import { namesOf, refuseUnknownKeys } from "@wellbegun/core/support";
import { type FileMetaData, parquetMetadataAsync, parquetScan, type RowGroup } from "hyparquet";
import { compressors } from "hyparquet-compressors";
import type { ColumnBatch, ColumnSource } from "../columns/source.ts";
import type { ByteSource } from "./bytes.ts";
import { type ColumnChunkBytes, readColumnChunk } from "./column-chunk.ts";

const DOING = "reading a Parquet file";

/**
 * Largest number of rows in a batch, for files with a page index. Without an index a batch is a whole row
 * group, since reading part of a row group costs as much as reading all of it.
 */
const BATCH_ROWS = 1 << 14;

/** Options of {@link openParquet}. */
export interface ParquetOptions {
  /** What values of binary columns are that do not say that they are text: `text`, as old writers mean it, or `bytes`. Default: `text`. */
  readonly binary?: "text" | "bytes" | undefined;
}

const optionNames = namesOf<ParquetOptions>({ binary: true });

/** A Parquet file, whose rows can be read from any row on. */
export interface ParquetSource extends ColumnSource {
  /** Number of rows. */
  readonly rows: number;
  /** The rows from `firstRow` (default: 0) to the last; row groups before it are not read. */
  batches(names: readonly string[], firstRow?: number): AsyncIterable<ColumnBatch>;
}

/**
 * Opens a Parquet file: reads its footer, and nothing else before `batches` is called. Supports the
 * compressions Snappy, zstd, gzip, LZ4 and Brotli, and reads only the requested columns.
 *
 * @param bytes The whole file, or a source that is read in parts.
 * @param label What to call the file in errors. Default: `the Parquet file`.
 * @param options How its columns are read.
 * @throws {WellbegunError} `format` if this is not a Parquet file or is cut off, or while reading if a page is
 * damaged; `invalid-option` for an option that there is not.
 */
export async function openParquet(
  bytes: ByteSource | Uint8Array,
  label: string = "the Parquet file",
  options: ParquetOptions = {},
): Promise<ParquetSource> {
  refuseUnknownKeys(DOING, options, optionNames);
  const file = bytes instanceof Uint8Array ? bytesInMemory(bytes) : bytes;
  const { metadata, names } = await reading(label, "a complete Parquet file", async () => {
    // Geospatial columns are not used here, and detecting them would trust a damaged schema.
    const read = await parquetMetadataAsync(file, { geoparquet: false });
    return { metadata: read, names: columnNames(read) };
  });
  const rows = metadata.row_groups.reduce((sum, { num_rows }) => sum + Number(num_rows), 0);
  const batches: ParquetSource["batches"] = (wanted, firstRow = 0) =>
    readBatches(file, metadata, label, options, wanted, firstRow);
  return { label, names, rows, batches };
}

async function* readBatches(
  file: ByteSource,
  metadata: FileMetaData,
  label: string,
  options: ParquetOptions,
  names: readonly string[],
  firstRow: number,
): AsyncGenerator<ColumnBatch> {
  let groupStart = 0;
  for (const [group, rowGroup] of metadata.row_groups.entries()) {
    const groupRows = Number(rowGroup.num_rows);
    const skipped = Math.max(0, firstRow - groupStart);
    if (skipped >= groupRows) {
      groupStart += groupRows;
      continue;
    }
    const columns = names.map((name) =>
      columnReader(file, metadata, rowGroup, options, name, `${label}, row group ${group}, column ${name}`),
    );
    const step = columns.every(({ indexed }) => indexed) ? BATCH_ROWS : Math.max(1, groupRows);
    for (let first = skipped; first < groupRows; first += step) {
      const rows = Math.min(step, groupRows - first);
      const values: ArrayLike<unknown>[] = [];
      for (const { read } of columns) values.push(await read(first, rows));
      yield { firstRow: groupStart + first, rows, columns: values };
    }
    groupStart += groupRows;
  }
}

/** Reads a column of a row group in parts; its bytes are read once, with the first part. */
function columnReader(
  file: ByteSource,
  metadata: FileMetaData,
  rowGroup: RowGroup,
  { binary = "text" }: ParquetOptions,
  column: string,
  at: string,
): { indexed: boolean; read: (first: number, rows: number) => Promise<ArrayLike<unknown>> } {
  // A scan plans the whole file. For a file of one row group the plan is short, and rows count from the group's
  // start.
  const alone = { ...metadata, row_groups: [rowGroup] };
  const chunks = rowGroup.columns.filter(({ meta_data }) => meta_data?.path_in_schema?.[0] === column);
  let bytes: ColumnChunkBytes[] | undefined;
  const cached: ByteSource = {
    byteLength: file.byteLength,
    slice(start, end = file.byteLength) {
      const chunk = bytes!.find((one) => start >= one.start && end <= one.start + one.bytes.byteLength);
      return chunk === undefined
        ? file.slice(start, end)
        : chunk.bytes.slice(start - chunk.start, end - chunk.start);
    },
  };
  return {
    indexed: chunks.every(({ offset_index_offset }) => offset_index_offset !== undefined),
    read: (first, rows) =>
      reading(at, "readable pages", async () => {
        bytes ??= await Promise.all(chunks.map(({ meta_data }) => readColumnChunk(file, meta_data!)));
        // A scan keeps all decoded values; a new scan for each part frees them.
        const utf8 = binary === "text";
        const scan = await parquetScan({
          file: cached,
          metadata: alone,
          compressors,
          utf8,
          columns: [column],
        });
        const values = await scan.readColumn({ column, rowStart: first, rowEnd: first + rows });
        if (values.length !== rows) throw new Error(`${values.length} values in ${rows} rows`);
        return values;
      }),
  };
}

/**
 * Names of the top-level columns. The file stores the schema depth first: the children of an element follow it.
 */
function columnNames({ schema }: FileMetaData): string[] {
  const names: string[] = [];
  if (schema.some(({ num_children = 0 }) => !(num_children >= 0)))
    throw new Error("a schema of negative size");
  const endOf = (index: number): number => {
    let next = index + 1;
    for (let child = 0; child < (schema[index]?.num_children ?? 0); child++) {
      if (next >= schema.length) throw new Error("a schema of fewer elements than it promises");
      next = endOf(next);
    }
    return next;
  };
  for (let index = 1; index < schema.length; index = endOf(index)) names.push(schema[index]!.name);
  return names;
}

function bytesInMemory(bytes: Uint8Array): ByteSource {
  return {
    byteLength: bytes.byteLength,
    // Node's Buffer has a slice() that copies nothing, whose buffer holds the whole file.
    slice: (start, end) => new Uint8Array(bytes.subarray(start, end)).buffer,
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
