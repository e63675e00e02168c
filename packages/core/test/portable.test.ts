import fc from "fast-check";
import { afterAll, describe, expect, it } from "vitest";
import type { Matrix } from "../src/backend/backend.ts";
import { cpu } from "../src/backend/portable/index.ts";

// The conformance suite holds every operation to its contract; here is what only this backend promises: float64
// arithmetic, rounded once, at sizes on both sides of its tiles (64 rows, 128 columns, 512 deep).
const backend = cpu();
afterAll(() => backend.dispose());

async function load(rows: number, columns: number, values: ArrayLike<number>): Promise<Matrix> {
  const matrix = await backend.create(rows, columns);
  await backend.write(matrix, 0, rows, (into) => into.set(values));
  return matrix;
}

const copy = (matrix: Matrix): Promise<Float32Array> =>
  backend.read(matrix, 0, matrix.rows, (view) => view.slice());

/** Values from a small generator of its own, spread over several magnitudes. */
function noise(length: number, seed: number): Float32Array {
  let state = seed | 1;
  return new Float32Array(length).map(() => {
    state = (Math.imul(state, 1103515245) + 12345) | 0;
    return (state / 2 ** 31) * 10 ** ((state >>> 8) % 3);
  });
}

const whole = fc.integer({ min: -3, max: 3 });

describe("multiply", () => {
  it.each([
    [63, 511, 127],
    [64, 512, 128],
    [65, 513, 129],
    [1, 1025, 2],
  ])("rounds the float64 product of %i x %i by %i columns once", async (rows, depth, columns) => {
    const [a, b] = [noise(rows * depth, 3), noise(depth * columns, 5)];
    const out = await backend.create(rows, columns);
    await backend.multiply(await load(rows, depth, a), await load(depth, columns, b), out);
    const found = await copy(out);
    for (let p = 0; p < found.length; p++) {
      const [i, j] = [Math.floor(p / columns), p % columns];
      let [exact, size] = [0, 0];
      for (let t = 0; t < depth; t++) {
        const term = a[i * depth + t]! * b[t * columns + j]!;
        exact += term;
        size += Math.abs(term);
      }
      // Half a unit in the last place of float32, and the rounding of float64 sums in another order.
      expect(Math.abs(found[p]! - exact)).toBeLessThanOrEqual(2 ** -24 * Math.abs(exact) + 1e-13 * size);
    }
  });

  it("is exact for whole numbers, also with the first operand transposed", async () => {
    const shape = fc.tuple(
      fc.integer({ min: 1, max: 9 }),
      fc.integer({ min: 1, max: 9 }),
      fc.integer({ min: 1, max: 9 }),
    );
    const product = shape.chain(([rows, depth, columns]) =>
      fc.record({
        shape: fc.constant([rows, depth, columns] as const),
        a: fc.array(whole, { minLength: rows * depth, maxLength: rows * depth }),
        b: fc.array(whole, { minLength: depth * columns, maxLength: depth * columns }),
      }),
    );
    const property = fc.asyncProperty(product, async ({ shape: [rows, depth, columns], a, b }) => {
      const expected = Array.from({ length: rows * columns }, (_, p) => {
        const [i, j] = [Math.floor(p / columns), p % columns];
        return Array.from({ length: depth }, (_, t) => a[i * depth + t]! * b[t * columns + j]!).reduce(
          (x, y) => x + y,
        );
      });
      const transposed = Array.from(
        { length: depth * rows },
        (_, p) => a[(p % rows) * depth + Math.floor(p / rows)]!,
      );
      const right = await load(depth, columns, b);
      const out = await backend.create(rows, columns);
      await backend.multiply(await load(rows, depth, a), right, out);
      expect([...(await copy(out))].map((value) => value + 0)).toEqual(expected.map((value) => value + 0));
      await backend.multiply(await load(depth, rows, transposed), right, out, {
        transposeA: true,
        accumulate: true,
      });
      expect([...(await copy(out))].map((value) => value + 0)).toEqual(
        expected.map((value) => 2 * value + 0),
      );
    });
    await fc.assert(property);
  });
});

