/** The checks of the operands of training, for `checked-training.ts`; each throws `mismatch` and names the operand. */

import { describe } from "../describe.ts";
import { WellbegunError } from "../errors.ts";
import { expectSize, expectWithin } from "./check.ts";
import type { Matrix } from "./matrix.ts";
import type { InfoNceOptions } from "./training.ts";

/** Operands by their names in the interface. */
type Named = Readonly<Record<string, Matrix>>;

/** Least temperature of a contrastive loss: e^(1 / temperature) times a count must be a float32. */
const LEAST_TEMPERATURE = 0.02;

/** The matrices of a list by their places. */
export function numbered(xs: readonly Matrix[]): Named {
  return Object.fromEntries(xs.map((x, place) => [`matrix ${place}`, x]));
}

/** Of matrices that have the shape of the first one. */
export function expectLike(doing: string, first: Named, others: Named): void {
  for (const [name, matrix] of Object.entries(first)) {
    for (const [other, { rows, columns }] of Object.entries(others)) {
      expectSize(doing, `rows of ${other}, as of ${name}`, matrix.rows, rows);
      expectSize(doing, `columns of ${other}, as of ${name}`, matrix.columns, columns);
    }
  }
}

/** Of vectors with one value for each column, as matrices of one row. */
export function expectBias(doing: string, { columns }: Matrix, vectors: Named): void {
  for (const [name, vector] of Object.entries(vectors)) {
    expectSize(doing, `row of ${name}`, 1, vector.rows);
    expectSize(doing, `columns of ${name}`, columns, vector.columns);
  }
}

/** Of outputs, each of which must differ from the inputs and from the other outputs. */
export function expectApart(doing: string, outputs: Named, inputs: Named): void {
  const seen = new Set(Object.values(inputs));
  for (const [name, output] of Object.entries(outputs)) {
    if (seen.has(output)) {
      const expected = "an output that is no other operand too";
      throw new WellbegunError("mismatch", { doing, expected, found: "the same matrix", at: name });
    }
    seen.add(output);
  }
}

/** Of `multiplyTransposed`. */
export function expectTransposedProduct(doing: string, a: Matrix, b: Matrix, out: Matrix): void {
  expectSize(doing, "columns of b, as of a", a.columns, b.columns);
  expectSize(doing, "rows of out, as of a", a.rows, out.rows);
  expectSize(doing, "columns of out, one for each row of b", b.rows, out.columns);
}

/** Of `weightedSum`. */
export function expectTerms(
  doing: string,
  xs: readonly Matrix[],
  weights: readonly number[],
  out: Matrix,
): void {
  expectWithin(doing, "number of matrices", xs.length, 1);
  expectSize(doing, "weights, one for each matrix", xs.length, weights.length);
  expectLike(doing, { out }, numbered(xs));
}

/** Of `gatherRows` and `scatterRows`: a row of the table for each of `rows`. */
export function expectIndexed(doing: string, table: Matrix, indices: Uint32Array, rows: Matrix): void {
  expectSize(doing, "indices, one for each row", rows.rows, indices.length);
  expectSize(doing, "columns, as of the table", table.columns, rows.columns);
  for (let r = 0; r < indices.length; r++) {
    if (indices[r]! >= table.rows) expectWithin(doing, `index ${r}`, indices[r]!, 0, table.rows - 1);
  }
}

/** Of `infoNce`. */
export function expectContrast(doing: string, a: Matrix, { counts, temperature }: InfoNceOptions): void {
  expectSize(doing, "counts, one for each row", a.rows, counts.length);
  const wrong = counts.findIndex((count) => !(count > 0));
  if (wrong >= 0) {
    const found = `${counts[wrong]}`;
    throw new WellbegunError("mismatch", { doing, expected: "a count above 0", found, at: `row ${wrong}` });
  }
  if (temperature >= LEAST_TEMPERATURE) return;
  const expected = `a temperature of at least ${LEAST_TEMPERATURE}`;
  throw new WellbegunError("mismatch", { doing, expected, found: describe(temperature) });
}
