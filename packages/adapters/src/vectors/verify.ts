import { WellbegunError } from "@wellbegun/core";

/** The table that is compared with the written vectors, as errors name it. */
export interface VerifiedLoad {
  /** The activity, as a gerund. */
  readonly doing: string;
  /** The table's name. */
  readonly at: string;
  readonly hint?: string;
}

/**
 * Compares a model's table bit by bit with the vectors that were written there. Both are row-major, with
 * `columns` values in each row.
 *
 * @throws {WellbegunError} `mismatch` naming the first row and column that differ.
 */
export function verifyValues(
  found: ArrayLike<number>,
  placed: Float32Array,
  columns: number,
  { doing, at, hint }: VerifiedLoad,
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

/** An `invalid-option` error that says why a model's table cannot take vectors. */
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
