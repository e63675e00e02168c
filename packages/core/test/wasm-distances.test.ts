import * as fc from "fast-check";
import { afterAll, describe, expect, it } from "vitest";
import type { Backend } from "../src/backend/backend.ts";
import { checkedBackend } from "../src/backend/checked.ts";
import { deviceOn } from "../src/backend/wasm/device.ts";
import { probeWasm } from "../src/backend/wasm/index.ts";
import { Heap } from "../src/backend/wasm/runtime/heap.ts";
import { compileKernels, instantiateKernels, type Variant } from "../src/backend/wasm/runtime/kernels.ts";
import { SCRATCH_BYTES } from "../src/backend/wasm/runtime/layout.ts";
import { singleThreaded } from "../src/backend/wasm/runtime/single.ts";
import { normalTable, numbers } from "./support/numbers.ts";

// Rows and points are taken four by two, or two by four up to 768 columns, 256 of them in float32; what is left over of
// each goes another way. The conformance suite has the contract; here is the error, and that no way differs from another
// by a bit.
const probe = probeWasm();
const variants = (["plain", "plainShared", "relaxed", "relaxedShared"] as const).map((name) => ({
  name,
  missing: [probe.simd, probe[name.startsWith("relaxed") ? "relaxed" : "simd"]].find((one) => !one.accepted),
}));
const present = variants.filter(({ missing }) => missing === undefined);
for (const { name, missing } of variants) {
  if (missing !== undefined) it.skip(`${name} kernels: absent here, since ${missing.reason}`, () => {});
}

async function open(variant: Variant): Promise<Backend> {
  const heap = new Heap(variant.endsWith("Shared"));
  const scratch = await heap.allocate(SCRATCH_BYTES, "testing");
  const kernels = await instantiateKernels(await compileKernels(variant), heap.memory, scratch);
  return checkedBackend(deviceOn(singleThreaded(heap, kernels), variant));
}

/** The distances by the backend, rows x count. */
async function distances(
  backend: Backend,
  columns: number,
  x: Float32Array,
  points: Float32Array,
): Promise<Float32Array> {
  const matrix = await backend.create(x.length / columns, columns);
  await backend.write(matrix, 0, matrix.rows, (into) => into.set(x));
  const found = await backend.squaredDistances(matrix, points, points.length / columns);
  matrix.dispose();
  return found;
}

/** The distances in float64, rows x count. */
function naive(columns: number, x: Float32Array, points: Float32Array): Float64Array {
  const count = points.length / columns;
  return Float64Array.from({ length: (x.length / columns) * count }, (_, pair) => {
    const [row, point] = [Math.floor(pair / count) * columns, (pair % count) * columns];
    let sum = 0;
    for (let c = 0; c < columns; c++) sum += (x[row + c]! - points[point + c]!) ** 2;
    return sum;
  });
}

/** Pairs whose distance is further from float64's than the promised error, and one rounding to float32. */
function wrong(columns: number, x: Float32Array, points: Float32Array, found: Float32Array): number[] {
  const expected = naive(columns, x, points);
  expect(found.length).toBe(expected.length);
  const underflow = columns * 2 ** -149;
  return [...expected.keys()].filter((pair) => {
    const exact = expected[pair]!;
    if (Math.fround(exact) === found[pair] || (Number.isNaN(exact) && Number.isNaN(found[pair])))
      return false;
    return !(Math.abs(found[pair]! - exact) <= 2e-6 * exact + underflow);
  });
}

