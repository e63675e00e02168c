import { type AbortSignalLike, type Id, WellbegunError } from "@wellbegun/core";
import { namesOf, refuseUnknownKeys, throwIfAborted } from "@wellbegun/core/support";
import { checkVectors } from "./batches.ts";
import type { Vectors } from "./vectors.ts";

/** How far a load has come. */
export interface LoadProgress {
  /** SHA-256 of the bundle's manifest, and the table's name in it. */
  readonly bundle: string;
  readonly table: string;
  /** Rows of the finished blocks: the row that the next block begins at. */
  readonly rows: number;
}

/** Where a load records its progress; `fileMarker` of `@wellbegun/adapters/node` records it in a file. */
export interface LoadMarker {
  /** The recorded progress; undefined if there is none. */
  read(): Promise<LoadProgress | undefined>;
  /** Records progress, as a whole or not at all. */
  write(progress: LoadProgress): Promise<void>;
  /** Removes the record. */
  clear(): Promise<void>;
}

/** One block of a load. */
export interface LoadBlock {
  /** The block's rows, with their IDs and the origin of the whole table. */
  readonly vectors: Vectors;
  /** `replace` for the first block of the table, which removes what the store held; `upsert` for all others. */
  readonly mode: "replace" | "upsert";
  /** Whether it is the table's last block, after which an index can be made. */
  readonly last: boolean;
}

/** Options of {@link loadInBlocks}. */
export interface LoadOptions {
  /** Rows of a block, which memory holds at a time. Default: 1048576. */
  readonly rowsPerBlock?: number | undefined;
  readonly signal?: AbortSignalLike | undefined;
}

/** The result of {@link loadInBlocks}. */
export interface Loaded {
  /** Rows of the table. */
  readonly rows: number;
  /** Rows that an earlier, interrupted call had written. */
  readonly resumedFrom: number;
}

const DOING = "loading vectors into a store";
const optionNames = namesOf<LoadOptions>({ rowsPerBlock: true, signal: true });

/**
 * Writes a table of any size into a store, block after block, and continues after the last finished block when it is called
 * again after an interruption. Blocks are upserts by ID, so a block that was written but not yet recorded is written again
 * without effect: the store holds the same rows whether or not the load was interrupted, as long as nothing else writes
 * to the table meanwhile. Readers see the table grow; a table that is being read is loaded under another name.
 *
 * @example
 * ```ts ignore
 * const vectors = await openVectors("out", "users");
 * await loadInBlocks(vectors, fileMarker("load.json"), ({ vectors, mode, last }) =>
 *   writePgvector(client, vectors, { table: "user_vectors", mode, index: last ? "hnsw" : "none" }),
 * );
 * ```
 *
 * @param vectors Vectors of a bundle, which the record names.
 * @param write Writes one block and resolves to the number of rows that the store then holds: `writePgvector`, `writeQdrant`
 * or `writeLancedb` with the block's mode.
 * @throws {WellbegunError} `invalid-option` for vectors that come from no bundle; `mismatch` if the record is of another table
 * or bundle, or the store does not hold every row at the end, as when two rows have one ID; `aborted`; and what `write`
 * throws, after which the record stays.
 */
export async function loadInBlocks(
  vectors: Vectors,
  marker: LoadMarker,
  write: (block: LoadBlock) => Promise<{ readonly total: number }>,
  options: LoadOptions = {},
): Promise<Loaded> {
  refuseUnknownKeys(DOING, options, optionNames);
  const { rowsPerBlock = 1 << 20, signal } = options;
  const { rows, provenance } = vectors;
  if (!Number.isSafeInteger(rowsPerBlock) || rowsPerBlock < 1) {
    throw failure("invalid-option", "1 or more rows a block", `${rowsPerBlock}`, "option rowsPerBlock");
  }
  if (provenance === undefined) {
    throw failure("invalid-option", "vectors of a bundle", "vectors of unknown origin", vectors.kind);
  }
  checkVectors(vectors, DOING);
  const { bundle, table } = provenance;
  const resumedFrom = startOf(await marker.read(), { bundle, table, rows });
  const ids = vectors.idBlocks?.(rowsPerBlock, resumedFrom)[Symbol.asyncIterator]();
  try {
    for (let first = resumedFrom; first < rows; first += rowsPerBlock) {
      throwIfAborted({ signal }, DOING);
      const count = Math.min(rowsPerBlock, rows - first);
      const own = ids === undefined ? idsOf(vectors, first, count) : ((await ids.next()).value ?? []);
      const last = first + count === rows;
      const { total } = await write({
        vectors: rowsOf(vectors, first, count, own),
        mode: first === 0 ? "replace" : "upsert",
        last,
      });
      if (total !== first + count && (last || total < first + count)) {
        throw failure(
          "mismatch",
          `${first + count} rows in the store`,
          `${total}`,
          `rows ${first} to ${first + count}`,
        );
      }
      await marker.write({ bundle, table, rows: first + count });
    }
  } finally {
    await ids?.return?.();
  }
  await marker.clear();
  return { rows, resumedFrom };
}

/** The row to begin at. */
function startOf(found: LoadProgress | undefined, own: LoadProgress): number {
  if (found === undefined) return 0;
  if (found.bundle !== own.bundle || found.table !== own.table || found.rows > own.rows) {
    throw new WellbegunError("mismatch", {
      doing: DOING,
      expected: `a record of the table ${own.table} of the bundle ${own.bundle}`,
      found: `${found.rows} rows of the table ${found.table} of the bundle ${found.bundle}`,
      hint: "Remove the record to load this table from its start.",
    });
  }
  return found.rows;
}

function idsOf({ ids }: Vectors, first: number, count: number): readonly Id[] {
  return ids?.slice(first, first + count) ?? Array.from({ length: count }, (_, row) => first + row);
}

/** Rows `first` to `first + count` as vectors of their own. */
function rowsOf(vectors: Vectors, first: number, count: number, ids: readonly Id[]): Vectors {
  const { kind, columns, provenance } = vectors;
  if (ids.length !== count) throw failure("mismatch", `${count} IDs`, `${ids.length}`, `rows from ${first}`);
  return {
    kind,
    rows: count,
    columns,
    ids,
    provenance: provenance && { ...provenance, rows: vectors.rows },
    async *blocks(rowsPerBlock, firstRow = 0) {
      let missing = (count - firstRow) * columns;
      for await (const data of vectors.blocks(rowsPerBlock, first + firstRow)) {
        yield data.length > missing ? data.subarray(0, missing) : data;
        missing -= data.length;
        if (missing <= 0) return;
      }
    },
  };
}

function failure(
  code: "invalid-option" | "mismatch",
  expected: string,
  found: string,
  at: string,
): WellbegunError {
  return new WellbegunError(code, { doing: DOING, expected, found, at });
}
