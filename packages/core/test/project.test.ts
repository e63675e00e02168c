import { describe, expect, it } from "vitest";
import { denseFeatures, type FitOptions, type Model, fit as runFit } from "../src/index.ts";
import { toInteractions } from "./support/dataset.ts";
import { gramOfRows, jacobi, transposed } from "./support/jacobi.ts";
import { normalTable } from "./support/numbers.ts";
import { pythonAbsent, runPython } from "./support/python.ts";
import { expectClose, mean, norm, type Rows, rowsOf, tableRows } from "./support/tables.ts";

/** Features of one modality, or of several side by side. */
type Modalities = Readonly<Record<string, { readonly data: Float32Array; readonly columns: number }>>;

/** Items as they come out of a projection and nothing else. */
function project(modalities: Modalities, options: FitOptions): Promise<Model> {
  const entries = Object.entries(modalities).map(([name, { data, columns }]) => [
    name,
    denseFeatures(data, data.length / columns, columns),
  ]);
  const features: Record<string, ReturnType<typeof denseFeatures>> = Object.fromEntries(entries);
  const { rows } = Object.values(features)[0]!;
  const interactions = toInteractions([[{ item: 0, weight: 1 }]], rows);
  const plain: FitOptions = { prepare: "none", scale: "none", clusters: 1, maxIterations: 0 };
  return runFit({ train: interactions, features }, { ...plain, ...options });
}

/** The projection's columns, read off from unit rows: what it does to each feature column. */
async function axesOf(rows: Rows, options: FitOptions): Promise<Rows> {
  const columns = rows[0]!.length;
  // Unit rows too small to matter for the axes, large enough for float32.
  const tiny = 1e-4;
  const units = Array.from({ length: columns }, (_, c) =>
    Array.from({ length: columns }, (__, d) => (c === d ? tiny : 0)),
  );
  const data = Float32Array.from([...rows, ...units].flat());
  const { items } = await project({ image: { data, columns } }, options);
  return transposed(tableRows(items).slice(rows.length)).map((axis) => axis.map((value) => value / tiny));
}

/** Energy (sum of squares) along each principal axis, by Jacobi on the smaller of the two Gram matrices. */
function energies(rows: Rows): number[] {
  return jacobi(gramOfRows(rows.length < rows[0]!.length ? rows : transposed(rows))).values;
}

const total = (values: readonly number[]): number => values.reduce((sum, value) => sum + value, 0);

/** Tables by width (narrow: exact, wide: sketched) and by how fast their energy falls. */
const tables = [
  { name: "narrow, noise", columns: 30, dim: 8, data: normalTable(120, 30, 1) },
  { name: "narrow, decaying", columns: 30, dim: 8, data: normalTable(120, 30, 2, (c) => 0.8 ** c) },
  { name: "narrow, all axes", columns: 12, dim: 12, data: normalTable(40, 12, 3) },
  { name: "wide, noise", columns: 600, dim: 16, data: normalTable(120, 600, 4) },
  { name: "wide, noise, many axes", columns: 600, dim: 64, data: normalTable(150, 600, 5) },
  { name: "wide, decaying", columns: 600, dim: 16, data: normalTable(120, 600, 6, (c) => 0.99 ** c) },
  {
    name: "wide, of low rank",
    columns: 600,
    dim: 16,
    data: normalTable(120, 600, 7, (c) => (c < 9 ? 1 : 0)),
  },
  { name: "wide, fewer rows than axes", columns: 500, dim: 20, data: normalTable(15, 500, 8) },
];

const fits = new Map<string, Promise<Model>>();

/** The fit of one of the tables, made once. */
function fitted(wanted: string): Promise<Model> {
  const { name, data, columns, dim } = tables.find((table) => table.name === wanted)!;
  const fit = fits.get(name) ?? project({ image: { data, columns } }, { dim });
  fits.set(name, fit);
  return fit;
}

