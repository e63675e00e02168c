import { type Backend, cpu } from "@wellbegun/core";
import type { Matrix } from "@wellbegun/core/backend";
import { createRandom } from "@wellbegun/core/support";
import { afterAll, describe, expect, it } from "vitest";
import { webgpu } from "../src/index.ts";
import { findDawn } from "./peers.ts";
import { differences } from "./support/tables.ts";

const { gpu } = await findDawn();
const [ROWS, COLUMNS] = [331, 50];

/** Values whose sums cancel and whose magnitudes differ: what plain float32 gets wrong. */
function awkward(rows: number, columns: number, stream: string): Float32Array {
  const random = createRandom(3, stream);
  return Float32Array.from(
    { length: rows * columns },
    () => 10 ** (6 * random.uniform() - 3) * random.normal(),
  );
}

async function load(backend: Backend, values: Float32Array, columns: number): Promise<Matrix> {
  const matrix = await backend.create(values.length / columns, columns);
  await backend.write(matrix, 0, matrix.rows, (into) => into.set(values));
  return matrix;
}

/** The largest error of sums, relative to the sums of the terms' magnitudes. */
function largestError(found: Float64Array, expected: Float64Array, scale: Float64Array): number {
  return found.reduce((most, value, i) => Math.max(most, Math.abs(value - expected[i]!) / scale[i]!), 0);
}

describe.skipIf(gpu === undefined)("Sums in twice float32's precision", async () => {
  const device = gpu === undefined ? cpu() : await webgpu({ gpu });
  const oracle = cpu();
  afterAll(() => device.dispose());
  const values = awkward(ROWS, COLUMNS, "values");
  // A sound float32 device is off by some 1e-7 here. If a compiler undoes the compensation, this shows it.
  const FAR_BEYOND_FLOAT32 = 1e-12;

  it("give column moments", async () => {
    const shift = Float64Array.from({ length: COLUMNS }, (_, c) => Math.sqrt(2) * (c - 20));
    const found = await device.columnMoments(await load(device, values, COLUMNS), { shift });
    const exact = await oracle.columnMoments(await load(oracle, values, COLUMNS), { shift });
    const scale = new Float64Array(COLUMNS);
    for (let p = 0; p < values.length; p++) scale[p % COLUMNS]! += Math.abs(values[p]! - shift[p % COLUMNS]!);
    expect(largestError(found.sum, exact.sum, scale)).toBeLessThan(FAR_BEYOND_FLOAT32);
    expect(largestError(found.sumOfSquares, exact.sumOfSquares, exact.sumOfSquares)).toBeLessThan(
      FAR_BEYOND_FLOAT32,
    );
  });

  it("give sums of clusters", async () => {
    const centroids = awkward(6, COLUMNS, "centroids");
    const [own, exact] = await Promise.all(
      [device, oracle].map(async (backend) => {
        const assignment = await backend.createAssignment(ROWS, COLUMNS, 6);
        const step = await backend.assign(assignment, await load(backend, values, COLUMNS), centroids);
        return { ...step, labels: await assignment.labels() };
      }),
    );
    expect(own!.labels).toEqual(exact!.labels);
    const scale = new Float64Array(6 * COLUMNS).fill(Number.MIN_VALUE);
    for (let p = 0; p < values.length; p++) {
      scale[own!.labels[Math.floor(p / COLUMNS)]! * COLUMNS + (p % COLUMNS)]! += Math.abs(values[p]!);
    }
    expect(largestError(own!.sums, exact!.sums, scale)).toBeLessThan(FAR_BEYOND_FLOAT32);
  });

  it("give transformed rows, norms and distances that are float64's results rounded, nearly all to the bit", async () => {
    const random = createRandom(4, "transform");
    const shift = Float64Array.from({ length: COLUMNS }, () => random.normal());
    const scale = Float64Array.from({ length: COLUMNS }, () => 0.5 + random.uniform());
    const points = awkward(5, COLUMNS, "points");
    const [own, exact] = await Promise.all(
      [device, oracle].map(async (backend) => {
        const x = await load(backend, values, COLUMNS);
        const norms = await backend.rowNorms(x);
        const distances = await backend.squaredDistances(x, points, 5);
        await backend.transformRows(x, { shift, scale, unit: true });
        const rows = await backend.read(x, 0, ROWS, (view) => view.slice());
        return { norms, distances, rows };
      }),
    );
    // float32 arithmetic would leave a third of the values different.
    for (const name of ["norms", "distances", "rows"] as const) {
      expect(differences(own![name], exact![name])).toBeLessThan(0.001 * exact![name].length);
    }
  });
});
