import type { AbortSignalLike, Id } from "@wellbegun/core";
import type { StreamedIds } from "../bundle/ids.ts";
import { partName, partRanges } from "../bundle/parts.ts";
import { type BundleTable, rowKind, tableShape } from "../bundle/tables.ts";
import { parquetChunks } from "../parquet/encode.ts";
import type { Vectors } from "../vectors/vectors.ts";
import type { BundleFiles } from "./bundle-files.ts";

/** Whether a table of a bundle may be a Parquet file: the fused tables, `users` and `items`, of float32. */
export function isParquetTable(table: BundleTable): boolean {
  const { name, columns } = table;
  return (
    (name === "users" || name === "items") && columns !== undefined && tableShape(table).dtype === "float32"
  );
}

/** Bytes of vectors in a row group, which readers decode as a whole. */
const GROUP_BYTES = 1 << 22;

/** How a table is written as Parquet. */
export interface ParquetTableOptions {
  /** Raw IDs in row order. Default: the row numbers. */
  readonly ids: readonly Id[] | StreamedIds | undefined;
  /** More rows than these go into parts of so many rows. */
  readonly rowsPerPart: number;
  readonly signal?: AbortSignalLike | undefined;
}

/**
 * Writes a table of a bundle as `users.parquet`, or as `users/part-00000.parquet` and so on, with a column of IDs and a column of
 * vectors.
 *
 * @param blocks The table's values, rows x columns, in blocks of whole rows; they are read once and to their end.
 * @throws {WellbegunError} `invalid-data` as `parquetChunks`, or if there are fewer IDs than rows.
 */
export async function writeParquetTable(
  files: BundleFiles,
  table: BundleTable,
  blocks: AsyncGenerator<Float32Array>,
  { ids, rowsPerPart, signal }: ParquetTableOptions,
): Promise<void> {
  const { name, rows, columns = 1 } = table;
  const whole = `${name}.parquet`;
  const inParts = rows > rowsPerPart;
  const cursor = new BlockCursor(blocks);
  const streamed = ids !== undefined && "blocks" in ids ? new IdCursor(ids) : undefined;
  const parts: { readonly file: string; readonly rows: readonly [number, number] }[] = [];
  const ranges = inParts ? partRanges(rows, rowsPerPart) : [[0, rows] as const];
  try {
    for (const [part, range] of ranges.entries()) {
      const [first, end] = range;
      const file = inParts ? partName(whole, part) : whole;
      const vectors: Vectors = {
        kind: rowKind(name) ?? "rows",
        rows: end - first,
        columns,
        ...(Array.isArray(ids)
          ? { ids: ids.slice(first, end) }
          : { idBlocks: (most) => streamed?.take(end - first, most) ?? rowNumbers(first, end, most) }),
        blocks: (most: number) => cursor.take((end - first) * columns, most * columns),
      };
      const rowsPerGroup = Math.max(1, Math.floor(GROUP_BYTES / (4 * columns)));
      const writing = await files.create(file);
      for await (const chunk of parquetChunks(vectors, { rowsPerGroup, signal })) await writing.write(chunk);
      files.finish(file, writing, { dtype: "float32", shape: [end - first, columns] });
      parts.push({ file, rows: range });
    }
    // A table is only complete once its blocks have ended: the generator refuses those that are too many.
    await cursor.end();
  } finally {
    await blocks.return(undefined);
    await streamed?.close();
  }
  if (inParts) files.parted[whole] = { dtype: "float32", shape: [rows, columns], parts };
}

/** Reads blocks in pieces that end where their reader wants. */
class BlockCursor {
  readonly #blocks: AsyncGenerator<Float32Array>;
  #rest: Float32Array = new Float32Array(0);

  constructor(blocks: AsyncGenerator<Float32Array>) {
    this.#blocks = blocks;
  }

  /** Waits for the end of the blocks, of which all values have been taken. */
  async end(): Promise<void> {
    for (let done = false; !done; ) done = (await this.#blocks.next()).done === true;
  }

  /** The next `values` values, in pieces of at most `most`. */
  async *take(values: number, most: number): AsyncGenerator<Float32Array> {
    for (let left = values; left > 0; ) {
      if (this.#rest.length === 0) {
        const { value, done } = await this.#blocks.next();
        if (done === true) return;
        this.#rest = value;
      }
      const piece = this.#rest.subarray(0, Math.min(left, most));
      this.#rest = this.#rest.subarray(piece.length);
      left -= piece.length;
      yield piece;
    }
  }
}

/** Reads a stream of IDs in pieces that end where their reader wants. */
class IdCursor {
  readonly #blocks: AsyncIterator<readonly Id[]> | Iterator<readonly Id[]>;
  #block: readonly Id[] = [];
  /** IDs of the block that are taken. */
  #used = 0;

  constructor({ blocks }: StreamedIds) {
    this.#blocks =
      Symbol.asyncIterator in blocks ? blocks[Symbol.asyncIterator]() : blocks[Symbol.iterator]();
  }

  /** The next `count` IDs, in pieces of at most `most`. */
  async *take(count: number, most: number): AsyncGenerator<readonly Id[]> {
    for (let left = count; left > 0; ) {
      if (this.#used === this.#block.length) {
        const { value, done } = await this.#blocks.next();
        if (done === true) return;
        [this.#block, this.#used] = [value, 0];
      }
      const piece = this.#block.slice(this.#used, this.#used + Math.min(left, most));
      this.#used += piece.length;
      left -= piece.length;
      yield piece;
    }
  }

  async close(): Promise<void> {
    await this.#blocks.return?.();
  }
}

async function* rowNumbers(first: number, end: number, most: number): AsyncGenerator<readonly number[]> {
  for (let row = first; row < end; row += most) {
    yield Array.from({ length: Math.min(most, end - row) }, (_, at) => row + at);
  }
}
