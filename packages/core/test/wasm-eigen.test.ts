import fc from "fast-check";
import { expect, it } from "vitest";
import { compileKernels, instantiateKernels } from "../src/backend/wasm/runtime/kernels.ts";
import { SCRATCH_BYTES } from "../src/backend/wasm/runtime/layout.ts";
import { plainSteps } from "../src/linalg/symmetric-eigen.ts";
import type { Tridiagonal } from "../src/linalg/tridiagonal.ts";
import { seeded } from "./support/dataset.ts";
import { normalTable } from "./support/numbers.ts";

// The steps of an eigendecomposition as kernels, each against the same step in TypeScript, on the same input. Where no sum
// runs in two lanes, both make the same roundings.
const PAGE = 65536;
const memory = new WebAssembly.Memory({ initial: 4 + SCRATCH_BYTES / PAGE, maximum: PAGE });
const kernels = await instantiateKernels(await compileKernels("plain"), memory, 3 * PAGE);

/** Arrays of the kernels' memory, one behind the other. */
function arrays(): (values: ArrayLike<number>) => Float64Array {
  let at = 64;
  return (values) => {
    const array = new Float64Array(memory.buffer, at, values.length);
    array.set(values);
    at += 8 * values.length;
    return array;
  };
}

/** Normal numbers, of which those at multiples of `every` are 0: off the diagonal a zero cuts the matrix in two. */
function sparseNormal(count: number, seed: number, every: number): Float64Array {
  return Float64Array.from(normalTable(count, 1, seed), (value, i) => (i % every === every - 1 ? 0 : value));
}

function tridiagonal(n: number, seed: number, every: number): Tridiagonal {
  const offDiagonal = sparseNormal(n, seed + 1, every);
  offDiagonal[n - 1] = 0;
  return {
    diagonal: sparseNormal(n, seed, every),
    offDiagonal,
    halves: new Float64Array(n),
    reflections: new Float64Array(n * n),
  };
}

const shapes = [fc.integer({ min: 1, max: 40 }), fc.nat(1e6), fc.integer({ min: 1, max: 5 })] as const;

it("The kernel finds the largest magnitude, and divides", () => {
  fc.assert(
    fc.property(fc.array(fc.double(), { maxLength: 40 }), fc.double(), (values, divisor) => {
      const array = arrays();
      const found = array([-1]);
      const own = array(values);
      kernels.largestMagnitude(own.byteOffset, own.length, found.byteOffset);
      expect(found[0]).toBe(values.some(Number.isNaN) ? NaN : Math.max(0, ...values.map(Math.abs)));
      kernels.divideBy(own.byteOffset, own.length, divisor);
      expect([...own]).toEqual(values.map((value) => value / divisor));
    }),
    seeded,
  );
});

it("The kernel reduces a matrix to the plain loop's tridiagonal one, with the same reflections", () => {
  fc.assert(
    fc.property(...shapes, (n, seed, every) => {
      const matrix = Float64Array.from(normalTable(n * n, 1, seed));
      // A last row of zeros needs no reflection.
      if (every === 1) matrix.fill(0, n * (n - 1));
      const plain: Tridiagonal = { ...tridiagonal(n, 0, 1), reflections: matrix.slice() };
      plainSteps.tridiagonalize(plain.reflections, n, plain);
      const array = arrays();
      const a = array(matrix);
      const [diagonal, beside, halves] = [
        array(matrix.slice(0, n)),
        array(plain.halves),
        array(plain.halves),
      ];
      beside.fill(0);
      halves.fill(0);
      const room = array(new Float64Array(3 * n));
      kernels.tridiagonalize(
        a.byteOffset,
        n,
        diagonal.byteOffset,
        beside.byteOffset,
        halves.byteOffset,
        room.byteOffset,
      );
      const size = Math.hypot(...matrix, 1);
      const pairs = [
        [diagonal, plain.diagonal, size],
        [beside, plain.offDiagonal, size],
        [halves, plain.halves, size * size],
      ] as const;
      for (const [found, expected, scale] of pairs) {
        for (let i = 0; i < n; i++) expect(Math.abs(found[i]! - expected[i]!) / scale).toBeLessThan(1e-11);
      }

      const rows = sparseNormal(3 * n, seed + 2, 7);
      const turned = array(rows);
      kernels.applyReflections(a.byteOffset, halves.byteOffset, n, turned.byteOffset, 3);
      plainSteps.reflect({ ...plain, halves: halves.slice(), reflections: a.slice() }, rows, 3);
      for (let p = 0; p < 3 * n; p++) expect(Math.abs(turned[p]! - rows[p]!)).toBeLessThan(1e-11);
    }),
    seeded,
  );
});

