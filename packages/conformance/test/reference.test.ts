import { expect, it } from "vitest";
import type { Table } from "../src/inputs.ts";
import * as reference from "../src/reference.ts";

// Worked out by hand.
const table = (rows: number, columns: number, ...values: number[]): Table => {
  return { rows, columns, values: Float32Array.from(values) };
};
const a = table(2, 3, 1, 2, 3, -4, 5, -6);
const b = table(3, 2, 1, 0, 2, -1, 0, 3);

it("The reference multiplies matrices", () => {
  const { values, scale } = reference.product(a, b, false);
  expect([...values]).toEqual([5, 7, 6, -23]);
  expect([...scale]).toEqual([5, 11, 14, 23]);
  expect([...reference.product(a, a, true).values]).toEqual([17, -18, 27, -18, 29, -24, 27, -24, 45]);
  const added = reference.product(a, b, false, table(2, 2, 1, -1, 2, -2));
  expect([...added.values]).toEqual([6, 6, 8, -25]);
  expect([...added.scale]).toEqual([6, 12, 16, 25]);
});

it("The reference multiplies sparse matrices with all their factors", () => {
  const s = {
    rows: 2,
    columns: 3,
    offsets: Uint32Array.of(1, 1, 3),
    indices: Uint32Array.of(9, 2, 0),
    values: Float32Array.of(9, 2, 3),
    rowScale: Float32Array.of(9, 10),
    columnScale: Float32Array.of(5, 9, 7),
  };
  const { values, scale } = reference.sparseProduct(s, b);
  // 10 * (2 * 7 * [0, 3] + 3 * 5 * [1, 0])
  expect([...values]).toEqual([0, 0, 150, 420]);
  expect([...scale]).toEqual([0, 0, 150, 420]);
});

it("The reference sums columns about a shift and without missing rows", () => {
  const { sum, sumOfSquares } = reference.columnMoments(b, Float64Array.of(1, -1), Uint8Array.of(0, 1, 0));
  expect([...sum.values]).toEqual([-1, 5]);
  expect([...sum.scale]).toEqual([3, 5]);
  expect([...sumOfSquares.values]).toEqual([1, 17]);
  expect([...sumOfSquares.scale]).toEqual([1, 17]);
});

it("The reference transforms rows", () => {
  const x = table(3, 2, 4, 1, 1, 1, 9, 9);
  const transform = {
    unit: true,
    shift: Float64Array.of(1, 1),
    scale: Float64Array.of(2, 5),
    missing: Uint8Array.of(0, 0, 1),
  };
  expect([...reference.transformedRows(x, transform).values]).toEqual([1, 0, 0, 0, 0, 0]);
  expect([...reference.transformedRows(x, { ...transform, unit: false }).values]).toEqual([6, 0, 0, 0, 0, 0]);
  expect([...reference.transformedRows(table(1, 2, 3, 4), { unit: true }).values]).toEqual([0.6, 0.8]);
});

it("The reference computes norms, scaled rows and scaled sums", () => {
  expect([...reference.rowNorms(table(2, 2, 3, 4, 0, -2)).values]).toEqual([5, 2]);
  expect([...reference.scaledRows(b, 2).values]).toEqual([2, 0, 4, -2, 0, 6]);
  expect([...reference.scaledRows(b, Float32Array.of(1, 2, 3)).values]).toEqual([1, 0, 4, -2, 0, 9]);
  expect([...reference.scaledSum(a, table(2, 1, 10, 20), -1, 1).values]).toEqual([1, -8, 3, -4, -15, -6]);
});

it("The reference computes distances", () => {
  expect([...reference.squaredDistances(a, Float32Array.of(1, 2, 3, 0, 0, 0)).values]).toEqual([
    0, 14, 115, 77,
  ]);
  const labels = Int32Array.of(-1, 1);
  expect([...reference.assignedDistances(a, labels, Float32Array.of(9, 9, 9, -4, 5, -5)).values]).toEqual([
    0, 1,
  ]);
});

it("The reference sums clusters", () => {
  const { sums, counts } = reference.clusterSums(b, Int32Array.of(1, -1, 1), 3);
  expect([...sums.values]).toEqual([0, 0, 1, 3, 0, 0]);
  expect([...counts]).toEqual([0, 2, 0]);
});

it("The reference scores items", () => {
  const { values, scale } = reference.scores(a, 1, table(2, 3, 1, 1, 1, 0, -1, 2));
  expect([...values]).toEqual([-5, -17]);
  expect([...scale]).toEqual([15, 17]);
});
