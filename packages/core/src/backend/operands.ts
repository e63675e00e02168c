/**
 * The checks of each operation's operands: one function for each operation, which throws `mismatch` and names
 * the operand that does not fit. `handles.ts` checks first that matrices belong to the backend and were not
 * disposed of.
 */

import { WellbegunError } from "../errors.ts";
import type { Assignment, Matrix, RowTransform, SparseMatrix } from "./backend.ts";
import { expectLength, expectSize, expectWithin } from "./check.ts";

/** Of `create`. */
export function expectShape(doing: string, rows: number, columns: number): void {
  expectWithin(doing, "rows", rows, 0);
  expectWithin(doing, "columns", columns, 1);
}

/** Of `write` and `read`: the rows must be rows of the matrix. */
export function expectRows(doing: string, { rows: total }: Matrix, firstRow: number, rows: number): void {
  expectWithin(doing, "firstRow", firstRow, 0, total);
  expectWithin(doing, `rows from row ${firstRow} on`, rows, 0, total - firstRow);
}

/** Of `columnMoments` and `transformRows`: vectors must have the matrix's width, and the mask its rows. */
export function expectRowOptions(doing: string, x: Matrix, options: Partial<RowTransform>): void {
  expectLength(doing, "shifts, one for each column", x.columns, options.shift);
  expectLength(doing, "scales, one for each column", x.columns, options.scale);
  expectMask(doing, x.rows, options.missing);
  expectLength(doing, "row factors", x.rows, options.factors);
}

/** Of `scaleRows`: one factor for all, or one for each row. */
export function expectFactors(doing: string, x: Matrix, factor: number | Float32Array): void {
  if (typeof factor !== "number") expectSize(doing, "factors, one for each row", x.rows, factor.length);
}

/** Of `addScaled`: the rows must agree, and the columns must fit. */
export function expectAddends(doing: string, y: Matrix, x: Matrix, firstColumn: number): void {
  expectSize(doing, "rows", y.rows, x.rows);
  expectWithin(doing, "columns to add", x.columns, 1, y.columns);
  expectWithin(doing, "firstColumn", firstColumn, 0, y.columns - x.columns);
}

/** Of `multiply`. */
export function expectProduct(doing: string, a: Matrix, b: Matrix, out: Matrix, transposeA: boolean): void {
  expectSize(doing, "rows of b", transposeA ? a.rows : a.columns, b.rows);
  expectSize(doing, "rows of out", transposeA ? a.columns : a.rows, out.rows);
  expectSize(doing, "columns of out", b.columns, out.columns);
  expectApart(doing, out, a, b);
}

/** Of `multiplySparse`, without the entries of `s`, which {@link expectEntries} checks. */
export function expectSparseProduct(doing: string, s: SparseMatrix, x: Matrix, out: Matrix): void {
  expectSparseLengths(doing, s);
  expectSize(doing, "rows of x", s.columns, x.rows);
  expectSize(doing, "rows of out", s.rows, out.rows);
  expectSize(doing, "columns of out", x.columns, out.columns);
  expectApart(doing, out, x);
}

/** Of `squaredDistances`. */
export function expectPoints(doing: string, x: Matrix, points: Float32Array, count: number): void {
  expectWithin(doing, "count", count, 0);
  expectSize(doing, "values in points", count * x.columns, points.length);
}

/** Of `createAssignment`. */
export function expectClustering(
  doing: string,
  rows: number,
  columns: number,
  clusters: number,
  missing: Uint8Array | undefined,
): void {
  expectShape(doing, rows, columns);
  expectWithin(doing, "clusters", clusters, 1);
  expectMask(doing, rows, missing);
}

/** Of `assign` and `assignedDistances`: the rows and the width that the assignment was made for. */
export function expectPass(doing: string, assignment: Assignment, x: Matrix, centroids: Float32Array): void {
  expectSize(doing, "rows", assignment.rows, x.rows);
  expectSize(doing, "columns", assignment.columns, x.columns);
  expectCentroids(doing, assignment, centroids);
}

/** Of every pass of k-means: a centroid for each cluster. */
export function expectCentroids(doing: string, assignment: Assignment, centroids: Float32Array): void {
  expectSize(doing, "values in centroids", assignment.clusters * assignment.columns, centroids.length);
}

/** Of the gathered passes: `suits` must be true for the sizes. */
export function expectSuitable(doing: string, { rows, columns, clusters }: Assignment, suits: boolean): void {
  if (suits) return;
  const found = `${rows} rows of ${columns} columns and ${clusters} clusters`;
  throw new WellbegunError("mismatch", { doing, expected: "sizes that `suits` accepts", found });
}

/** Of a gathered matrix: at least the requested rows, and the assignment's width. */
export function expectGathered(doing: string, assignment: Assignment, x: Matrix, rows: number): void {
  expectSize(doing, "columns", assignment.columns, x.columns);
  expectWithin(doing, "rows gathered", x.rows, rows);
}

/** Of `symmetricEigen`: a square matrix, and no more eigenvalues than it has. */
export function expectEigen(doing: string, a: Float64Array, n: number, count: number): void {
  expectSize(doing, "values (n x n)", n * n, a.length);
  expectWithin(doing, "count", count, 0, n);
}

/** Of `topK`. */
export function expectRanking(
  doing: string,
  users: Matrix,
  items: Matrix,
  k: number,
  exclude: SparseMatrix | undefined,
): void {
  expectSize(doing, "columns of items, as of users", users.columns, items.columns);
  expectWithin(doing, "k", k, 1);
  if (exclude === undefined) return;
  expectSparseLengths(doing, exclude);
  expectEntries(doing, exclude);
  expectSize(doing, "rows of exclude, one for each user", users.rows, exclude.rows);
  expectSize(doing, "columns of exclude, one for each item", items.rows, exclude.columns);
}

/**
 * Of the entries of a sparse matrix whose array lengths were checked: offsets must ascend, and columns be in
 * range.
 */
export function expectEntries(
  doing: string,
  { rows, columns, offsets, indices }: Pick<SparseMatrix, "rows" | "columns" | "offsets" | "indices">,
): void {
  for (let r = 0; r < rows; r++) {
    const end = offsets[r + 1]!;
    if (end >= offsets[r]! && end <= indices.length) continue;
    expectWithin(doing, `offset ${r + 1}`, end, offsets[r]!, indices.length);
  }
  const end = offsets[rows]!;
  for (let e = offsets[0]!; e < end; e++) {
    if (indices[e]! >= columns) expectWithin(doing, `index ${e}`, indices[e]!, 0, columns - 1);
  }
}

function expectSparseLengths(doing: string, { rows, columns, ...s }: SparseMatrix): void {
  expectSize(doing, "offsets (rows + 1)", rows + 1, s.offsets.length);
  expectLength(doing, "values, one for each index", s.indices.length, s.values);
  expectLength(doing, "row factors", rows, s.rowScale);
  expectLength(doing, "column factors", columns, s.columnScale);
}

function expectMask(doing: string, rows: number, missing: Uint8Array | undefined): void {
  expectLength(doing, "entries in the mask of missing rows", rows, missing);
}

function expectApart(doing: string, out: Matrix, ...inputs: readonly Matrix[]): void {
  if (!inputs.includes(out)) return;
  const expected = "an output that is not an input too";
  throw new WellbegunError("mismatch", { doing, expected, found: "the same matrix" });
}
