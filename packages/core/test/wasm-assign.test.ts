import fc from "fast-check";
import { afterAll, describe, expect, it } from "vitest";
import type { Assignment, AssignmentStep, Backend, Matrix, RowSource } from "../src/backend/backend.ts";
import { probeWasm, wasm } from "../src/backend/wasm/index.ts";
import { goldenCases } from "./support/golden.ts";
import { readFloats, readNpy } from "./support/npy.ts";
import { blobs, normalTable, numbers } from "./support/numbers.ts";

// Rows are skipped by bounds and scored in float32; the labels must be those of plain Lloyd in float64 all the same.
const relaxed = probeWasm().relaxed.accepted ? [false, true] : [false];

interface Data {
  readonly rows: number;
  readonly columns: number;
  readonly x: Float32Array;
  readonly missing?: Uint8Array;
}

interface Pass {
  readonly labels: number[];
  readonly sums: Float64Array;
  readonly counts: number[];
  readonly changed: number;
}

/** One pass of plain Lloyd: float64 distances by differences, ties to the lowest label, sums from scratch. */
function naivePass(data: Data, centroids: Float32Array, before: readonly number[]): Pass {
  const { rows, columns, x, missing } = data;
  const clusters = centroids.length / columns;
  const sums = new Float64Array(centroids.length);
  const counts = new Array<number>(clusters).fill(0);
  const labels = new Array<number>(rows).fill(-1);
  for (let r = 0; r < rows; r++) {
    if (missing?.[r] === 1) continue;
    let best = Infinity;
    labels[r] = 0;
    for (let k = 0; k < clusters; k++) {
      let distance = 0;
      for (let c = 0; c < columns; c++) distance += (x[r * columns + c]! - centroids[k * columns + c]!) ** 2;
      if (distance < best) {
        best = distance;
        labels[r] = k;
      }
    }
    counts[labels[r]!]!++;
    for (let c = 0; c < columns; c++) sums[labels[r]! * columns + c]! += x[r * columns + c]!;
  }
  const changed = labels.filter((label, r) => label !== (before[r] ?? -1)).length;
  return { labels, sums, counts, changed };
}

/** Means of the clusters; an empty one jumps to a row, as k-means reseeds it. */
function means(data: Data, pass: Pass, reseed: (cluster: number) => number): Float32Array {
  const { columns, x } = data;
  return Float32Array.from(pass.sums, (sum, p) => {
    const k = Math.floor(p / columns);
    const count = pass.counts[k]!;
    return count > 0 ? sum / count : x[reseed(k) * columns + (p % columns)]!;
  });
}

type Passes = [
  backend: Backend,
  data: Data,
  start: Float32Array,
  passes: number,
  reseed?: (cluster: number) => number,
];

/**
 * Runs passes of both, compares every one of them, and returns the last labels. Where a backend asks for the rows that
 * it needs, the same is done with rows that it has to ask for.
 */
async function compare(...args: Passes): Promise<number[]> {
  const [backend, { rows, columns, x }, start] = args;
  const matrix: Matrix = await backend.create(rows, columns);
  await backend.write(matrix, 0, rows, (into) => into.set(x));
  const labels = await comparePasses(
    {
      gathered: false,
      assign: (assignment, centroids) => backend.assign(assignment, matrix, centroids),
      distances: (assignment, centroids) => backend.assignedDistances(assignment, matrix, centroids),
    },
    ...args,
  );
  matrix.dispose();
  const { gathered } = backend;
  if (gathered?.suits(rows, columns, start.length / columns)) {
    const few: Matrix = await backend.create(37, columns);
    const source: RowSource = {
      most: few.rows,
      gather: async (list) => {
        expect([...list]).toEqual([...list].sort((a, b) => a - b));
        // What lies below the rows is no row.
        await backend.write(few, 0, few.rows, (into) => {
          into.fill(Number.NaN);
        });
        await backend.write(few, 0, list.length, (into) =>
          list.forEach((row, place) => {
            into.set(x.subarray(row * columns, (row + 1) * columns), place * columns);
          }),
        );
        return few;
      },
    };
    const again = await comparePasses(
      {
        gathered: true,
        assign: (assignment, centroids) => gathered.assign(assignment, source, centroids),
        distances: (assignment, centroids) => gathered.assignedDistances(assignment, source, centroids),
      },
      ...args,
    );
    expect(again).toEqual(labels);
    few.dispose();
  }
  return labels;
}

