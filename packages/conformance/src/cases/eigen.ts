import { symmetricEigen } from "@wellbegun/core/support";
import { expectEqual, expectThat } from "../check.ts";
import { normalTable } from "../inputs.ts";
import type { CaseDefinition, Trial } from "../trial.ts";

/**
 * Tolerance relative to the size of the matrix: float64's rounding, with a margin for the n^2 operations behind
 * an entry.
 */
const ROUNDING = 1e-12;

/** symmetricEigen; for a backend without it, core's own. */
export const eigenCases: readonly CaseDefinition[] = [
  {
    operation: "symmetricEigen",
    name: "solves every size, for some and for all vectors",
    async run(trial) {
      for (const n of [1, 2, 3, 4, 5, 8, 17, 31, 64, 67]) {
        const x = normalTable(n + 3, n, `eigen/${n}`);
        const a = new Float64Array(n * n);
        for (let i = 0; i < n; i++) {
          for (let j = 0; j < n; j++) {
            for (let r = 0; r < x.rows; r++) a[i * n + j]! += x.values[r * n + i]! * x.values[r * n + j]!;
          }
        }
        for (const count of new Set([1, Math.ceil(n / 4), n])) await expectEigen(trial, a, n, count);
      }
    },
  },
  {
    operation: "symmetricEigen",
    name: "solves zeros, repeated eigenvalues, one direction, both signs, and extreme magnitudes",
    async run(trial) {
      const n = 13;
      const of = (entry: (i: number, j: number) => number): Float64Array =>
        Float64Array.from({ length: n * n }, (_, at) => entry(Math.floor(at / n), at % n));
      await expectEigen(
        trial,
        of(() => 0),
        n,
        n,
      );
      await expectEigen(
        trial,
        of((i, j) => Number(i === j)),
        n,
        n,
      );
      await expectEigen(
        trial,
        of((i, j) => (i === j ? (i % 3) - 1 : 0)),
        n,
        n,
      );
      for (const size of [1, 1e150, 1e-140]) {
        await expectEigen(
          trial,
          of((i, j) => (i + 1) * (j + 1) * size),
          n,
          n,
        );
        await expectEigen(
          trial,
          of((i, j) => Math.cos(i * j) * size),
          n,
          5,
        );
      }
    },
  },
];

async function expectEigen(trial: Trial, a: Float64Array, n: number, count: number): Promise<void> {
  const doing = `computing ${count} eigenvectors of a ${n} x ${n} matrix`;
  const { backend } = trial;
  const given = a.slice();
  const { values, vectors } =
    (await backend.symmetricEigen?.(given, n, count)) ?? symmetricEigen(given, n, count);
  expectEqual(doing, "number of values", values.length, count);
  expectEqual(doing, "number of vectors' entries", vectors.length, count * n);
  for (let p = 0; p < a.length; p++) expectEqual(doing, `entry ${p} of what was given`, given[p], a[p]);

  const size = Math.sqrt(a.reduce((sum, value) => sum + (value / 1e10) ** 2, 0)) * 1e10;
  const allowed = ROUNDING * Math.max(size, Number.MIN_VALUE);
  for (let k = 0; k < count; k++) {
    const vector = vectors.subarray(k * n, (k + 1) * n);
    if (k > 0) expectThat(doing, values[k - 1]! >= values[k]!, "values in descending order", `${values}`);
    for (let i = 0; i < n; i++) {
      const row = a.subarray(i * n, (i + 1) * n);
      const rest = Math.abs(dot(row, vector) - values[k]! * vector[i]!);
      expectThat(doing, rest <= allowed, `A v = ${values[k]} v within ${allowed}`, `${rest} in row ${i}`);
    }
    for (let l = 0; l <= k; l++) {
      const product = dot(vector, vectors.subarray(l * n, (l + 1) * n));
      const off = Math.abs(product - Number(k === l));
      expectThat(doing, off <= ROUNDING, "orthonormal vectors", `${product} for ${k} and ${l}`);
    }
  }
  // All of them add up to the trace; some of them are the largest if no other eigenvalue is larger.
  const all = count === n ? values : symmetricEigen(a, n).values;
  const trace = all.reduce((sum, value) => sum + value, 0);
  let diagonal = 0;
  for (let i = 0; i < n; i++) diagonal += a[i * n + i]!;
  expectThat(doing, Math.abs(trace - diagonal) <= n * allowed, `the trace ${diagonal}`, `${trace}`);
  for (let k = 0; k < count; k++) {
    const off = Math.abs(values[k]! - all[k]!);
    expectThat(doing, off <= allowed, `eigenvalue ${k} to be ${all[k]}`, `${values[k]}`);
  }
}

function dot(a: Float64Array, b: Float64Array): number {
  let sum = 0;
  for (let i = 0; i < a.length; i++) sum += a[i]! * b[i]!;
  return sum;
}
