import { type AbortSignalLike, type Id, WellbegunError } from "@wellbegun/core";
import { IdTable, throwIfAborted } from "@wellbegun/core/support";
import { firstNonFinite } from "../finite.ts";
import type { Vectors } from "./vectors.ts";

/** Whole rows of a table with their raw IDs. */
export interface Batch {
  /** The table's row at which the batch begins. */
  readonly first: number;
  readonly ids: readonly string[];
  /** One row for each ID, row-major. Valid until the next batch is requested. */
  readonly data: Float32Array;
}

/** Options of {@link vectorBatches}. */
export interface BatchOptions {
  /** The activity, as a gerund, for errors. */
  readonly doing: string;
  readonly rowsPerBatch: number;
  /** The row to begin at. Default: 0. */
  readonly firstRow?: number | undefined;
  readonly signal?: AbortSignalLike | undefined;
}

/**
 * The rows in checked batches: only finite and complete vectors are sent to a store.
 *
 * @throws {WellbegunError} `invalid-data` if a value is NaN or infinite, or the blocks do not add up to the table;
 * `aborted`.
 */
export async function* vectorBatches(vectors: Vectors, options: BatchOptions): AsyncGenerator<Batch> {
  const { doing, rowsPerBatch, firstRow = 0 } = options;
  const idBlocks = vectors.idBlocks?.(rowsPerBatch, firstRow)[Symbol.asyncIterator]();
  try {
    for await (const { first, count, data } of valueBatches(vectors, options)) {
      const read = idBlocks === undefined ? undefined : ((await idBlocks.next()).value ?? []).map(String);
      const ids = read ?? Array.from({ length: count }, (_, row) => rawId(vectors, first + row));
      if (ids.length !== count) throw otherSize(vectors, doing);
      yield { first, ids, data };
    }
    if ((await idBlocks?.next())?.done === false) throw otherSize(vectors, doing);
  } finally {
    await idBlocks?.return?.();
  }
}

/** As {@link vectorBatches}, without IDs: `count` rows from row `first` on. */
export async function* valueBatches(
  vectors: Vectors,
  options: BatchOptions,
): AsyncGenerator<Pick<Batch, "first" | "data"> & { readonly count: number }> {
  const { kind, rows, columns } = vectors;
  const { doing, rowsPerBatch, firstRow = 0 } = options;
  let first = firstRow;
  for await (const data of vectors.blocks(rowsPerBatch, firstRow)) {
    throwIfAborted(options, doing);
    const bad = firstNonFinite(data);
    if (bad >= 0) {
      const at = `${kind}, row ${first + Math.floor(bad / columns)}, column ${bad % columns}`;
      throw new WellbegunError("invalid-data", {
        doing,
        expected: "finite numbers",
        found: `${data[bad]}`,
        at,
      });
    }
    const count = data.length / columns;
    if (!Number.isInteger(count) || first + count > rows) throw otherSize(vectors, doing);
    yield { first, count, data };
    first += count;
  }
  if (first !== rows) throw otherSize(vectors, doing);
}

/** All values in one array. */
export async function wholeTable(vectors: Vectors, doing: string): Promise<Float32Array> {
  const table = new Float32Array(vectors.rows * vectors.columns);
  for await (const { first, data } of vectorBatches(vectors, {
    doing,
    rowsPerBatch: Math.max(1, vectors.rows),
  })) {
    table.set(data, first * vectors.columns);
  }
  return table;
}

/** All raw IDs in one array; undefined if the row numbers are the IDs. */
export async function wholeIds({ ids, idBlocks, rows }: Vectors): Promise<readonly Id[] | undefined> {
  if (idBlocks === undefined) return ids;
  const whole: Id[] = [];
  for await (const block of idBlocks(Math.max(1, rows))) for (const id of block) whole.push(id);
  return whole;
}

/** A row's raw ID, as text. */
export function rawId({ ids }: Vectors, row: number): string {
  return String(ids?.[row] ?? row);
}

/**
 * Throws before anything is sent if no store could hold the table: it has no values (replacing a store's
 * content by nothing is probably a mistake), or two IDs have the same text.
 *
 * @throws {WellbegunError} `invalid-option`; `invalid-data` naming both rows.
 */
export function checkVectors({ kind, ids, rows, columns }: Vectors, doing: string): void {
  if (rows < 1 || columns < 1) {
    const parts = {
      doing,
      expected: "at least one row and one column",
      found: `${rows} x ${columns}`,
      at: kind,
    };
    throw new WellbegunError("invalid-option", parts);
  }
  const texts = new IdTable([], ids?.length);
  for (const [row, id] of (ids ?? []).entries()) {
    const text = String(id);
    const earlier = texts.add(text);
    if (earlier === row) continue;
    const found = `${JSON.stringify(text)} twice`;
    const at = `${kind}, rows ${earlier} and ${row}`;
    throw new WellbegunError("invalid-data", { doing, expected: "each ID once", found, at });
  }
}

function otherSize({ kind, rows, columns }: Vectors, doing: string): WellbegunError {
  const expected = `blocks of ${rows} x ${columns} values in all`;
  return new WellbegunError("invalid-data", { doing, expected, found: "blocks of another size", at: kind });
}
