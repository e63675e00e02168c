import { type Id, WellbegunError } from "@wellbegun/core";
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
  const bad = ids.findIndex((id) => {
    if (typeof id === "string" || kind === "text") return idKind(id) !== kind;
    return typeof id === "number" ? !Number.isSafeInteger(id) : BigInt.asIntN(64, id) !== id;
  });
  if (bad < 0) return { kind, slice: (first, end) => ids.slice(first, end) };
  throw new WellbegunError("invalid-data", {
    doing,
    expected: kind === "text" ? "IDs that are all text" : "IDs that are all whole numbers of 64 bits",
    found: JSON.stringify(String(ids[bad])),
    at: `${table.kind}, row ${bad}`,
  });
}
