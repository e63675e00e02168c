import { type Id, WellbegunError } from "@wellbegun/core";
import { idsAreRows } from "../bundle/ids.ts";
import type { RowOrder } from "../targets/types.ts";
import type { WireRows } from "./types.ts";

/**
 * The order of one side's rows in an artifact. If the codebase's row numbers are the IDs, row r is the row of
 * ID r; otherwise the bundle's order is kept, and the artifact includes the IDs.
 *
 * @throws {WellbegunError} `mismatch` naming the first ID that is not one of 0 .. n-1.
 */
export function rowOrder(
  kind: "user" | "item",
  count: number,
  ids: readonly Id[] | undefined,
  rule: RowOrder["rule"],
): WireRows {
  if (ids === undefined || idsAreRows(ids)) return { count, order: undefined, ids: undefined };
  if (rule === "by-id") return { count, order: undefined, ids };
  const order = new Uint32Array(count);
  const seen = new Uint8Array(count);
  for (const [row, id] of ids.entries()) {
    const text = String(id);
    const number = /^\d+$/.test(text) ? Number(text) : Number.NaN;
    // `number < count` is not enough: 007 and 7 would be the same row.
    if (!(number < count) || String(number) !== text || seen[number] === 1) {
      throw new WellbegunError("mismatch", {
        doing: "putting rows into the codebase's order, where a row's number is its ID",
        expected: `${kind} IDs that are 0 to ${count - 1}, each once`,
        found: JSON.stringify(text),
        at: `${kind} row ${row} of the bundle`,
        hint: "The codebase's dataset has a row for every ID up to the largest; compute the bundle from that dataset.",
      });
    }
    seen[number] = 1;
    order[number] = row;
  }
  return { count, order, ids: undefined };
}