async function comparePasses(
  run: {
    readonly gathered: boolean;
    assign(assignment: Assignment, centroids: Float32Array): Promise<AssignmentStep>;
    distances(assignment: Assignment, centroids: Float32Array): Promise<Float32Array>;
  },
  ...[backend, data, start, passes, reseed = () => 0]: Passes
): Promise<number[]> {
  const { rows, columns, x, missing } = data;
  const assignment = await backend.createAssignment(
    rows,
    columns,
    start.length / columns,
    missing,
    run.gathered,
  );
  let centroids = start;
  let expected: Pass = { labels: [], sums: new Float64Array(), counts: [], changed: 0 };
  for (let pass = 0; pass < passes; pass++) {
    expected = naivePass(data, centroids, expected.labels);
    const found = await run.assign(assignment, centroids);
    expect([...(await assignment.labels())]).toEqual(expected.labels);
    expect([...found.counts]).toEqual(expected.counts);
    expect(found.changed).toBe(expected.changed);
    const scale = x.reduce((most, value) => Math.max(most, Math.abs(value)), 1e-300) * rows;
    // One expectation for all, since each one costs more than a pass.
    const off = [...expected.sums.keys()].filter((p) => {
      if (expected.counts[Math.floor(p / columns)] === 0) return found.sums[p] !== 0;
      return !(Math.abs(found.sums[p]! - expected.sums[p]!) <= 1e-12 * scale);
    });
    expect(off).toEqual([]);
    if (pass === passes - 1) {
      const distances = await run.distances(assignment, centroids);
      const wrong = [...distances.keys()].filter((r) => {
        const label = expected.labels[r]!;
        let distance = 0;
        for (let c = 0; c < columns && label >= 0; c++) {
          distance += (x[r * columns + c]! - centroids[label * columns + c]!) ** 2;
        }
        return !(Math.abs(distances[r]! - Math.fround(distance)) <= 1e-5 * distance + 1e-37);
      });
      if (distances.every(Number.isFinite)) expect(wrong).toEqual([]);
    }
    centroids = means(data, expected, reseed);
  }
  assignment.dispose();
  return expected.labels;
}

/** Compares random blobs with missing rows and equal centroids, of the given sizes. */
async function followsThroughJumps(
  backend: Backend,
  { rows, columns, clusters }: Readonly<Record<"rows" | "columns" | "clusters", fc.Arbitrary<number>>>,
): Promise<void> {
  const property = fc.asyncProperty(
    rows,
    columns,
    clusters,
    fc.integer(),
    async (rows, columns, clusters, seed) => {
      const { below, uniform } = numbers(seed);
      const x = blobs(rows, columns, 3, 2, seed);
      const missing = Uint8Array.from({ length: rows }, () => Number(uniform() < 0.2));
      // Drawn with repetition: equal centroids leave the higher ones empty, and those then jump to other rows.
      const start = Float32Array.from({ length: clusters }, () => below(rows));
      const centroids = Float32Array.from(
        { length: clusters * columns },
        (_, p) => x[start[Math.floor(p / columns)]! * columns + (p % columns)]!,
      );
      await compare(backend, { rows, columns, x, missing }, centroids, 8, () => below(rows));
    },
  );
  await fc.assert(property, { numRuns: 60 });
}

