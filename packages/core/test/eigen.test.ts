import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { symmetricEigen } from "../src/linalg/symmetric-eigen.ts";
import { seeded } from "./support/dataset.ts";
import { gramOfRows, jacobi, transposed } from "./support/jacobi.ts";
import { numbers } from "./support/numbers.ts";
import { expectClose, type Rows, rowsOf } from "./support/tables.ts";

function randomSymmetric(n: number, seed: number): Rows {
  const { normal } = numbers(seed);
  const half = Array.from({ length: n }, () => Array.from({ length: n }, () => normal()));
  return half.map((row, i) => row.map((value, j) => value + half[j]![i]!));
}

/** A matrix with these eigenvalues and random eigenvectors; symmetric to the bit. */
function withSpectrum(values: readonly number[], seed: number): Rows {
  const columns = transposed(jacobi(randomSymmetric(values.length, seed)).vectors);
  const matrix = columns.map((left) =>
    columns.map((right) => left.reduce((sum, x, k) => sum + x * values[k]! * right[k]!, 0)),
  );
  return matrix.map((row, i) => row.map((value, j) => (value + matrix[j]![i]!) / 2));
}

/** Checks that the decomposition is one: orthonormal vectors, descending values, and the matrix back from both. */
function decompose(matrix: Rows): { values: number[]; vectors: Rows } {
  const n = matrix.length;
  const input = Float64Array.from(matrix.flat());
  const before = input.slice();
  const found = symmetricEigen(input, n);
  expect(input).toEqual(before);
  const values = [...found.values];
  const vectors = rowsOf(found.vectors, n);
  const identity = matrix.map((_, i) => matrix.map((__, j) => (i === j ? 1 : 0)));
  expectClose(gramOfRows(vectors), identity, 1e-12);
  expect(values).toEqual([...values].sort((a, b) => b - a));
  const size = Math.max(1e-300, ...matrix.flat().map(Math.abs));
  const columns = transposed(vectors);
  const back = columns.map((left) =>
    columns.map((right) => left.reduce((sum, x, k) => sum + (x * values[k]! * right[k]!) / size, 0)),
  );
  expectClose(
    back,
    matrix.map((row) => row.map((value) => value / size)),
    1e-12 * n,
  );
  return { values, vectors };
}

describe("symmetricEigen", () => {
  it("agrees with Jacobi rotations on random matrices", () => {
    fc.assert(
      fc.property(fc.integer({ min: 1, max: 24 }), fc.nat(1e6), (n, seed) => {
        const matrix = randomSymmetric(n, seed);
        const { values, vectors } = decompose(matrix);
        const expected = jacobi(matrix);
        expectClose([values], [expected.values], 1e-10);
        // Where an eigenvalue stands alone, so does its vector, but for the sign.
        values.forEach((value, j) => {
          const gap = Math.min(...values.map((other, k) => (k === j ? Infinity : Math.abs(other - value))));
          if (gap < 1e-3) return;
          const dot = vectors[j]!.reduce((sum, x, c) => sum + x * expected.vectors[j]![c]!, 0);
          expect(Math.abs(dot)).toBeCloseTo(1, 8);
        });
      }),
      seeded,
    );
  });

  it("decomposes a matrix as large as that of wide features", () => {
    const { values } = decompose(randomSymmetric(150, 1));
    // The trace is the sum of the eigenvalues.
    const trace = randomSymmetric(150, 1).reduce((sum, row, i) => sum + row[i]!, 0);
    expect(values.reduce((sum, value) => sum + value, 0)).toBeCloseTo(trace, 8);
  });

  it("keeps repeated and nearly repeated eigenvalues apart by orthogonal vectors", () => {
    const spectra = fc.array(fc.constantFrom(4, 4 + 1e-13, 4 - 1e-9, 1, 0, 0, -2), {
      minLength: 1,
      maxLength: 20,
    });
    fc.assert(
      fc.property(spectra, fc.nat(1e6), (spectrum, seed) => {
        const wanted = [...spectrum].sort((a, b) => b - a);
        const { values } = decompose(withSpectrum(wanted, seed));
        expectClose([values], [wanted], 1e-11);
      }),
      seeded,
    );
  });

  it("decomposes matrices of low rank and with many zeros", () => {
    const rows = randomSymmetric(120, 7).slice(0, 20);
    const { values } = decompose(gramOfRows(transposed(rows)));
    expect(values[19]!).toBeGreaterThan(1);
    expectClose([values.slice(20)], [new Array(100).fill(0)], 1e-10 * values[0]!);
  });

  it("finds only the largest eigenvalues when only some are requested", () => {
    fc.assert(
      fc.property(fc.integer({ min: 1, max: 16 }), fc.nat(16), fc.nat(1e6), (n, count, seed) => {
        fc.pre(count <= n);
        const matrix = Float64Array.from(randomSymmetric(n, seed).flat());
        const some = symmetricEigen(matrix, n, count);
        const all = symmetricEigen(matrix, n);
        expect(some.vectors.length).toBe(count * n);
        expectClose([[...some.values]], [[...all.values.slice(0, count)]], 1e-12);
        expectClose([[...some.vectors]], [[...all.vectors.slice(0, count * n)]], 1e-8);
      }),
      seeded,
    );
  });

  it.each<[what: string, matrix: Rows, values: number[]]>([
    ["1 x 1", [[-3]], [-3]],
    [
      "2 x 2",
      [
        [2, 1],
        [1, 2],
      ],
      [3, 1],
    ],
    [
      "a diagonal matrix",
      [
        [1, 0, 0],
        [0, 5, 0],
        [0, 0, -2],
      ],
      [5, 1, -2],
    ],
    [
      "the identity",
      [
        [1, 0, 0],
        [0, 1, 0],
        [0, 0, 1],
      ],
      [1, 1, 1],
    ],
    [
      "zeros",
      [
        [0, 0],
        [0, 0],
      ],
      [0, 0],
    ],
    [
      "rank one",
      [
        [1, 2, 3],
        [2, 4, 6],
        [3, 6, 9],
      ],
      [14, 0, 0],
    ],
    [
      "products of the least float32 values",
      [
        [2e-76, 1e-76],
        [1e-76, 2e-76],
      ],
      [3e-76, 1e-76],
    ],
    [
      "blocks",
      [
        [0, 1, 0, 0],
        [1, 0, 0, 0],
        [0, 0, 3, 4],
        [0, 0, 4, -3],
      ],
      [5, 1, -1, -5],
    ],
    [
      "scales far apart",
      [
        [1e12, 1, 0],
        [1, 1, 1e-6],
        [0, 1e-6, 1e-9],
      ],
      [1e12, 1, 1e-9 - 1e-12],
    ],
  ])("decomposes %s", (_, matrix, expected) => {
    const { values } = decompose(matrix);
    const size = Math.max(...expected.map(Math.abs), 1e-300);
    expectClose([values.map((v) => v / size)], [expected.map((v) => v / size)], 1e-12);
  });

  it("decomposes a matrix without rows", () => {
    expect(symmetricEigen(new Float64Array(0), 0)).toEqual({
      values: new Float64Array(0),
      vectors: new Float64Array(0),
    });
  });
});
