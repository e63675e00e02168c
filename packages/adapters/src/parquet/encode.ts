import { type AbortSignalLike, type Table, WellbegunError } from "@wellbegun/core";
import { namesOf, refuseUnknownKeys } from "@wellbegun/core/support";
import { readIdColumn } from "../columns/id-column.ts";
import { checkVectors, valueBatches } from "../vectors/batches.ts";
import { asVectors, type Vectors } from "../vectors/vectors.ts";
import { arrowSchema } from "./arrow-schema.ts";
import { type ColumnChunk, fileMetadata, type RowGroup } from "./footer.ts";
import { idPage, vectorPage } from "./pages.ts";

/** Options of {@link encodeParquet} and {@link parquetChunks}. */
export interface EncodeParquetOptions {
  /**
   * Rows of a row group, the part of a file that readers read at once. Default: as many as make 64 MiB of
   * vectors.
   */
  readonly rowsPerGroup?: number | undefined;
  /**
   * Whether the metadata says to readers that know Arrow that the vectors are lists of a fixed size. Default: true.
   * `false` for readers that accept only lists.
   */
  readonly fixedSize?: boolean | undefined;
  readonly signal?: AbortSignalLike | undefined;
}

const DOING = "writing a Parquet file";
const optionNames = namesOf<EncodeParquetOptions>({ rowsPerGroup: true, fixedSize: true, signal: true });
const MAGIC: Uint8Array = new TextEncoder().encode("PAR1");
/** Bytes of vectors in a page. */
const PAGE_BYTES = 1 << 20;
const GROUP_BYTES = 1 << 26;

/**
 * A table of vectors as a Parquet file with the columns `id` (text, or int64 if the IDs are numbers; without IDs the row
 * numbers) and `vector` (a list of float32, of one length; by the metadata a list of fixed size for readers that know
 * Arrow), in chunks of about 1 MiB: memory does not grow with the table.
 * Uncompressed, since vectors hardly compress. The metadata holds the vectors' origin under the key
 * `wellbegun`.
 *
 * @throws {WellbegunError} `invalid-data` if an ID occurs twice, IDs are of two kinds or beyond 64 bits, or a value is not
 * finite; `invalid-option` for a table without rows or columns; `aborted`.
 */
export async function* parquetChunks(
  given: Table | Vectors,
  options: EncodeParquetOptions = {},
): AsyncGenerator<Uint8Array> {
  refuseUnknownKeys(DOING, options, optionNames);
  const vectors = asVectors(given);
  checkVectors(vectors, DOING);
  const { rows, columns, provenance } = vectors;
  const rowsPerPage = Math.max(1, Math.floor(PAGE_BYTES / (4 * columns)));
  const rowsPerGroup = groupRows(
    options.rowsPerGroup ?? Math.max(1, Math.floor(GROUP_BYTES / (4 * columns))),
  );
  const ids = await readIdColumn(vectors, rowsPerPage, DOING);
  const groups: RowGroup[] = [];
  let offset = 0;
  const sized = (part: Uint8Array): Uint8Array => {
    offset += part.length;
    return part;
  };

  try {
    yield sized(MAGIC);
    let idChunk: ColumnChunk | undefined;
    let groupStart = 0;
    let vectorOffset = 0;
    let vectorRows = 0;
    const values = valueBatches(vectors, { doing: DOING, rowsPerBatch: rowsPerPage, signal: options.signal });
    for await (const { count: batchRows, data } of values) {
      for (let first = 0; first < batchRows; ) {
        if (idChunk === undefined) {
          const groupEnd = Math.min(rows, groupStart + rowsPerGroup);
          const start = offset;
          for (let row = groupStart; row < groupEnd; row += rowsPerPage) {
            const end = Math.min(groupEnd, row + rowsPerPage);
            for (const part of idPage(await ids.take(end - row))) yield sized(part);
          }
          idChunk = { offset: start, bytes: offset - start, values: groupEnd - groupStart };
          [vectorOffset, vectorRows] = [offset, 0];
        }
        const count = Math.min(batchRows - first, idChunk.values - vectorRows);
        const page = vectorPage(data.subarray(first * columns, (first + count) * columns), columns);
        for (const part of page) yield sized(part);
        vectorRows += count;
        first += count;
        if (vectorRows < idChunk.values) continue;
        const chunk = { offset: vectorOffset, bytes: offset - vectorOffset, values: vectorRows * columns };
        groups.push({ rows: vectorRows, ids: idChunk, vectors: chunk });
        groupStart += vectorRows;
        idChunk = undefined;
      }
    }
    await ids.expectEnd();
  } finally {
    await ids.close();
  }
  const footer = fileMetadata(ids.kind, groups, {
    ...(options.fixedSize !== false && { "ARROW:schema": arrowSchema(ids.kind, columns) }),
    ...(provenance !== undefined && { wellbegun: JSON.stringify(provenance) }),
  });
  yield footer;
  yield Uint8Array.from([footer.length, footer.length >> 8, footer.length >> 16, footer.length >> 24]);
  yield MAGIC;
}

/** A table of vectors as the bytes of a Parquet file, as {@link parquetChunks} makes them. */
export async function encodeParquet(
  given: Table | Vectors,
  options: EncodeParquetOptions = {},
): Promise<Uint8Array> {
  const chunks: Uint8Array[] = [];
  for await (const chunk of parquetChunks(given, options)) chunks.push(chunk);
  const bytes = new Uint8Array(chunks.reduce((sum, chunk) => sum + chunk.length, 0));
  let offset = 0;
  for (const chunk of chunks) {
    bytes.set(chunk, offset);
    offset += chunk.length;
  }
  return bytes;
}

function groupRows(rowsPerGroup: number): number {
  if (Number.isSafeInteger(rowsPerGroup) && rowsPerGroup >= 1) return rowsPerGroup;
  throw new WellbegunError("invalid-option", {
    doing: DOING,
    expected: "a whole number of at least 1",
    found: `${rowsPerGroup}`,
    at: "option rowsPerGroup",
  });
}