describe.each(present)("$name distances", ({ name }) => {
  const opened = open(name);
  afterAll(async () => (await opened).dispose());

  it.each([1, 3, 15, 16, 17, 31, 32, 97, 255, 256, 257, 521, 768, 769, 5003])(
    "of width %i are those of float64",
    async (columns) => {
      const backend = await opened;
      for (const rows of columns > 700 ? [3, 7, 13] : [0, 1, 2, 3, 4, 5, 11, 47]) {
        for (let count = 1; count <= 9; count++) {
          const [x, points] = [normalTable(rows, columns, rows + 1), normalTable(count, columns, 90 + count)];
          expect(wrong(columns, x, points, await distances(backend, columns, x, points))).toEqual([]);
        }
      }
    },
  );

  it("are right in every one of many calls", async () => {
    const [rows, columns, count] = [4099, 129, 5];
    const [x, points] = [normalTable(rows, columns, 1), normalTable(count, columns, 2)];
    expect(wrong(columns, x, points, await distances(await opened, columns, x, points))).toEqual([]);
  });

  it.each([
    ["neighbors", (value: number, random: number) => value * (1 + 1e-6 * random), (value: number) => value],
    [
      "neighbors far away",
      (value: number, random: number) => 1000 + value + 1e-3 * random,
      (value: number) => 1000 + value,
    ],
    ["terms of one sign and size", () => 0.1, () => 0.3],
    ["large values", (value: number) => value * 1e18, (_: number, random: number) => random * 1e18],
    ["squares that overflow", (value: number) => value * 1e30, (_: number, random: number) => random * 1e30],
    ["small values", (value: number) => value * 1e-18, (_: number, random: number) => random * 1e-18],
    [
      "squares that underflow",
      (value: number) => value * 1e-30,
      (_: number, random: number) => random * 1e-30,
    ],
    [
      "values below the normal numbers",
      (value: number) => value * 1e-42,
      (_: number, random: number) => random * 1e-42,
    ],
  ])("keep their digits for %s", async (_, ofRow, ofPoint) => {
    const backend = await opened;
    for (const columns of [7, 64, 300, 1024]) {
      const values = normalTable(6, columns, columns);
      const random = normalTable(6, columns, columns + 1);
      const x = values.map((value, i) => ofRow(value, random[i]!));
      const points = values.map((value, i) => ofPoint(value, random[i]!));
      expect(wrong(columns, x, points, await distances(backend, columns, x, points))).toEqual([]);
    }
  });

  it("are exactly 0 between equal rows, also large and small ones", async () => {
    const backend = await opened;
    for (const columns of [5, 16, 300]) {
      for (const scale of [1, 1e18, 1e30, 1e-30, 1e-42]) {
        const x = normalTable(9, columns, columns).map((value) => 3 * scale + value * scale);
        const found = await distances(backend, columns, x, x);
        expect(Array.from({ length: 9 }, (_, row) => found[row * 9 + row])).toEqual(new Array(9).fill(0));
      }
    }
  });

  it("confine values that are not finite to their own row and point", async () => {
    const [rows, columns, count] = [13, 40, 5];
    const [x, points] = [normalTable(rows, columns, 3), normalTable(count, columns, 4)];
    x[2 * columns + 1] = Number.NaN;
    x[6 * columns + 39] = Number.POSITIVE_INFINITY;
    points[columns + 20] = Number.NEGATIVE_INFINITY;
    points[3 * columns + 5] = Number.NaN;
    const found = await distances(await opened, columns, x, points);
    expect(wrong(columns, x, points, found)).toEqual([]);
    expect(found.filter(Number.isFinite).length).toBe((rows - 2) * (count - 2));
  });

  it("have the same bits for a row and a point wherever they lie, alone or among others", async () => {
    const backend = await opened;
    const property = fc.asyncProperty(
      fc.integer({ min: 1, max: 21 }),
      fc.oneof(fc.integer({ min: 1, max: 70 }), fc.constantFrom(256, 272, 300, 769, 4101)),
      fc.integer({ min: 1, max: 9 }),
      fc.integer(),
      async (rows, columns, count, seed) => {
        const { permutation } = numbers(seed);
        const [x, points] = [normalTable(rows, columns, seed), normalTable(count, columns, seed + 1)];
        const pick = (from: Float32Array, row: number): Float32Array =>
          from.subarray(row * columns, (row + 1) * columns);
        const all = await distances(backend, columns, x, points);

        const [rowOrder, pointOrder] = [permutation(rows), permutation(count)];
        const order = (from: Float32Array, places: readonly number[]): Float32Array =>
          Float32Array.from(from, (_, i) => pick(from, places[Math.floor(i / columns)]!)[i % columns]!);
        const again = await distances(backend, columns, order(x, rowOrder), order(points, pointOrder));

        const alone = new Float32Array(all.length);
        const moved = new Float32Array(all.length);
        for (const [place, row] of rowOrder.entries()) {
          for (const [to, point] of pointOrder.entries()) {
            moved[row * count + point] = again[place * count + to]!;
            alone[row * count + point] = (
              await distances(backend, columns, pick(x, row), pick(points, point))
            )[0]!;
          }
        }
        expect(moved).toEqual(all);
        expect(alone).toEqual(all);
      },
    );
    await fc.assert(property, { numRuns: 60 });
  });

  it("have the bits of the distances to centroids, which k-means compares them with", async () => {
    const backend = await opened;
    const [rows, columns, count] = [50, 333, 4];
    const [x, points] = [normalTable(rows, columns, 5), normalTable(count, columns, 6)];
    const matrix = await backend.create(rows, columns);
    await backend.write(matrix, 0, rows, (into) => into.set(x));
    const assignment = await backend.createAssignment(rows, columns, count);
    await backend.assign(assignment, matrix, points);
    const assigned = await backend.assignedDistances(assignment, matrix, points);
    const all = await backend.squaredDistances(matrix, points, count);
    const labels = await assignment.labels();
    expect(assigned).toEqual(assigned.map((_, row) => all[row * count + labels[row]!]!));
    assignment.dispose();
    matrix.dispose();
  });
});
