/** What is particular to this package's way of computing, and beyond the conformance suite. */
import { type Backend, cpu } from "@wellbegun/core";
import type { Assignment, Matrix } from "@wellbegun/core/backend";
import { createRandom } from "@wellbegun/core/support";
import { afterAll, describe, expect, it } from "vitest";
import { tfjs } from "../src/index.ts";
import { filled } from "./support/filled.ts";
import { tensorFlowFor } from "./support/peers.ts";

const tf = tensorFlowFor("wasm");
if (tf === undefined) it.skip("the package's own ways: TensorFlow.js is not installed", () => undefined);
else {
  const backend = await tfjs({ tf, backend: "wasm" });
  afterAll(() => backend.dispose());

  describe("rows between two centroids", () => {
    const rows = 400;
    const columns = 64;
    const { x, centroids } = betweenTwo(rows, columns);

    it("are labeled as in float64, where float32 cannot decide", async () => {
      const expected = await onePass(cpu(), x, columns, centroids);
      expect((await onePass(backend, x, columns, centroids)).labels).toEqual(expected.labels);
      expect(new Set(expected.labels)).toEqual(new Set([0, 1]));
      const guessed = inFloat32(x, centroids, columns);
      expect(guessed.filter((label, r) => label !== expected.labels[r]).length).toBeGreaterThan(rows / 20);
    });

    it("are fetched once if they are few, and at each pass if they are the majority", async () => {
      const few = Float32Array.from({ length: rows * columns }, (_, p) => {
        return p < 8 * columns ? x[p]! : centroids[p % columns]!;
      });
      expect(await fetchedBytes(few)).toEqual([8 * columns * 4, 0]);
      const most = rows * columns * 4;
      expect(await fetchedBytes(x)).toEqual([most, most]);
    });

    /** Bytes beyond what every pass brings back, in a first and a second pass. */
    async function fetchedBytes(values: Float32Array): Promise<number[]> {
      const matrix = await filled(backend, columns, values);
      const assignment = await backend.createAssignment(rows, columns, 2);
      const found: number[] = [];
      for (let pass = 0; pass < 2; pass++) {
        // Norms and largest values are looked at in the first pass; labels and sums come back from both.
        const always = (pass === 0 ? 2 * rows * 4 : 0) + rows * 4 + 2 * columns * 4;
        const before = backend.statistics().resultsDownloaded;
        await backend.assign(assignment, matrix, centroids);
        found.push(backend.statistics().resultsDownloaded - before - always);
      }
      assignment.dispose();
      matrix.dispose();
      return found;
    }
  });

  it("An item of NaN does not reach users without it, whatever the length of their lists", async () => {
    const values = Float32Array.from({ length: 8 * 3 }, (_, p) => (p < 3 ? Number.NaN : p));
    const x = await filled(backend, 3, values);
    const lists = [[1], [1, 2, 3], [4, 5, 6, 7, 1], [], [0], [7, 6]];
    const offsets = new Uint32Array(lists.length + 1);
    for (const [r, list] of lists.entries()) offsets[r + 1] = offsets[r]! + list.length;
    const s = { rows: lists.length, columns: 8, offsets, indices: Uint32Array.from(lists.flat()) };
    const out = await backend.create(lists.length, 3);
    await backend.multiplySparse(s, x, out);
    const found = await backend.read(out, 0, lists.length, (view) => view.slice());
    const expected = lists.flatMap((list) => {
      return [0, 1, 2].map((column) => list.reduce((sum, item) => sum + values[3 * item + column]!, 0));
    });
    expect([...found]).toEqual(expected);
  });

  it("A shift is subtracted with more digits than float32 has", async () => {
    const random = createRandom(3, "shift");
    const values = Float32Array.from({ length: 50 * 4 }, () => 1000 + 0.01 * random.normal());
    const shift = Float64Array.of(1000.000012, 1000.000021, 999.99998, 1000.00001);
    const matrix = await filled(backend, 4, values);
    await backend.transformRows(matrix, { unit: true, shift });
    const found = await backend.read(matrix, 0, 50, (view) => view.slice());
    for (let r = 0; r < 50; r++) {
      const moved = Array.from(shift, (about, c) => values[4 * r + c]! - about);
      const norm = Math.sqrt(moved.reduce((sum, value) => sum + value * value, 0));
      for (const [c, value] of moved.entries()) expect(found[4 * r + c]).toBeCloseTo(value / norm, 5);
    }
  });
}

/** Rows on the plane between two centroids, as near to it as float32 can hold them. */
function betweenTwo(
  rows: number,
  columns: number,
): { readonly x: Float32Array; readonly centroids: Float32Array } {
  const random = createRandom(11, "plane");
  const centroids = Float32Array.from({ length: 2 * columns }, () => random.normal());
  const [a, b] = [centroids.subarray(0, columns), centroids.subarray(columns)];
  const difference = Array.from(a, (value, c) => value - b[c]!);
  const squared = difference.reduce((sum, value) => sum + value * value, 0);
  const x = new Float32Array(rows * columns);
  for (let r = 0; r < rows; r++) {
    const row = Array.from(a, () => 10 * random.normal());
    const along = row.reduce((sum, value, c) => sum + (value - (a[c]! + b[c]!) / 2) * difference[c]!, 0);
    for (let c = 0; c < columns; c++) x[r * columns + c] = row[c]! - (along / squared) * difference[c]!;
  }
  return { x, centroids };
}

async function onePass(
  on: Backend,
  x: Float32Array,
  columns: number,
  centroids: Float32Array,
): Promise<{ readonly labels: number[] }> {
  const matrix: Matrix = await filled(on, columns, x);
  const assignment: Assignment = await on.createAssignment(matrix.rows, columns, centroids.length / columns);
  await on.assign(assignment, matrix, centroids);
  const labels = [...(await assignment.labels())];
  assignment.dispose();
  matrix.dispose();
  return { labels };
}

/** Labels by scores that are rounded to float32 at every step. */
function inFloat32(x: Float32Array, centroids: Float32Array, columns: number): number[] {
  const score = (row: number, k: number): number => {
    let norm = 0;
    let dot = 0;
    for (let c = 0; c < columns; c++) {
      const value = centroids[k * columns + c]!;
      norm = Math.fround(norm + Math.fround(value * value));
      dot = Math.fround(dot + Math.fround(x[row * columns + c]! * value));
    }
    return Math.fround(norm - 2 * dot);
  };
  return Array.from({ length: x.length / columns }, (_, r) => (score(r, 1) < score(r, 0) ? 1 : 0));
}
