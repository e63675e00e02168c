import { describe } from "../describe.ts";
import { WellbegunError } from "../errors.ts";
import { nearestName } from "../options/known-keys.ts";
import type { ZeroRows } from "../options/method-options.ts";

/** The content of one item: its feature row by modality, of the widths that the model was fitted to. Modalities that are left out, undefined or null are missing. */
export type ItemContent = Readonly<Record<string, ArrayLike<number> | null | undefined>>;

/** An item that was folded in. */
export interface FoldedItem {
  /** d values, in the space and scale of the fit's item table. */
  readonly vector: Float32Array;
  /** The modalities that the item has. */
  readonly used: readonly string[];
  /** The modalities of the model that it lacks. */
  readonly missing: readonly string[];
}

const doing = "folding in an item";

/**
 * Checks the content of an item.
 *
 * @param widths Width of the features that the model takes, by modality.
 * @param zeroRows Whether a row of zeros is content, or a missing row.
 * @returns The row of each modality; undefined where it is missing.
 * @throws {WellbegunError} `mismatch` for a modality that the model does not have, or a row of another width; `invalid-data`
 * for a value that is not finite or is no number.
 */
export function checkContent(
  content: ItemContent,
  widths: Readonly<Record<string, number>>,
  zeroRows: ZeroRows,
): Readonly<Record<string, Float32Array | undefined>> {
  if (typeof content !== "object" || content === null) {
    refuse("invalid-data", "an object with a feature row by modality", describe(content));
  }
  const known = Object.keys(widths);
  for (const [modality, row] of Object.entries(content)) {
    if (row === undefined || row === null || Object.hasOwn(widths, modality)) continue;
    const expected =
      known.length === 0 ? "no content: the model has none" : `content among ${known.join(", ")}`;
    const hint = known.length === 0 ? undefined : `Did you mean ${nearestName(modality, known)}?`;
    refuse("mismatch", expected, JSON.stringify(modality), undefined, hint);
  }
  return Object.fromEntries(
    Object.entries(widths).map(([modality, width]) => {
      const row = Object.hasOwn(content, modality) ? content[modality] : undefined;
      if (row === undefined || row === null) return [modality, undefined];
      const values = checkRow(row, width, modality);
      const zero = zeroRows === "missing" && values.every((value) => value === 0);
      return [modality, zero ? undefined : values];
    }),
  );
}

function checkRow(row: ArrayLike<number>, width: number, modality: string): Float32Array {
  const at = `modality ${modality}`;
  if (typeof row !== "object" || typeof row.length !== "number") {
    refuse("invalid-data", `a row of ${width} numbers`, describe(row), at);
  }
  if (row.length !== width) {
    refuse(
      "mismatch",
      `${width} values, the width of the features that the model was fitted to`,
      `${row.length}`,
      at,
    );
  }
  const values = new Float32Array(width);
  let squares = 0;
  for (let c = 0; c < width; c++) {
    const value: unknown = row[c];
    if (typeof value !== "number" || !Number.isFinite(Math.fround(value))) {
      const found = typeof value === "number" ? `${value}` : describe(value);
      refuse("invalid-data", "a finite number in float32", found, `${at}, column ${c}`);
    }
    values[c] = value;
    squares += value * value;
  }
  if (!Number.isFinite(Math.fround(Math.sqrt(squares)))) {
    refuse("invalid-data", "finite values", "values whose norm exceeds float32", at);
  }
  return values;
}

function refuse(
  code: "invalid-data" | "mismatch",
  expected: string,
  found: string,
  at?: string,
  hint?: string,
): never {
  throw new WellbegunError(code, {
    doing,
    expected,
    found,
    ...(at === undefined ? {} : { at }),
    ...(hint === undefined ? {} : { hint }),
  });
}
