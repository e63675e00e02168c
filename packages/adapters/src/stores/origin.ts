import { WellbegunError } from "@wellbegun/core";
import type { Vectors } from "../vectors/vectors.ts";
import type { Distance } from "./store.ts";

/** The metadata stored with the vectors: their origin and their number. */
export function metadataOf(
  { kind, rows, columns, provenance }: Vectors,
  distance: Distance,
): { wellbegun: Record<string, string | number | null> } {
  return { wellbegun: { kind, rows, columns, distance, ...provenance } };
}

/**
 * Throws unless rows to upsert have the origin that the store records for the rows it holds: the same kind, and
 * the same table of the same bundle, or no bundle on either side. A store without a record of this package is
 * accepted.
 *
 * @param record The object `wellbegun` of {@link metadataOf}.
 * @throws {WellbegunError} `mismatch`.
 */
export function checkOrigin(record: unknown, { kind, provenance }: Vectors, doing: string, at: string): void {
  const stored = originOf(record);
  if (stored === undefined) return;
  const own = { kind, table: provenance?.table, bundle: provenance?.bundle };
  if (stored.table === own.table && stored.bundle === own.bundle) {
    if (stored.kind === own.kind || stored.kind === "rows" || own.kind === "rows") return;
  }
  throw new WellbegunError("mismatch", {
    doing,
    expected: `rows of ${originText(stored)}, as the store records`,
    found: `rows of ${originText(own)}`,
    at,
    hint: "Rows of another origin replace the whole table; rowVectors gives folded-in rows their bundle's origin.",
  });
}

interface Origin {
  readonly kind: unknown;
  readonly table: unknown;
  readonly bundle: unknown;
}

function originOf(record: unknown): Origin | undefined {
  if (typeof record !== "object" || record === null || !("kind" in record)) return undefined;
  const { kind, table, bundle } = record as Partial<Origin>;
  return { kind, table, bundle };
}

function originText({ kind, table, bundle }: Origin): string {
  return bundle === undefined ? `${kind} without a bundle` : `the table ${table} of the bundle ${bundle}`;
}
