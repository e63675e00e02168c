import { WellbegunError } from "@wellbegun/core";

/** Tables with up to this many rows are accepted for any number of interactions. */
const ALWAYS_ALLOWED: number = 2 ** 20;
/** Above that, the largest accepted number of rows for each interaction. */
const ROWS_PER_INTERACTION = 16;

/**
 * Throws if row numbers must be raw IDs: a table has a row for each number up to the largest, so three users
 * with IDs around a billion would take a billion rows.
 *
 * @param count The largest of `rows`, plus 1.
 * @throws {WellbegunError} `invalid-data` naming the number of distinct IDs and the largest.
 */
export function requireRowNumbers(
  kind: "user" | "item",
  rows: Uint32Array,
  count: number,
  at: string,
  hint: string,
): void {
  if (count <= Math.max(ALWAYS_ALLOWED, ROWS_PER_INTERACTION * rows.length)) return;
  const distinct = new Set(rows).size;
  throw new WellbegunError("invalid-data", {
    doing: "reading interactions",
    expected: `${kind} IDs that are row numbers from 0`,
    found: `${thousands(distinct)} ${kind}${distinct === 1 ? "" : "s"}, largest ID ${thousands(count - 1)}`,
    at,
    hint,
  });
}

/** A hint for a file whose row numbers do not begin with 0. */
export function countedFromOne(kind: "user" | "item", rows: Uint32Array): string {
  const smallest = rows.reduce((least, row) => Math.min(least, row));
  return `The smallest ${kind} ID is ${smallest}: if the IDs count from 1, subtract 1 from each, since rows count from 0.`;
}

function thousands(value: number): string {
  return `${value}`.replace(/\B(?=(\d{3})+$)/g, ",");
}
