import { isWellbegunError, WellbegunError } from "@wellbegun/core";
import { namesOf, refuseUnknownKeys } from "@wellbegun/core/support";
import type { ColumnBatch, ColumnSource } from "../columns/source.ts";
import { type ArrowModule, type ArrowReader, type ArrowVector, loadArrow } from "./arrow.ts";

/** Options of {@link openArrow}. */
export interface OpenArrowOptions {
  /** What to call the file in errors. Default: `the Arrow file`. */
  readonly label?: string | undefined;
  /** The package apache-arrow. Default: imported when needed. */
  readonly arrow?: ArrowModule | undefined;
}

const DOING = "reading an Arrow file";
const optionNames = namesOf<OpenArrowOptions>({ label: true, arrow: true });

/**
 * Opens Arrow IPC, of the file or the streaming format (Feather version 2 is the file format; uncompressed), through the
 * optional package apache-arrow. That package trusts the lengths in a file, so a damaged file can make it loop
 * forever: prefer Parquet for files from untrusted sources.
 *
 * @param bytes The whole file, or a function that starts reading it from the beginning: record batches are then
 * read as a stream.
 * @throws {WellbegunError} `unavailable` if apache-arrow is not installed; `format` if the bytes are not Arrow IPC;
 * `invalid-option` for an option that there is not.
 */
export async function openArrow(
  bytes: Uint8Array | (() => AsyncIterable<Uint8Array>),
  options: OpenArrowOptions = {},
): Promise<ColumnSource> {
  refuseUnknownKeys(DOING, options, optionNames);
  const { label = "the Arrow file" } = options;
  const arrow = await loadArrow(options.arrow, DOING);
  const open = (): Promise<ArrowReader> =>
    reading(label, async () => {
      const source = typeof bytes === "function" ? bytes() : bytes;
      const reader = (await arrow.RecordBatchReader.from(source)) as ArrowReader;
      await reader.open();
      if (reader.schema === undefined) throw new Error("no schema");
      return reader;
    });
  const first = await open();
  const names = first.schema.fields.map(({ name }) => name);
  await first.cancel();
  return { label, names, batches: (wanted) => readBatches(open, label, wanted) };
}

async function* readBatches(
  open: () => Promise<ArrowReader>,
  label: string,
  names: readonly string[],
): AsyncGenerator<ColumnBatch> {
  const reader = await open();
  const batches = reader[Symbol.asyncIterator]();
  let firstRow = 0;
  try {
    for (;;) {
      const next = await reading(label, () => batches.next());
      if (next.done === true) return;
      const { value: batch } = next;
      const columns = await reading(label, async () => names.map((name) => valuesOf(batch.getChild(name)!)));
      yield { firstRow, rows: batch.numRows, columns };
      firstRow += batch.numRows;
    }
  } finally {
    await reader.cancel();
  }
}

/** The values of a column, in the form that {@link ColumnBatch} documents. */
function valuesOf(vector: ArrowVector): ArrayLike<unknown> {
  const type = String(vector.type);
  if (/^(Timestamp|Date)/.test(type)) {
    return Array.from(vector, (time) => (time === null ? null : new Date(Number(time))));
  }
  if (/List/.test(type))
    return Array.from(vector, (list) => (list === null ? null : elementsOf(list as ArrowVector)));
  // The typed array behind a numeric column has undefined values at nulls, and holds float16 as bits.
  const typed = /^(Int|Uint|Float(32|64))/.test(type) && vector.nullCount === 0;
  return typed ? vector.toArray() : Array.from(vector);
}

function elementsOf(list: ArrowVector): ArrayLike<unknown> {
  return String(list.type) === "Float16" || list.nullCount > 0 ? Array.from(list) : list.toArray();
}

async function reading<T>(label: string, read: () => Promise<T> | T): Promise<T> {
  try {
    return await read();
  } catch (cause) {
    if (isWellbegunError(cause)) throw cause;
    throw new WellbegunError("format", {
      doing: DOING,
      expected: "a complete Arrow IPC file or stream",
      found: cause instanceof Error ? cause.message : String(cause),
      at: label,
      cause,
    });
  }
}