describe.each(relaxed)("The assignment of the WASM backend, relaxed: %s,", (useRelaxed) => {
  const opened = wasm({ relaxed: useRelaxed, threads: 1 });
  afterAll(async () => (await opened).dispose());

  it.each([
    { rows: 700, columns: 20, clusters: 8, spread: 1 },
    { rows: 1300, columns: 5, clusters: 30, spread: 3 },
    { rows: 300, columns: 300, clusters: 5, spread: 0.2 },
    { rows: 90, columns: 3, clusters: 90, spread: 1 },
    { rows: 70, columns: 531, clusters: 9, spread: 3 },
    { rows: 70, columns: 531, clusters: 19, spread: 3 },
    { rows: 50, columns: 7, clusters: 1, spread: 1 },
  ])(
    "follows Lloyd on blobs of $rows x $columns with $clusters clusters",
    async ({ rows, columns, clusters, spread }) => {
      for (let seed = 1; seed <= 2; seed++) {
        const data = { rows, columns, x: blobs(rows, columns, 6, spread, seed) };
        await compare(await opened, data, data.x.slice(0, clusters * columns), 15);
      }
    },
  );

  it.each([
    ["far from the origin", (value: number) => 4096 + value / 64],
    ["large", (value: number) => value * 1e18],
    ["too large for float32 products", (value: number) => value * 3e37],
    ["small", (value: number) => value * 1e-18],
    ["below the normal numbers", (value: number) => value * 1e-42],
    ["a few whole numbers, so that ties abound", (value: number) => Math.round(value)],
    ["all the same", () => 0.7],
  ])("follows Lloyd on values that are %s", async (_, map) => {
    const [rows, columns, clusters] = [240, 6, 7];
    const x = normalTable(rows, columns, 3).map(map);
    await compare(await opened, { rows, columns, x }, x.slice(0, clusters * columns), 10);
  });

  it("keeps its bounds below the resolution of float32 scores", async () => {
    // Scores err by about as much as the distances of these rows differ, while the centroids come to rest.
    const [rows, columns, clusters] = [1500, 4, 5];
    for (let seed = 1; seed <= 3; seed++) {
      const x = normalTable(rows, columns, seed).map((value) => 1024 + value / 4);
      await compare(await opened, { rows, columns, x }, x.slice(0, clusters * columns), 40);
    }
  });

  it("follows Lloyd through missing rows, equal centroids and jumps", async () => {
    await followsThroughJumps(await opened, {
      rows: fc.integer({ min: 1, max: 80 }),
      columns: fc.integer({ min: 1, max: 17 }),
      clusters: fc.integer({ min: 1, max: 12 }),
    });
  });

  it.each(goldenCases())("reaches the labels of golden case $name", async ({ meta, path }) => {
    for (const modality of Object.keys(meta.modalities)) {
      const { data: x, rows } = readFloats(path(`${modality}_feat.npy`));
      const columns = meta.modalities[modality]!.dim;
      const start = readFloats(path(`${modality}_seed_centroids.npy`)).data;
      const labels = await compare(await opened, { rows, columns, x: Float32Array.from(x) }, start, 50);
      expect(labels).toEqual([...readNpy(path(`${modality}_labels.npy`)).data]);
    }
  });

  // Rows skip the groups of centroids whose bounds show that none of them is nearer.
  describe("with bounds for groups of centroids", () => {
    const repeated = (value: number): number => Math.round(value / 4);
    const zeros = (value: number, p: number): number => (p % 3 === 0 ? 0 : value);
    it.each([
      ["a group for each panel", 500, 48, 70, 12, (value: number) => value],
      ["groups of several panels", 400, 17, 150, 10, (value: number) => value],
      ["more panels than groups", 620, 258, 600, 3, (value: number) => value],
      ["one column and nearly as many centroids as rows", 300, 1, 290, 6, (value: number) => value],
      ["nearly as many centroids as rows", 310, 33, 300, 6, (value: number) => value],
      ["rows that repeat, equal centroids and empty clusters", 300, 12, 100, 10, repeated],
      ["values that are zero in every row", 300, 3, 60, 10, zeros],
      ["rows that are all zero", 80, 32, 70, 3, () => 0],
      ["values far from the origin", 300, 24, 90, 10, (value: number) => 512 + value / 64],
      ["small values", 300, 24, 90, 6, (value: number) => value * 1e-18],
      ["values too large for float32 products", 300, 24, 90, 6, (value: number) => value * 3e36],
    ])("follows Lloyd on %s", async (_, rows, columns, clusters, passes, map) => {
      const { below } = numbers(clusters);
      const x = blobs(rows, columns, 30, 2, rows + columns).map(map);
      // Some rows are zero, whatever the others are.
      for (let row = 5; row < rows; row += 50) x.fill(0, row * columns, (row + 1) * columns);
      const start = x.slice(0, clusters * columns);
      await compare(await opened, { rows, columns, x }, start, passes, () => below(rows));
    });
  });

  // Rows skip the centroids whose own bounds show that they are not nearer.
  describe("with a bound for each centroid", () => {
    const ties = (value: number): number => Math.round(value / 4);
    const zeros = (value: number, p: number): number => (p % 3 === 0 ? 0 : value);
    it.each([
      ["blobs", 600, 80, 20, 15, (value: number) => value],
      ["columns beyond the last sixteen", 500, 157, 37, 12, (value: number) => value],
      ["more rows than a call takes", 1300, 128, 32, 8, (value: number) => value],
      ["rows that repeat, equal centroids and empty clusters", 300, 80, 20, 10, ties],
      ["values that are zero in every row", 300, 72, 18, 10, zeros],
      ["rows that are all the same", 80, 72, 17, 4, () => 0.7],
      ["rows that are all zero", 80, 72, 17, 4, () => 0],
      ["values far from the origin", 300, 72, 18, 12, (value: number) => 4096 + value / 64],
      ["small values", 300, 72, 18, 10, (value: number) => value * 1e-18],
      ["values below the normal numbers", 300, 72, 18, 8, (value: number) => value * 1e-42],
      ["large values", 300, 72, 18, 10, (value: number) => value * 1e16],
      ["values too large for float32 products", 300, 72, 18, 8, (value: number) => value * 3e36],
      ["columns enough for the basis of gathered rows", 400, 384, 60, 5, (value: number) => value],
    ])("follows Lloyd on %s", async (_, rows, columns, clusters, passes, map) => {
      const { below } = numbers(clusters);
      const x = blobs(rows, columns, 9, 3, rows + columns).map(map);
      // Some rows are zero, whatever the others are.
      for (let row = 5; row < rows; row += 50) x.fill(0, row * columns, (row + 1) * columns);
      const start = x.slice(0, clusters * columns);
      await compare(await opened, { rows, columns, x }, start, passes, () => below(rows));
    });

    it("follows Lloyd through missing rows, equal centroids and jumps", async () => {
      await followsThroughJumps(await opened, {
        rows: fc.integer({ min: 20, max: 80 }),
        columns: fc.integer({ min: 80, max: 99 }),
        clusters: fc.integer({ min: 17, max: 20 }),
      });
    });
  });

  // Wide rows are scored in a basis of where the centroids have been, and few of them are read again.
  describe("in a basis", () => {
    const [rows, columns] = [300, 256];

    it.each([
      ["blobs", 8, 12, (value: number) => value],
      ["blobs that overlap", 8, 30, (value: number) => value],
      ["more centroids than one panel", 20, 12, (value: number) => value],
      ["values far from the origin", 5, 12, (value: number) => 512 + value / 64],
      ["small values", 5, 12, (value: number) => value * 1e-18],
      ["values below the normal numbers", 5, 8, (value: number) => value * 1e-42],
      ["values too large for float32 products", 5, 8, (value: number) => value * 3e36],
      ["a few whole numbers, so that ties abound", 6, 12, (value: number) => Math.round(value / 2)],
    ])("follows Lloyd on %s", async (_, clusters, passes, map) => {
      const spread = passes > 20 ? 12 : 3;
      const x = blobs(rows, columns, 6, spread, clusters + passes).map(map);
      await compare(await opened, { rows, columns, x }, x.slice(0, clusters * columns), passes);
    });

    it("follows Lloyd when centroids jump, so that the basis fills up and starts again", async () => {
      const clusters = 8;
      const { below, uniform } = numbers(5);
      const x = normalTable(rows, columns, 4);
      const missing = Uint8Array.from({ length: rows }, () => Number(uniform() < 0.2));
      const backend = await opened;
      const matrix = await backend.create(rows, columns);
      await backend.write(matrix, 0, rows, (into) => into.set(x));
      const assignment = await backend.createAssignment(rows, columns, clusters, missing);
      let labels: number[] = [];
      for (let pass = 0; pass < 30; pass++) {
        // Half of the centroids are new rows at every pass: nothing of them lies in the basis.
        const centroids = Float32Array.from({ length: clusters * columns }, () => 0);
        for (let k = 0; k < clusters; k++) {
          const row = k < 4 ? below(rows) : k;
          centroids.set(x.subarray(row * columns, (row + 1) * columns), k * columns);
        }
        const expected = naivePass({ rows, columns, x, missing }, centroids, labels);
        const found = await backend.assign(assignment, matrix, centroids);
        expect([...(await assignment.labels())]).toEqual(expected.labels);
        expect(found.changed).toBe(expected.changed);
        labels = expected.labels;
      }
      assignment.dispose();
      matrix.dispose();
    });

    // Without a basis, each centroid has a bound.
    it.each([rows, 200])("isolates a row that is not finite, among %i", async (rows) => {
      const clusters = 4;
      const clean = blobs(rows, columns, 4, 3, 8);
      const x = clean.slice();
      x[7 * columns + 3] = Number.NaN;
      x[9 * columns] = Number.POSITIVE_INFINITY;
      const missing = new Uint8Array(rows);
      missing[7] = 1;
      missing[9] = 1;
      const backend = await opened;
      const matrix = await backend.create(rows, columns);
      await backend.write(matrix, 0, rows, (into) => into.set(x));
      const assignment = await backend.createAssignment(rows, columns, clusters);
      let centroids: Float32Array = clean.slice(100 * columns, (100 + clusters) * columns);
      let before: number[] = [];
      for (let pass = 0; pass < 8; pass++) {
        const expected = naivePass({ rows, columns, x: clean, missing }, centroids, before);
        await backend.assign(assignment, matrix, centroids);
        const labels = [...(await assignment.labels())];
        for (let r = 0; r < rows; r++) if (missing[r] === 0) expect(labels[r]).toBe(expected.labels[r]);
        before = expected.labels;
        centroids = means({ rows, columns, x: clean }, expected, () => 0);
      }
      assignment.dispose();
      matrix.dispose();
    });
  });

  it("takes the rows from another matrix at every pass", async () => {
    const backend = await opened;
    const [rows, columns, clusters] = [60, 4, 3];
    const x = blobs(rows, columns, 3, 2, 9);
    const assignment = await backend.createAssignment(rows, columns, clusters);
    let labels: number[] = [];
    let centroids: Float32Array = x.slice(0, clusters * columns);
    for (let pass = 0; pass < 4; pass++) {
      const matrix = await backend.create(rows, columns);
      await backend.write(matrix, 0, rows, (into) => into.set(x));
      await backend.assign(assignment, matrix, centroids);
      const expected = naivePass({ rows, columns, x }, centroids, labels);
      matrix.dispose();
      expect([...(await assignment.labels())]).toEqual(expected.labels);
      labels = expected.labels;
      centroids = means({ rows, columns, x }, expected, () => 0);
    }
  });
});

it("An assignment refuses more clusters than scratch memory holds scores of", async () => {
  const backend = await wasm({ threads: 1 });
  await expect(backend.createAssignment(1, 1, 65_537)).rejects.toMatchObject({ code: "limit" });
  await backend.dispose();
});

it("An assignment without a basis refuses gathered passes", async () => {
  const backend = await wasm({ threads: 1 });
  const [rows, columns, clusters] = [400, 384, 64];
  expect(backend.gathered!.suits(rows, columns, clusters)).toBe(true);
  const assignment = await backend.createAssignment(rows, columns, clusters);
  const source: RowSource = { most: rows, gather: () => backend.create(rows, columns) };
  const centroids = normalTable(clusters, columns, 1);
  await expect(backend.gathered!.assign(assignment, source, centroids)).rejects.toMatchObject({
    code: "mismatch",
    message: expect.stringMatching(/created for gathered passes/),
  });
  await backend.dispose();
});