describe("assign", () => {
  it("decides by float64 differences, however close the call", async () => {
    // Beside 2^60 the squares of the second column vanish from ||c||^2 - 2 x.c, and all scores are equal.
    const x = await load(1, 2, [2 ** 30, 0]);
    const assignment = await backend.createAssignment(1, 2, 3);
    const centroids = Float32Array.of(2 ** 30, 3 / 1024, 2 ** 30, 1 / 1024, 2 ** 30, -1 / 1024);
    await backend.assign(assignment, x, centroids);
    expect([...(await assignment.labels())]).toEqual([1]);
  });

  it("breaks ties between whole numbers towards the lowest label", async () => {
    const points = fc.record({
      rows: fc.array(fc.tuple(whole, whole), { minLength: 1, maxLength: 80 }),
      centroids: fc.array(fc.tuple(whole, whole), { minLength: 1, maxLength: 140 }),
    });
    const property = fc.asyncProperty(points, async ({ rows, centroids }) => {
      const assignment = await backend.createAssignment(rows.length, 2, centroids.length);
      await backend.assign(
        assignment,
        await load(rows.length, 2, rows.flat()),
        Float32Array.from(centroids.flat()),
      );
      const expected = rows.map(([x, y]) => {
        const distances = centroids.map(([u, v]) => (x - u) ** 2 + (y - v) ** 2);
        return distances.indexOf(Math.min(...distances));
      });
      expect([...(await assignment.labels())]).toEqual(expected);
    });
    await fc.assert(property);
  });

  it("ends on values that are not finite", async () => {
    const x = await load(4, 2, [NaN, 0, Infinity, 0, -Infinity, Infinity, 1, 1]);
    const assignment = await backend.createAssignment(4, 2, 3);
    await backend.assign(assignment, x, Float32Array.of(NaN, NaN, Infinity, 0, 1, 2));
    const labels = await assignment.labels();
    expect(labels[3]).toBe(2);
    expect([...labels].every((label) => label >= 0 && label < 3)).toBe(true);
  });
});

describe("topK", () => {
  it("orders equal float32 scores by item and ignores NaN", async () => {
    const users = await load(1, 2, [1, 1]);
    // In float64 item 2 would beat item 1; returned as float32 their scores are equal.
    const items = await load(5, 2, [NaN, 0, 1, 0, 1, 2 ** -30, 0.5, 0, -1, 0]);
    const { items: best, scores } = await backend.topK(users, items, 5);
    expect([...best]).toEqual([1, 2, 3, 4, -1]);
    expect([...scores]).toEqual([1, 1, 0.5, -1, -Infinity]);
  });

  it("returns at most as many items as there are, sorted", async () => {
    const lists = fc.record({
      scores: fc.array(fc.integer({ min: -20, max: 20 }), { minLength: 1, maxLength: 300 }),
      k: fc.integer({ min: 1, max: 310 }),
    });
    const property = fc.asyncProperty(lists, async ({ scores, k }) => {
      const { items } = await backend.topK(await load(1, 1, [1]), await load(scores.length, 1, scores), k);
      const order = Array.from(scores.keys()).sort((i, j) => scores[j]! - scores[i]! || i - j);
      const expected = Array.from({ length: k }, (_, j) => order[j] ?? -1);
      expect([...items]).toEqual(expected);
    });
    await fc.assert(property);
  });
});

describe("Handles", () => {
  it("of another backend are refused", async () => {
    const other = cpu();
    const foreign = await other.create(2, 2);
    await expect(backend.rowNorms(foreign)).rejects.toMatchObject({ code: "mismatch" });
    await other.dispose();
  });

  it("may not be both an operand and the result of a product", async () => {
    const square = await backend.create(2, 2);
    await expect(backend.multiply(square, await backend.create(2, 2), square)).rejects.toMatchObject({
      code: "mismatch",
    });
  });
});
