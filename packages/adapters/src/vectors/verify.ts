import { WellbegunError } from "@wellbegun/core";

/** What is compared with the vectors that were placed, for the error. */
export interface VerifiedPlace {
  /** As a gerund. */
  readonly doing: string;
  /** What the table is called. */
  readonly at: string;
  readonly hint?: string;
}

/**
 * Holds a model's table to what was placed there, to the bit. Both are row-major, `columns` values a row.
 *
 * @throws {WellbegunError} `mismatch` naming the first row and column that differ.
 */
export function verifyValues(
  found: ArrayLike<number>,
  placed: Float32Array,
  columns: number,
  { doing, at, hint }: VerifiedPlace,
): void {
  for (let i = 0; i < placed.length; i++) {
    if (found[i] === placed[i]) continue;
    throw new WellbegunError("mismatch", {
      doing,
      expected: `${placed[i]}`,
      found: `${found[i]}`,
      at: `${at}, row ${Math.floor(i / columns)}, column ${i % columns}`,
      ...(hint === undefined ? {} : { hint }),
    });
  }
}

/** Why a model's table cannot be placed into: `invalid-option`. */
export function refusedPlace(
  doing: string,
  expected: string,
  found: string,
  at: string,
  hint?: string,
): WellbegunError {
  return new WellbegunError("invalid-option", {
    doing,
    expected,
    found,
    at,
    ...(hint === undefined ? {} : { hint }),
  });
}