describe.each(tables)("Principal axes of $name", ({ name, data, columns, dim }) => {
  const rows = rowsOf(data, columns);
  const all = energies(rows);
  const best = total(all.slice(0, dim)) / total(all);

  it("keep the variance of a full decomposition to 1e-3, and report it", async () => {
    const { items, report } = await fitted(name);
    const kept =
      total(tableRows(items).map((row) => norm(row) ** 2)) / total(rows.map((row) => norm(row) ** 2));
    expect(kept).toBeGreaterThan(best * (1 - 1e-3));
    expect(kept).toBeLessThan(best * (1 + 1e-5));
    expect(report.explained.image).toBeCloseTo(kept, 5);
  });

  it("order the axes by energy", async () => {
    const { items } = await fitted(name);
    const energy = transposed(tableRows(items)).map((axis) => norm(axis) ** 2);
    for (let j = 1; j < dim; j++) {
      expect(energy[j]!).toBeLessThanOrEqual(energy[j - 1]! * (1 + 1e-4) + 1e-9 * energy[0]!);
    }
  });
});

describe("Principal axes", () => {
  it.each(tables.filter(({ name }) => name.includes("decaying")))(
    "of $name are orthonormal, and the largest entry of each is positive",
    async ({ data, columns, dim }) => {
      const axes = await axesOf(rowsOf(data, columns), { dim });
      const identity = axes.map((_, i) => axes.map((__, j) => (i === j ? 1 : 0)));
      expectClose(gramOfRows(axes), identity, 1e-4);
      for (const axis of axes) {
        const largest = axis.reduce((a, b) => (Math.abs(b) > Math.abs(a) ? b : a));
        expect(largest).toBeGreaterThan(0);
      }
    },
  );

  it("of modalities side by side are those of one wide table, weights included", async () => {
    const image = { data: normalTable(50, 7, 1, (c) => 0.7 ** c), columns: 7 };
    const audio = { data: normalTable(50, 5, 2, (c) => 0.6 ** c), columns: 5 };
    const weights = { image: 0.5, audio: 2 };
    const both = await project({ image, audio }, { dim: 4, weights });
    const audioRows = rowsOf(audio.data, 5);
    const wide = rowsOf(image.data, 7).map((row, r) => [
      ...row.map((v) => v * weights.image),
      ...audioRows[r]!.map((v) => v * weights.audio),
    ]);
    const joined = await project({ both: { data: Float32Array.from(wide.flat()), columns: 12 } }, { dim: 4 });
    expectClose(tableRows(both.items), tableRows(joined.items), 1e-5);
    expect(both.report.explained["image+audio"]).toBeCloseTo(joined.report.explained.both!, 6);
  });

  it("of zeros explain nothing, and are not NaN", async () => {
    const image = { data: new Float32Array(40), columns: 4 };
    const audio = { data: normalTable(10, 3, 1), columns: 3 };
    const both = await project({ image, audio }, { dim: 2, combine: "mean", zeroRows: "keep" });
    expect([...both.perModality.image!.data]).toEqual([0, 0]);
    expect(both.items.data.every(Number.isFinite)).toBe(true);
    expect(both.report.explained.image).toBe(0);
  });
});

const numpyAbsent = pythonAbsent("numpy");
if (numpyAbsent !== undefined) console.warn(`Skipped, principal axes beside numpy's SVD: ${numpyAbsent}`);

it.skipIf(numpyAbsent !== undefined)("The explained variance is that of numpy's SVD to 1e-3", async () => {
  const script = `
dims = ${JSON.stringify(tables.map(({ dim }) => dim))}
answer = []
for d, table in zip(dims, tables):
    s = np.linalg.svd(table.astype(np.float64), compute_uv=False) ** 2
    answer.append(float(s[:d].sum() / s.sum()))`;
  const theirs = runPython<number[]>(script, tables);
  for (const [index, { name }] of tables.entries()) {
    const { report } = await fitted(name);
    expect(Math.abs(report.explained.image! / theirs[index]! - 1)).toBeLessThanOrEqual(1e-3);
  }
});

