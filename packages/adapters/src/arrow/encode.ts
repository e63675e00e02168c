import type { AbortSignalLike, Table } from "@wellbegun/core";
import { namesOf, refuseUnknownKeys } from "@wellbegun/core/support";
import { idColumn } from "../columns/id-column.ts";
import { checkVectors, vectorBatches, wholeIds } from "../vectors/batches.ts";
import { asVectors, type Vectors } from "../vectors/vectors.ts";
import { type ArrowModule, loadArrow } from "./arrow.ts";

/** Options of {@link encodeArrow}. */
export interface EncodeArrowOptions {
  /** `file`, with an index at its end, or `stream`. Default: `file`. */
  readonly format?: "file" | "stream" | undefined;
  /** Rows of a record batch. Default: 65536. */
  readonly rowsPerBatch?: number | undefined;
  /** The package apache-arrow. Default: imported when needed. */
  readonly arrow?: ArrowModule | undefined;
  readonly signal?: AbortSignalLike | undefined;
}

const DOING = "writing an Arrow file";
const optionNames = namesOf<EncodeArrowOptions>({
  format: true,
  rowsPerBatch: true,
  arrow: true,
  signal: true,
});

/**
 * A table of vectors as Arrow IPC with the columns `id` (Utf8, or Int64 if the IDs are numbers; without IDs the row numbers)
 * and `vector` (FixedSizeList of Float32). Where the vectors come from is in the schema's metadata, under the key `wellbegun`.
 * The whole file is in memory; a Parquet file (`parquetChunks`) is written in chunks.
 *
 * @throws {WellbegunError} `unavailable` if apache-arrow is not installed; `invalid-data` if an ID occurs twice, IDs are of two
 * kinds or beyond 64 bits, or a value is not finite; `invalid-option` for a table without rows or columns, or an option that there is not; `aborted`.
 */
export async function encodeArrow(
  given: Table | Vectors,
  options: EncodeArrowOptions = {},
): Promise<Uint8Array> {
  refuseUnknownKeys(DOING, options, optionNames);
  const vectors = asVectors(given);
  checkVectors(vectors, DOING);
  const { columns, provenance } = vectors;
  const ids = idColumn({ ...vectors, ids: await wholeIds(vectors) }, DOING);
  const arrow = await loadArrow(options.arrow, DOING);
  const element = new arrow.Field("item", new arrow.Float32() as never, false);
  const listType = new arrow.FixedSizeList(columns, element as never);
  const idType = ids.kind === "text" ? new arrow.Utf8() : new arrow.Int64();
  const fields = [
    new arrow.Field("id", idType as never, false),
    new arrow.Field("vector", listType as never, false),
  ];
  const metadata = new Map(provenance === undefined ? [] : [["wellbegun", JSON.stringify(provenance)]]);
  const schema = new arrow.Schema(fields as never, metadata as never);
  const batches: unknown[] = [];
  const { rowsPerBatch = 1 << 16, signal } = options;
  for await (const {
    first,
    ids: { length },
    data,
  } of vectorBatches(vectors, { doing: DOING, rowsPerBatch, signal })) {
    const child = arrow.makeData({
      type: new arrow.Float32(),
      length: data.length,
      data: data.slice(),
    } as never);
    const idData =
      ids.kind === "text"
        ? { type: idType, length, ...textBuffers(ids.slice(first, first + length) as string[]) }
        : { type: idType, length, data: BigInt64Array.from(ids.slice(first, first + length), BigInt) };
    const children = [
      arrow.makeData(idData as never),
      arrow.makeData({ type: listType, length, child } as never),
    ];
    const struct = arrow.makeData({ type: new arrow.Struct(fields as never), length, children } as never);
    batches.push(new arrow.RecordBatch(schema as never, struct as never));
  }
  return arrow.tableToIPC(new arrow.Table(batches as never) as never, options.format ?? "file");
}

/**
 * Strings in Arrow's layout: one buffer with all the text, and the offsets at which each value begins and ends.
 */
function textBuffers(texts: readonly string[]): { data: Uint8Array; valueOffsets: Int32Array } {
  const encoded = texts.map((text) => new TextEncoder().encode(text));
  const valueOffsets = new Int32Array(texts.length + 1);
  for (const [row, { length }] of encoded.entries()) valueOffsets[row + 1] = valueOffsets[row]! + length;
  const data = new Uint8Array(valueOffsets[texts.length]!);
  for (const [row, part] of encoded.entries()) data.set(part, valueOffsets[row]!);
  return { data, valueOffsets };
}
