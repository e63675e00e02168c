import { WellbegunError } from "../errors.ts";
import type { Id, IdIndex } from "./ids.ts";

/**
 * How two lists of rows were matched: `compared` ID by ID, or `assumed` to be the same because their counts are
 * equal and at least one has no IDs.
 */
export type Identity = "compared" | "assumed";

/**
 * Compares the IDs of two lists of rows, where both have them.
 *
 * @throws {WellbegunError} `mismatch` naming the first row whose IDs differ.
 */
export function expectSameIds(
  doing: string,
  at: string,
  expected: IdIndex | undefined,
  found: IdIndex | undefined,
): Identity {
  if (expected === undefined || found === undefined) return "assumed";
  const row = firstDifference(expected, found);
  if (row === undefined) return "compared";
  throw new WellbegunError("mismatch", {
    doing,
    expected: described(expected.ids[row], row),
    found: described(found.ids[row], row),
    at,
    hint: "Rows that belong together must carry the same IDs in the same order.",
  });
}

/** The first row whose IDs differ; undefined if the lists are equal. */
export function firstDifference(one: IdIndex, other: IdIndex): number | undefined {
  if (one === other) return undefined;
  for (let row = 0; row < Math.max(one.size, other.size); row++) {
    if (one.ids[row] !== other.ids[row]) return row;
  }
  return undefined;
}

function described(id: Id | undefined, row: number): string {
  return id === undefined ? `no row ${row}` : `${typeof id} ${JSON.stringify(String(id))} as row ${row}`;
}
