import { type Matrix, type SparseMatrix, WellbegunError } from "@wellbegun/core";

/** Throws `mismatch` unless `found` equals `expected`. */
export function expectSize(doing: string, what: string, expected: number, found: number): void {
  if (found === expected) return;
  throw new WellbegunError("mismatch", { doing, expected: `${expected} ${what}`, found: `${found}` });
}

/** Throws `mismatch` unless `value` is a whole number from `least` to `most`. */
export function expectWithin(doing: string, what: string, value: number, least: number, most?: number): void {
  if (Number.isSafeInteger(value) && value >= least && (most === undefined || value <= most)) return;
  const range =
    most === undefined ? `a whole number from ${least}` : `a whole number from ${least} to ${most}`;
  throw new WellbegunError("mismatch", { doing, expected: range, found: `${value}`, at: what });
}

/** Throws `mismatch` unless the optional array, when given, has `expected` entries. */
export function expectLength(
  doing: string,
  what: string,
  expected: number,
  array: ArrayLike<number> | undefined,
): void {
  if (array !== undefined) expectSize(doing, what, expected, array.length);
}

/** Throws `mismatch` unless `out` is none of the inputs. */
export function expectApart(doing: string, out: Matrix, ...inputs: readonly Matrix[]): void {
  if (!inputs.includes(out)) return;
  throw new WellbegunError("mismatch", {
    doing,
    expected: "an out that is none of the inputs",
    found: "the same matrix",
  });
}

/** Throws `mismatch` unless every array of `s` has its length, offsets ascend and columns are in range. */
export function expectSparse(doing: string, s: SparseMatrix): void {
  const { rows, columns, offsets, indices } = s;
  expectSize(doing, "offsets (rows + 1)", rows + 1, offsets.length);
  expectLength(doing, "values, one an index", indices.length, s.values);
  expectLength(doing, "row factors", rows, s.rowScale);
  expectLength(doing, "column factors", columns, s.columnScale);
  for (let r = 0; r < rows; r++) {
    expectWithin(doing, `offset ${r + 1}`, offsets[r + 1]!, offsets[r]!, indices.length);
  }
  for (let e = offsets[0]!; e < offsets[rows]!; e++) {
    if (indices[e]! >= columns) expectWithin(doing, `index ${e}`, indices[e]!, 0, columns - 1);
  }
}
