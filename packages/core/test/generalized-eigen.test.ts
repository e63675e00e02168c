import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { generalizedEigen } from "../src/linalg/generalized-eigen.ts";
import { orthonormalizing } from "../src/stages/project/orthonormalizing.ts";
import { seeded } from "./support/dataset.ts";
import { gramOfRows, transposed } from "./support/jacobi.ts";
import { numbers } from "./support/numbers.ts";
import { expectClose, type Rows, rowsOf } from "./support/tables.ts";

function randomRows(rows: number, columns: number, seed: number): Rows {
  const { normal } = numbers(seed);
  return Array.from({ length: rows }, () => Array.from({ length: columns }, () => normal()));
}

function times(a: Rows, b: Rows): Rows {
  const columns = transposed(b);
  return a.map((row) => columns.map((column) => row.reduce((sum, value, k) => sum + value * column[k]!, 0)));
}

const flatten = (rows: Rows): Float64Array => Float64Array.from(rows.flat());

describe("generalizedEigen", () => {
  it("finds x with S x = lambda G x, of length 1 in the norm of G", async () => {
    await fc.assert(
      fc.asyncProperty(fc.integer({ min: 1, max: 20 }), fc.nat(1e6), async (n, seed) => {
        const half = randomRows(n, n, seed);
        const s = half.map((row, i) => row.map((value, j) => value + half[j]![i]!));
        const g = gramOfRows(randomRows(n, 3 * n, seed + 1));
        const { values, vectors } = await generalizedEigen(flatten(s), flatten(g), n, n);
        const x = transposed(rowsOf(vectors, n));
        const scaled = times(g, x).map((row) => row.map((value, j) => value * values[j]!));
        expectClose(times(s, x), scaled, 1e-9);
        const identity = s.map((_, i) => s.map((__, j) => (i === j ? 1 : 0)));
        expectClose(times(transposed(x), times(g, x)), identity, 1e-10);
        expect([...values]).toEqual([...values].sort((a, b) => b - a));
      }),
      seeded,
    );
  });

  it("leaves out a coordinate that repeats another, and one of norm 0", async () => {
    // Coordinates: e1, e2, e1 again, nothing. S stands for diag(3, 2) in the plane of the first two.
    const directions = [
      [1, 0],
      [0, 1],
      [1, 0],
      [0, 0],
    ];
    const plane = [
      [3, 0],
      [0, 2],
    ];
    const s = times(times(directions, plane), transposed(directions));
    const { values, vectors } = await generalizedEigen(flatten(s), flatten(gramOfRows(directions)), 4, 4);
    expectClose([[...values]], [[3, 2, 0, 0]], 1e-14);
    expectClose(
      rowsOf(vectors, 4)
        .slice(0, 2)
        .map((row) => row.map(Math.abs)),
      [
        [1, 0, 0, 0],
        [0, 1, 0, 0],
      ],
      1e-14,
    );
    expectClose(rowsOf(vectors, 4).slice(2), new Array(2).fill([0, 0, 0, 0]), 1e-14);
  });
});

describe("Orthonormalizing", () => {
  it("makes columns orthonormal, and returns the transformation", () => {
    fc.assert(
      fc.property(fc.integer({ min: 1, max: 8 }), fc.nat(1e6), (n, seed) => {
        const z = randomRows(40, n, seed).map((row) => row.map((value, j) => value * 10 ** -(j % 3)));
        const { factor, lengths } = orthonormalizing(flatten(gramOfRows(transposed(z))), n, 0);
        const q = times(z, rowsOf(factor, n));
        const identity = Array.from({ length: n }, (_, i) =>
          Array.from({ length: n }, (__, j) => (i === j ? 1 : 0)),
        );
        expectClose(gramOfRows(transposed(q)), identity, 1e-5);
        const back = times(q, rowsOf(lengths, n));
        const relative = (rows: Rows): Rows =>
          rows.map((row) => row.map((value, j) => value / 10 ** -(j % 3)));
        expectClose(relative(back), relative(z), 1e-5);
      }),
      seeded,
    );
  });

  it("gives zeros for columns that depend on the others or are too short to count", () => {
    const z = [
      [3, 3, 0, 1e-6],
      [4, 4, 0, 0],
    ];
    const { factor } = orthonormalizing(flatten(gramOfRows(transposed(z))), 4, 1e-5);
    const q = times(z, rowsOf(factor, 4));
    const lengths = transposed(q).map((column) => Math.hypot(...column));
    expectClose([[...lengths].sort((a, b) => b - a)], [[1, 0, 0, 0]], 1e-6);
  });
});
