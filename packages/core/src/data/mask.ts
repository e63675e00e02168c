import { describe } from "../describe.ts";
import { WellbegunError } from "../errors.ts";

/** Which rows have no features: 1 or true for those, 0 or false for the others. */
export type Mask = ArrayLike<number> | ArrayLike<boolean>;

/**
 * A mask as bytes: the mask itself if it is a `Uint8Array`, else a copy.
 *
 * @throws {WellbegunError} `mismatch` unless there is one entry for each row; `invalid-data` naming the first row whose entry is
 * not 0, 1, false or true.
 */
export function readMask(mask: Mask, rows: number, label: string | undefined): Uint8Array {
  const doing = "reading the mask of missing rows";
  if (mask?.length !== rows) {
    const found = typeof mask?.length === "number" ? `${mask.length}` : describe(mask);
    const expected = `${rows} entries, one for each row`;
    throw new WellbegunError("mismatch", { doing, expected, found, ...(label && { at: label }) });
  }
  const bytes = mask instanceof Uint8Array ? mask : new Uint8Array(rows);
  for (let row = 0; row < rows; row++) {
    const entry: unknown = mask[row];
    if (entry !== 0 && entry !== 1 && typeof entry !== "boolean") {
      throw new WellbegunError("invalid-data", {
        doing,
        expected: "0 or 1 (1 for a row without features)",
        found: describe(entry),
        at: label === undefined ? `row ${row}` : `${label}, row ${row}`,
      });
    }
    if (bytes !== mask) bytes[row] = Number(entry);
  }
  return bytes;
}