it("The kernel finds the plain loop's eigenvalues of a tridiagonal matrix, to the bit", () => {
  fc.assert(
    fc.property(...shapes, (n, seed, every) => {
      const { diagonal, offDiagonal } = tridiagonal(n, seed, every);
      const array = arrays();
      const [d, e] = [array(diagonal), array(offDiagonal)];
      kernels.tridiagonalEigenvalues(d.byteOffset, e.byteOffset, n);
      plainSteps.eigenvalues(diagonal, offDiagonal);
      expect([...d]).toEqual([...diagonal]);
    }),
    seeded,
  );
});

it("The kernel finds the plain loop's eigenvectors: the first to the bit, others orthogonal to those before", () => {
  fc.assert(
    fc.property(...shapes, fc.nat(2), (n, seed, every, cluster) => {
      const t = tridiagonal(n, seed, every);
      const values = t.diagonal.slice();
      plainSteps.eigenvalues(values, t.offDiagonal.slice());
      const count = Math.min(n, 3);
      const vectors = sparseNormal(count * n, seed + 2, 11);
      const smallest = 1e-15;
      const array = arrays();
      const [d, e, own] = [array(t.diagonal), array(t.offDiagonal), array(vectors)];
      const room = array(new Float64Array(5 * n));
      const iteration = { vectors, smallest, factors: new Float64Array(5 * n) };
      for (let j = 0; j < count; j++) {
        const from = Math.min(cluster, j);
        const shared = [room.byteOffset, own.byteOffset, j, from] as const;
        kernels.inverseIteration(d.byteOffset, e.byteOffset, n, values[j]!, smallest, ...shared);
        plainSteps.iterate(t, iteration, j, values[j]!, from);
        const found = own.subarray(j * n, (j + 1) * n);
        const expected = vectors.subarray(j * n, (j + 1) * n);
        if (j === 0) expect([...found]).toEqual([...expected]);
        for (let before = 0; before < j; before++) {
          const other = own.subarray(before * n, (before + 1) * n);
          expect(Math.abs(found.reduce((sum, x, i) => sum + x * other[i]!, 0))).toBeLessThan(1e-10);
        }
        // The next starts from the same rows.
        own.set(expected, j * n);
      }
    }),
    seeded,
  );
});

it("The kernel adds up partial Gram matrices in their order, and mirrors them", () => {
  fc.assert(
    fc.property(
      fc.integer({ min: 1, max: 19 }),
      fc.integer({ min: 1, max: 8 }),
      fc.nat(1e6),
      (n, parts, seed) => {
        const padded = Math.ceil(n / 4) * 4;
        const size = padded * padded;
        const sums = Float64Array.from(normalTable(parts * size, 1, seed));
        const array = arrays();
        const own = array(sums);
        const out = array(new Float64Array(n * n));
        kernels.addParts(own.byteOffset, parts, n, out.byteOffset);
        for (let i = 0; i < n; i++) {
          for (let j = i; j < n; j++) {
            let sum = 0;
            for (let part = 0; part < parts; part++) sum += sums[part * size + i * padded + j]!;
            expect(out[i * n + j]).toBe(sum);
            expect(out[j * n + i]).toBe(sum);
          }
        }
      },
    ),
    seeded,
  );
});
