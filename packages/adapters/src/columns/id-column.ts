import { type Id, WellbegunError } from "@wellbegun/core";
import type { Vectors } from "../vectors/vectors.ts";
import { type IdKind, idKind } from "./ids.ts";

/** The raw IDs of a table, for writing them as a column. */
export interface IdColumn {
  readonly kind: IdKind;
  /** The IDs of a range of rows. */
  slice(first: number, end: number): readonly Id[];
}

/**
 * The IDs of a table as a column: text, or numbers of 64 bits; the row numbers where there are none.
 *
 * @throws {WellbegunError} `invalid-data` naming the first row whose ID does not fit the column.
 */
export function idColumn(
  table: { readonly kind: string; readonly ids?: readonly Id[] | undefined },
  doing: string,
): IdColumn {
  const { ids } = table;
  if (ids === undefined) {
    return {
      kind: "number",
      slice: (first, end) => Array.from({ length: end - first }, (_, row) => first + row),
    };
  }
  const kind = ids[0] === undefined ? "number" : idKind(ids[0]);
  expectFitting(ids, kind, 0, table.kind, doing);
  return { kind, slice: (first, end) => ids.slice(first, end) };
}

/** The raw IDs of a table, read once from the first row to the last. */
export interface IdReader {
  readonly kind: IdKind;
  /** The next `count` IDs. @throws {WellbegunError} `invalid-data` if there are fewer, or one does not fit the column. */
  take(count: number): Promise<readonly Id[]>;
  /** @throws {WellbegunError} `invalid-data` if IDs are left. */
  expectEnd(): Promise<void>;
  /** Ends the reading, whether or not all IDs have been taken. */
  close(): Promise<void>;
}

/**
 * The IDs of a table as a column, as {@link idColumn}, which is not in memory where the table's IDs are not.
 *
 * @param rowsPerBlock IDs that are read at a time.
 * @throws {WellbegunError} `invalid-data` naming the first row whose ID does not fit the column, where all IDs are in memory.
 */
export async function readIdColumn(
  { kind: of, ids, idBlocks, rows }: Pick<Vectors, "kind" | "ids" | "idBlocks" | "rows">,
  rowsPerBlock: number,
  doing: string,
): Promise<IdReader> {
  if (idBlocks === undefined) {
    const column = idColumn({ kind: of, ids }, doing);
    const count = ids?.length ?? rows;
    if (count !== rows) throw otherCount(of, rows, `${count} IDs`, doing);
    let row = 0;
    const take = async (count: number): Promise<readonly Id[]> => {
      row += count;
      return column.slice(row - count, row);
    };
    return { kind: column.kind, take, expectEnd: async () => undefined, close: async () => undefined };
  }
  const blocks = idBlocks(rowsPerBlock)[Symbol.asyncIterator]();
  let block: readonly Id[] = [];
  /** IDs of the block that are taken. */
  let used = 0;
  /** Reads on if all IDs that were read are taken; false at the end. */
  const readOn = async (): Promise<boolean> => {
    while (used === block.length) {
      const next = await blocks.next();
      if (next.done === true) return false;
      [block, used] = [next.value, 0];
    }
    return true;
  };
  await readOn();
  const kind = block[0] === undefined ? "number" : idKind(block[0]);
  let row = 0;
  return {
    kind,
    async take(count) {
      const taken: Id[] = [];
      while (taken.length < count) {
        if (!(await readOn())) throw otherCount(of, rows, `${row + taken.length} IDs`, doing);
        const piece = block.slice(used, used + count - taken.length);
        expectFitting(piece, kind, row + taken.length, of, doing);
        for (const id of piece) taken.push(id);
        used += piece.length;
      }
      row += count;
      return taken;
    },
    async expectEnd() {
      if (await readOn()) throw otherCount(of, rows, `more than ${row} IDs`, doing);
    },
    async close() {
      await blocks.return?.();
    },
  };
}

/** @throws {WellbegunError} `invalid-data` if an ID is of another kind, or beyond 64 bits. */
function expectFitting(ids: readonly Id[], kind: IdKind, firstRow: number, of: string, doing: string): void {
  const bad = ids.findIndex((id) => {
    if (typeof id === "string" || kind === "text") return idKind(id) !== kind;
    return typeof id === "number" ? !Number.isSafeInteger(id) : BigInt.asIntN(64, id) !== id;
  });
  if (bad < 0) return;
  throw new WellbegunError("invalid-data", {
    doing,
    expected: kind === "text" ? "IDs that are all text" : "IDs that are all whole numbers of 64 bits",
    found: JSON.stringify(String(ids[bad])),
    at: `${of}, row ${firstRow + bad}`,
  });
}

function otherCount(of: string, rows: number, found: string, doing: string): WellbegunError {
  return new WellbegunError("invalid-data", {
    doing,
    expected: `${rows} IDs, an ID for each row`,
    found,
    at: of,
  });
}
