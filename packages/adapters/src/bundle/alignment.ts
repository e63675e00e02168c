import { type Id, WellbegunError } from "@wellbegun/core";
import { bundleTables, type Manifest } from "./manifest.ts";
import { rowKind } from "./tables.ts";

/** A bundle's numbers of rows and its raw IDs. */
export interface BundleRows {
  /** Rows of the user tables; undefined if there is none. */
  readonly userCount?: number | undefined;
  /** Rows of the item table; undefined if there is none. */
  readonly itemCount?: number | undefined;
  /** Raw user IDs in row order; undefined if the row numbers are the IDs. */
  readonly userIds?: readonly Id[] | undefined;
  /** Raw item IDs in row order; undefined if the row numbers are the IDs. */
  readonly itemIds?: readonly Id[] | undefined;
}

/** The consumer's rows. Users are checked if their count or IDs are given, and items likewise. */
export interface AlignmentTarget {
  readonly userCount?: number | undefined;
  readonly itemCount?: number | undefined;
  /** User IDs in the consumer's row order; compared as text. Default: 0 .. userCount - 1. */
  readonly userIds?: Iterable<Id> | undefined;
  /** Item IDs in the consumer's row order; compared as text. Default: 0 .. itemCount - 1. */
  readonly itemIds?: Iterable<Id> | undefined;
}

/** The row counts that a manifest's tables have. */
export function bundleRows(manifest: Manifest): BundleRows {
  const tables = bundleTables(manifest);
  const rowsOf = (kind: "users" | "items"): number | undefined => {
    for (const [name, { shape }] of tables) if (rowKind(name) === kind) return shape[0];
    return undefined;
  };
  return { userCount: rowsOf("users"), itemCount: rowsOf("items") };
}

/**
 * Throws unless a bundle's rows are the consumer's rows: misaligned rows are an error that training does not
 * reveal. IDs are compared row by row; a side without IDs uses its row numbers as IDs.
 *
 * @throws {WellbegunError} `mismatch` naming the first difference: the counts, or the row with both IDs.
 */
export function checkAlignment(bundle: BundleRows, target: AlignmentTarget): void {
  checkKind("user", bundle.userCount, bundle.userIds, target.userCount, target.userIds);
  checkKind("item", bundle.itemCount, bundle.itemIds, target.itemCount, target.itemIds);
}

function checkKind(
  kind: string,
  bundleCount: number | undefined,
  bundleIds: readonly Id[] | undefined,
  targetCount: number | undefined,
  targetIds: Iterable<Id> | undefined,
): void {
  const ids = targetIds === undefined ? undefined : [...targetIds];
  const count = targetCount ?? ids?.length;
  if (count === undefined) return;
  if (ids !== undefined && ids.length !== count) {
    throw failure(`${count} ${kind} IDs, one for each row`, `${ids.length}`, `the given ${kind} IDs`);
  }
  const found = bundleCount ?? bundleIds?.length;
  if (found === undefined) throw failure(`${count} ${kind}s`, `no ${kind} table`, `${kind}s`);
  // A different row says more than a different count, so rows are compared first.
  for (let row = 0; row < Math.min(count, found) && (ids ?? bundleIds) !== undefined; row++) {
    const expected = String(ids?.[row] ?? row);
    const actual = String(bundleIds?.[row] ?? row);
    if (actual === expected) continue;
    const counts = count === found ? "" : ` (${found} ${kind}s in the bundle, ${count} expected)`;
    throw failure(
      `${kind} ID ${JSON.stringify(expected)}`,
      JSON.stringify(actual) + counts,
      `${kind} row ${row}`,
    );
  }
  if (found !== count) throw failure(`${count} ${kind}s`, `${found} in the bundle`, `${kind}s`);
}

function failure(expected: string, found: string, at: string): WellbegunError {
  return new WellbegunError("mismatch", { doing: "aligning a bundle's rows", expected, found, at });
}