describe("A random projection", () => {
  const columns = 300;
  const dim = 64;
  // With unit rows as features, the items are the projection itself.
  const identity = Float32Array.from({ length: columns * columns }, (_, i) =>
    i % (columns + 1) === 0 ? 1 : 0,
  );
  const matrix = async (seed: number): Promise<Rows> => {
    const image = { data: identity, columns };
    return tableRows((await project({ image }, { project: "random", dim, seed })).items);
  };

  it("has normal entries of variance 1 / dim", async () => {
    const entries = (await matrix(1)).flat().map((value) => value * Math.sqrt(dim));
    const moment = (power: number): number => mean(entries.map((value) => value ** power));
    // Four standard errors of each moment of 19,200 standard normal numbers.
    const error = 4 / Math.sqrt(entries.length);
    expect(Math.abs(moment(1))).toBeLessThan(error);
    expect(Math.abs(moment(2) - 1)).toBeLessThan(error * Math.sqrt(2));
    expect(Math.abs(moment(3))).toBeLessThan(error * Math.sqrt(15));
    expect(Math.abs(moment(4) - 3)).toBeLessThan(error * Math.sqrt(96));
  });

  it("depends on the seed alone", async () => {
    expect(await matrix(1)).toEqual(await matrix(1));
    expect(await matrix(1)).not.toEqual(await matrix(2));
  });

  it("keeps lengths and reports no explained variance", async () => {
    const data = normalTable(200, columns, 9);
    const image = { data, columns };
    const { items, report } = await project({ image }, { project: "random", dim });
    const before = rowsOf(data, columns).map(norm);
    const ratios = tableRows(items).map((row, r) => (norm(row) / before[r]!) ** 2);
    expect(mean(ratios)).toBeGreaterThan(0.9);
    expect(mean(ratios)).toBeLessThan(1.1);
    expect(report.explained.image).toBeNull();
  });
});

describe("Projection to columns", () => {
  it("keeps those with the most energy, in their order", async () => {
    const scales = [1, 5, 0.1, 3, 4, 0.2];
    const data = normalTable(80, 6, 2, (c) => scales[c]!);
    const { items, report } = await project({ image: { data, columns: 6 } }, { project: "columns", dim: 3 });
    const rows = rowsOf(data, 6);
    expect(tableRows(items)).toEqual(rows.map((row) => [row[1], row[3], row[4]]));
    const energy = transposed(rows).map((column) => norm(column) ** 2);
    const kept = (energy[1]! + energy[3]! + energy[4]!) / total(energy);
    expect(report.explained.image).toBeCloseTo(kept, 6);
  });

  it("takes the lower of equal columns, and respects weights", async () => {
    const image = { data: Float32Array.of(3, -3, -3, 1, 1, 1), columns: 3 };
    const audio = { data: Float32Array.of(2, 1, 2, 1), columns: 2 };
    // Both columns of audio stand before those of image, since their energy counts a hundredfold.
    const { items } = await project({ image, audio }, { project: "columns", dim: 3, weights: { audio: 10 } });
    expect(tableRows(items)).toEqual([
      [3, 20, 10],
      [1, 20, 10],
    ]);
  });
});

it("Without projection the items are the features side by side, weighted", async () => {
  const image = { data: normalTable(10, 3, 1), columns: 3 };
  const audio = { data: normalTable(10, 2, 2), columns: 2 };
  const { items, report } = await project({ image, audio }, { project: "none", weights: { audio: 4 } });
  const audioRows = rowsOf(audio.data, 2);
  const expected = rowsOf(image.data, 3).map((row, r) => [
    ...row,
    ...audioRows[r]!.map((value) => 4 * value),
  ]);
  expect(tableRows(items)).toEqual(expected);
  expect(report.explained).toEqual({});
});
