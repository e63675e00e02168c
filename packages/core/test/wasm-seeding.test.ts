import * as fc from "fast-check";
import { afterAll, describe, expect, it } from "vitest";
import type { Backend, Matrix, Seeding } from "../src/backend/backend.ts";
import { probeWasm, wasm } from "../src/backend/wasm/index.ts";
import { expectRefusal } from "./support/errors.ts";
import { blobs, normalTable, numbers } from "./support/numbers.ts";

// A seeding leaves out distances by float32 bounds; its sums and distances must have the bits of all distances all the same.
const relaxed = probeWasm().relaxed.accepted ? [false, true] : [false];

/** As many points in all as make every backend that can prepare its rows do so. */
const MANY = 1e6;

interface Data {
  readonly columns: number;
  readonly x: Float32Array;
}

async function upload(backend: Backend, { x, columns }: Data): Promise<Matrix> {
  const matrix = await backend.create(x.length / columns, columns);
  await backend.write(matrix, 0, matrix.rows, (into) => into.set(x));
  return matrix;
}

/** Compares and keeps points, `count` rows at a time, beside the same from all distances; whether there was a seeding. */
async function compare(backend: Backend, data: Data, count: number, rounds: number): Promise<boolean> {
  const { columns, x } = data;
  const matrix = await upload(backend, data);
  const closest = await backend.squaredDistances(matrix, x.slice(0, columns), 1);
  const seeding = await backend.createSeeding!(matrix, closest.slice(), MANY);
  for (let round = 0; round < rounds && seeding !== undefined; round++) {
    const first = ((round * count) % (matrix.rows - count + 1)) * columns;
    const points = x.slice(first, first + count * columns);
    const sums = Float64Array.from({ length: count }, (_, p) => p);
    await seeding.compare(matrix, points, count, sums);
    const all = await backend.squaredDistances(matrix, points, count);
    const expected = Float64Array.from({ length: count }, (_, p) => p);
    for (let e = 0; e < all.length; e++) {
      const limit = closest[Math.floor(e / count)]!;
      expected[e % count]! += all[e]! < limit ? all[e]! : limit;
    }
    expect(sums).toEqual(expected);
    const kept = round % count;
    for (let row = 0; row < closest.length; row++) {
      if (all[row * count + kept]! < closest[row]!) closest[row] = all[row * count + kept]!;
    }
    expect(await seeding.keep(kept)).toEqual(closest);
  }
  seeding?.dispose();
  matrix.dispose();
  return seeding !== undefined;
}

/** Rows along few directions, with a little of all others. */
function flat(rows: number, columns: number, seed: number): Float32Array {
  const directions = normalTable(6, columns, seed);
  const weights = normalTable(rows, 6, seed + 1);
  const noise = normalTable(rows, columns, seed + 2);
  return Float32Array.from({ length: rows * columns }, (_, i) => {
    const [row, column] = [Math.floor(i / columns), i % columns];
    let value = noise[i]! / 50;
    for (let d = 0; d < 6; d++) value += weights[row * 6 + d]! * directions[d * columns + column]!;
    return value;
  });
}

