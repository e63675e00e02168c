import { expect, it } from "vitest";
import type { Backend, Matrix } from "../src/backend/backend.ts";
import { wasm } from "../src/backend/wasm/index.ts";
import { normalTable } from "./support/numbers.ts";

async function load(
  backend: Backend,
  rows: number,
  columns: number,
  values: Float32Array<ArrayBufferLike>,
): Promise<Matrix> {
  const matrix = await backend.create(rows, columns);
  await backend.write(matrix, 0, rows, (into) => into.set(values));
  return matrix;
}

/** start + a^T b in float64, and the same of the magnitudes. */
function product(
  a: Float32Array,
  b: Float32Array,
  start: Float32Array,
  rows: number,
): [Float64Array, Float64Array] {
  const [left, right] = [a.length / rows, b.length / rows];
  const values = Float64Array.from(start);
  const sizes = Float64Array.from(start, Math.abs);
  for (let row = 0; row < rows; row++) {
    for (let i = 0; i < left; i++) {
      for (let j = 0; j < right; j++) {
        const term = a[row * left + i]! * b[row * right + j]!;
        values[i * right + j]! += term;
        sizes[i * right + j]! += Math.abs(term);
      }
    }
  }
  return [values, sizes];
}

it.each([
  // Rows that are packed at a time, columns that are: one more than either, and shapes that threads cut by columns.
  { rows: 8193, left: 67, right: 41 },
  { rows: 1025, left: 64, right: 513 },
  { rows: 2049, left: 5, right: 100 },
])(
  "A transposed product of $rows rows, $left by $right columns, equals float64 sums on any number of threads",
  async ({ rows, left, right }) => {
    const [a, b, start] = [
      normalTable(rows, left, 1),
      normalTable(rows, right, 2),
      normalTable(left, right, 3),
    ];
    const [expected, sizes] = product(a, b, start, rows);
    const results: Float32Array[] = [];
    for (const threads of [1, 2, 5]) {
      const backend = await wasm({ threads, relaxed: false });
      const out = await load(backend, left, right, start);
      await backend.multiply(await load(backend, rows, left, a), await load(backend, rows, right, b), out, {
        transposeA: true,
        accumulate: true,
      });
      results.push(await backend.read(out, 0, left, (view) => view.slice()));
      await backend.dispose();
    }
    const [first, ...others] = results as [Float32Array, ...Float32Array[]];
    // Each entry is rounded to float32 once, and its sums of 1,024 rows in blocks of 128.
    const off = first.map((value, k) => Math.abs(value - expected[k]!) / sizes[k]!);
    expect(Math.max(...off)).toBeLessThan(1e-6);
    for (const other of others) expect(other).toEqual(first);
  },
);

it("Exponentials are within two units of the last place, saturate, and keep NaN", async () => {
  const backend = await wasm({ relaxed: false });
  // g = 1 / (1 + e^-a) and z = q g, whose tail for large negative a is the exponential itself.
  const inputs = Float32Array.from([
    NaN,
    -1e9,
    -60,
    -10,
    -0.7,
    0,
    0.3,
    5,
    60,
    1e9,
    Infinity,
    -Infinity,
    1,
    2,
    -3,
    4,
  ]);
  const n = inputs.length;
  const [g, z] = [await backend.create(1, n), await backend.create(1, n)];
  const ones = new Float32Array(n).fill(1);
  const [a, q, bias] = [
    await load(backend, 1, n, inputs),
    await load(backend, 1, n, ones),
    await load(backend, 1, n, new Float32Array(n)),
  ];
  await backend.training?.gate(a, bias, q, g, z);
  const found = await backend.read(g, 0, 1, (view) => view.slice());
  await backend.dispose();
  for (const [k, x] of inputs.entries()) {
    const expected = 1 / (1 + Math.exp(-x));
    if (Number.isNaN(x)) expect(found[k]).toBeNaN();
    else expect(Math.abs(found[k]! - expected)).toBeLessThanOrEqual(expected * 2 ** -21 + 1e-37);
  }
});
