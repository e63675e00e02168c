import { describe, expect, it } from "vitest";
import { adjacencyBlocks } from "../src/data/adjacency.ts";
import { layoutBlocks } from "../src/data/block-layout.ts";
import { upload } from "../src/data/upload.ts";
import { cpu, denseFeatures, fit, interactionsFromArrays, itemDegrees, wasm } from "../src/index.ts";
import { prepareFeatures } from "../src/stages/prepare/prepare.ts";
import { fitProjection, projectItems } from "../src/stages/project/fit-projection.ts";
import { jacobi } from "./support/jacobi.ts";
import { normalTable, numbers } from "./support/numbers.ts";
import { largestDifference, type Rows, rowsOf } from "./support/tables.ts";

const [users, items, dim] = [50, 45, 4];
const { below } = numbers(21);
const train = interactionsFromArrays({
  users: Array.from({ length: 220 }, () => below(users)),
  items: Array.from({ length: 220 }, () => below(items - 2)),
  userCount: users,
  itemCount: items,
});
const widths = { image: 9, audio: 6 };
const weights = { image: 1, audio: 0.6 };
const features = {
  image: normalTable(items, widths.image, 1, (column) => 0.8 ** column),
  audio: normalTable(items, widths.audio, 2, (column) => 0.7 ** column),
};

/** F + a R^^T (R^ F) by plain loops in float64. */
function smoothed(rows: Rows, a: number): Rows {
  const histories = Array.from({ length: users }, (_, u) => [
    ...train.items.slice(train.offsets[u], train.offsets[u + 1]),
  ]);
  const degree = new Array<number>(items).fill(0);
  for (const history of histories) for (const item of history) degree[item]!++;
  const result = rows.map((row) => [...row]);
  for (const history of histories) {
    for (const i of history) {
      for (const j of history) {
        const share = a / (history.length * Math.sqrt(degree[i]! * degree[j]!));
        for (const [c, value] of rows[j]!.entries()) result[i]![c]! += share * value;
      }
    }
  }
  return result;
}

/** The modalities side by side, each times its weight. */
const sideBySide: Rows = rowsOf(features.image, widths.image).map((row, i) => [
  ...row.map((value) => weights.image * value),
  ...rowsOf(features.audio, widths.audio)[i]!.map((value) => weights.audio * value),
]);

/** Items on the principal axes of the smoothed features, each axis over its deviation relative to the first to a power. */
function expectedItems(a: number, damping: number): Rows {
  const all = smoothed(sideBySide, a);
  const width = all[0]!.length;
  const gram = Array.from({ length: width }, (_, c) =>
    Array.from({ length: width }, (__, d) => all.reduce((sum, row) => sum + row[c]! * row[d]!, 0)),
  );
  const { values, vectors } = jacobi(gram);
  return all.map((row) =>
    vectors.slice(0, dim).map((axis, j) => {
      const largest = axis.reduce((best, value) => (Math.abs(value) > Math.abs(best) ? value : best), 0);
      const factor = Math.sign(largest) * Math.sqrt(values[j]! / values[0]!) ** -damping;
      return factor * axis.reduce((sum, value, c) => sum + value * row[c]!, 0);
    }),
  );
}

describe.each([
  { name: "in one block", sizes: { residentRows: items, residentBlockRows: items, streamedBlockRows: 1 } },
  {
    name: "in resident and streamed blocks",
    sizes: { residentRows: 20, residentBlockRows: 12, streamedBlockRows: 7 },
  },
])("Smoothed and damped axes of features $name", ({ sizes }) => {
  it.each([
    { a: 4, damping: 0.5 },
    { a: 1, damping: 0 },
  ])("give the items of the dense formulas (a $a, damping $damping)", async ({ a, damping }) => {
    const backend = cpu();
    const layout = layoutBlocks(items, sizes);
    const parts = [];
    for (const modality of ["image", "audio"] as const) {
      const source = denseFeatures(features[modality], items, widths[modality]);
      const options = { prepare: "none", zeroRows: "keep", layout, modality } as const;
      const { blocks } = await prepareFeatures(backend, source, options);
      parts.push({ modality, blocks, weight: weights[modality] });
    }
    const smoothing = { weight: a, adjacency: adjacencyBlocks(train, 17) };
    const { matrices } = await fitProjection(backend, parts, {
      project: "pca",
      dim,
      seed: 1,
      damping,
      smoothing,
    });
    const found = new Float32Array(items * dim);
    for (const { modality, blocks, weight } of parts) {
      const projection = await upload(backend, matrices[modality]!, blocks.columns, dim);
      const table = await projectItems(backend, blocks, projection, 20, smoothing);
      for (let block = 0; block < table.blockCount; block++) {
        const matrix = await table.load(block);
        await backend.read(matrix, 0, matrix.rows, (view) => {
          for (const [at, value] of view.entries())
            found[table.firstRow(block) * dim + at]! += weight * value;
        });
      }
    }
    expect(largestDifference(found, expectedItems(a, damping).flat())).toBeLessThan(1e-4);
  });
});

describe("A fit with smooth and damping", () => {
  const data = {
    train,
    features: {
      image: denseFeatures(features.image, items, widths.image),
      audio: denseFeatures(features.audio, items, widths.audio),
    },
  };
  const plain = { prepare: "none", zeroRows: "keep", scale: "none", clusters: 1, dim, weights } as const;

  it("has the items of the dense formulas, and users that are their normalized sums", async () => {
    const model = await fit(data, { ...plain, smooth: 4, damping: 0.5, backend: cpu() });
    const expected = expectedItems(4, 0.5);
    expect(largestDifference(model.items.data, expected.flat())).toBeLessThan(1e-4);
    const degree = itemDegrees(train);
    for (let u = 0; u < users; u++) {
      const history = [...train.items.slice(train.offsets[u], train.offsets[u + 1])];
      const row = Array.from({ length: dim }, (_, c) =>
        history.reduce((sum, i) => sum + expected[i]![c]! / Math.sqrt(history.length * degree[i]!), 0),
      );
      // A user without items gets the mean item, smoothed or not.
      if (history.length > 0) expect(largestDifference(model.users.row(u), row)).toBeLessThan(1e-4);
      if (history.length > 0) expect(largestDifference(model.foldIn(history).vector, row)).toBeLessThan(1e-4);
    }
  });

  it("gives the same tables on wasm and within a bound of memory", async () => {
    const expected = await fit(data, { ...plain, smooth: 1, damping: 1, backend: cpu() });
    const backend = await wasm();
    try {
      for (const other of [
        await fit(data, { ...plain, smooth: 1, damping: 1, backend }),
        await fit(data, { ...plain, smooth: 1, damping: 1, memory: 60_000, backend: cpu() }),
      ]) {
        expect(largestDifference(other.items.data, expected.items.data)).toBeLessThan(1e-4);
        expect(largestDifference(other.users.data, expected.users.data)).toBeLessThan(1e-4);
      }
    } finally {
      await backend.dispose();
    }
  });

  it("records both options, and refuses them where there is nothing to smooth or damp", async () => {
    const { options } = await fit(data, { ...plain, smooth: 2, damping: 0.25, backend: cpu() });
    expect(options).toMatchObject({ smooth: 2, damping: 0.25 });
    const none = { project: "none", dim: undefined } as const;
    await expect(fit(data, { ...plain, ...none, smooth: 1 })).rejects.toThrow(/smooth/);
    await expect(fit(data, { ...plain, project: "random", damping: 1 })).rejects.toThrow(/damping/);
    await expect(fit(data, { ...plain, smooth: -1 })).rejects.toThrow(/smooth/);
  });
});