describe.each(relaxed)("A seeding of the WASM backend, relaxed: %s,", (useRelaxed) => {
  const opened = wasm({ relaxed: useRelaxed, threads: 1 });
  afterAll(async () => (await opened).dispose());

  it.each([
    ["narrow rows", { columns: 20, x: blobs(300, 20, 6, 1, 1) }, true],
    ["rows of many directions", { columns: 130, x: normalTable(150, 130, 2) }, true],
    ["rows of few directions", { columns: 130, x: flat(150, 130, 3) }, true],
    ["wide rows of few directions", { columns: 700, x: flat(150, 700, 4) }, true],
    ["wide rows of many directions", { columns: 300, x: normalTable(150, 300, 5) }, false],
    ["fewer rows than a tile", { columns: 5, x: normalTable(3, 5, 6) }, true],
  ])("keeps the bits of all distances with %s", async (_, data, present) => {
    for (const count of [1, 2, 3]) expect(await compare(await opened, data, count, 12)).toBe(present);
    if (data.x.length > 100 * data.columns) await compare(await opened, data, 11, 12);
  });

  it.each([
    ["far from the origin", (value: number) => 4096 + value / 64],
    ["large", (value: number) => value * 1e18],
    ["too large for float32 products", (value: number) => value * 3e37],
    ["small", (value: number) => value * 1e-18],
    ["below the normal numbers", (value: number) => value * 1e-42],
    ["a few whole numbers, so that many are the same", (value: number) => Math.round(value)],
    ["all the same", () => 0.7],
    ["zero", () => 0],
  ])("keeps the bits of all distances with values that are %s", async (_, map) => {
    await compare(await opened, { columns: 6, x: normalTable(90, 6, 3).map(map) }, 4, 15);
    await compare(await opened, { columns: 130, x: flat(90, 130, 3).map(map) }, 4, 15);
  });

  it("keeps the bits of all distances for any shape and scale", async () => {
    const backend = await opened;
    await fc.assert(
      fc.asyncProperty(
        fc.integer({ min: 1, max: 60 }),
        fc.integer({ min: 1, max: 140 }),
        fc.integer({ min: 1, max: 9 }),
        fc.integer({ min: -30, max: 30 }),
        fc.integer({ min: 1, max: 1e6 }),
        async (rows, columns, count, scale, seed) => {
          const { uniform } = numbers(seed);
          const values = seed % 2 === 0 ? flat(rows, columns, seed) : normalTable(rows, columns, seed);
          // Some rows are the same as their neighbor.
          const x = values.map((value) => value * 2 ** scale);
          for (let row = 1; row < rows; row++) {
            if (uniform() < 0.2) x.copyWithin(row * columns, (row - 1) * columns, row * columns);
          }
          await compare(backend, { columns, x }, Math.min(count, rows), 6);
        },
      ),
      { numRuns: 60 },
    );
  });

  it("is left out for few points", async () => {
    const backend = await opened;
    const matrix = await upload(backend, { columns: 20, x: blobs(300, 20, 6, 1, 1) });
    expect(await backend.createSeeding!(matrix, new Float32Array(300), 20)).toBeUndefined();
    matrix.dispose();
  });

  it("refuses operands that do not fit, and calls after its disposal", async () => {
    const backend = await opened;
    const matrix = await upload(backend, { columns: 20, x: blobs(300, 20, 6, 1, 1) });
    const other = await upload(backend, { columns: 20, x: blobs(299, 20, 6, 1, 1) });
    await expectRefusal(() => backend.createSeeding!(matrix, new Float32Array(299), MANY), "mismatch");
    const seeding: Seeding = (await backend.createSeeding!(matrix, new Float32Array(300).fill(1), MANY))!;
    const [points, sums] = [new Float32Array(40), new Float64Array(2)];
    await expectRefusal(() => seeding.keep(0), "mismatch");
    await expectRefusal(() => seeding.compare(other, points, 2, sums), "mismatch");
    await expectRefusal(() => seeding.compare(matrix, points, 3, sums), "mismatch");
    await expectRefusal(() => seeding.compare(matrix, points, 2, new Float64Array(3)), "mismatch");
    const many = 65_537;
    const beyond = () => seeding.compare(matrix, new Float32Array(20 * many), many, new Float64Array(many));
    await expectRefusal(beyond, "limit", "at most 65536 points");
    await seeding.compare(matrix, points, 2, sums);
    await expectRefusal(() => seeding.keep(2), "mismatch");
    seeding.dispose();
    seeding.dispose();
    await expectRefusal(() => seeding.compare(matrix, points, 2, sums), "disposed");
    matrix.dispose();
    other.dispose();
  });
});
