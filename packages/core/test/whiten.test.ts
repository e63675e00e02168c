import { readFileSync } from "node:fs";
import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { layoutBlocks } from "../src/data/block-layout.ts";
import { type Backend, cpu, denseFeatures, fit, Initializer, wasm } from "../src/index.ts";
import { prepareFeatures } from "../src/stages/prepare/prepare.ts";
import { randomData, seeded, shapes, toInput } from "./support/dataset.ts";
import { normalTable } from "./support/numbers.ts";
import { flat, largestDifference, norm, type Rows, rowsOf, tableRows } from "./support/tables.ts";

interface Golden {
  readonly features: Rows;
  readonly cases: readonly { readonly power: number; readonly ridge: number; readonly rows: Rows }[];
}
const golden: Golden = JSON.parse(
  readFileSync(new URL("../../../fixtures/golden-whiten/whiten.json", import.meta.url), "utf8"),
);

const sizes = {
  "in one block": { residentRows: 99, residentBlockRows: 99, streamedBlockRows: 1 },
  "in resident blocks": { residentRows: 99, residentBlockRows: 7, streamedBlockRows: 1 },
  "partly streamed": { residentRows: 16, residentBlockRows: 8, streamedBlockRows: 9 },
  streamed: { residentRows: 0, residentBlockRows: 1, streamedBlockRows: 11 },
};

/** Whitened rows: as blocks are loaded, and gathered in reverse order, alone and together. */
async function whitened(
  backend: Backend,
  rows: Rows,
  whitening: { power: number; ridge: number },
  size: (typeof sizes)[keyof typeof sizes] = sizes["in one block"],
): Promise<{ loaded: Float32Array; gathered: Float32Array; together: Float32Array | undefined }> {
  const columns = rows[0]!.length;
  const { blocks } = await prepareFeatures(backend, denseFeatures(flat(rows), rows.length, columns), {
    prepare: "whiten",
    whitening,
    zeroRows: "missing",
    layout: layoutBlocks(rows.length, size),
    modality: "rows",
  });
  const loaded = new Float32Array(rows.length * columns);
  for (let block = 0; block < blocks.blockCount; block++) {
    const matrix = await blocks.load(block);
    await backend.read(matrix, 0, matrix.rows, (view) => loaded.set(view, blocks.firstRow(block) * columns));
  }
  const backwards = await blocks.gather(rows.map((_, row) => rows.length - 1 - row));
  let together: Float32Array | undefined;
  if (blocks.gatherInto !== undefined) {
    const into = await backend.create(rows.length + 2, columns);
    await blocks.gatherInto(Uint32Array.from(rows.keys()), into);
    together = await backend.read(into, 0, rows.length + 2, (view) => view.slice());
  }
  blocks.dispose();
  return { loaded, gathered: flat(rowsOf(backwards, columns).reverse()), together };
}

describe.each(["cpu", "wasm"] as const)("features whitened on %s", (name) => {
  const open = async (): Promise<Backend> => (name === "cpu" ? cpu() : await wasm());

  it.each(Object.entries(sizes))("%s agree with NumPy at every power and ridge", async (_, size) => {
    const backend = await open();
    for (const { power, ridge, rows } of golden.cases) {
      const { loaded, gathered, together } = await whitened(backend, golden.features, { power, ridge }, size);
      const expected = flat(rows);
      expect(largestDifference(loaded, expected)).toBeLessThan(2e-5);
      expect(largestDifference(gathered, expected)).toBeLessThan(2e-5);
      if (together === undefined) continue;
      const unasked = new Array<number>(2 * rows[0]!.length).fill(0);
      expect(largestDifference(together, [...expected, ...unasked])).toBeLessThan(2e-5);
    }
    await backend.dispose();
  });
});

it("have mean 0 and the identity as covariance at power 1 without ridge", async () => {
  const drawn = fc.record({
    rows: fc.integer({ min: 20, max: 60 }),
    columns: fc.integer({ min: 1, max: 8 }),
    seed: fc.nat(1e6),
  });
  await fc.assert(
    fc.asyncProperty(drawn, async ({ rows, columns, seed }) => {
      const table = rowsOf(
        normalTable(rows, columns, seed, (column) => 0.6 ** column),
        columns,
      );
      const found = rowsOf((await whitened(cpu(), table, { power: 1, ridge: 0 })).loaded, columns);
      // A single column of unit rows is 1 or -1 throughout: its covariance is the identity too, unless constant.
      for (let i = 0; i < columns; i++) {
        expect(Math.abs(found.reduce((sum, row) => sum + row[i]!, 0) / rows)).toBeLessThan(1e-5);
        for (let j = 0; j < columns; j++) {
          const covariance = found.reduce((sum, row) => sum + row[i]! * row[j]!, 0) / rows;
          expect(covariance).toBeCloseTo(i === j ? 1 : 0, 4);
        }
      }
    }),
    seeded,
  );
});

it("are the rows of center+l2, centered once more, at power 0", async () => {
  const present = golden.features.filter((row) => norm(row) > 0);
  const centered = (rows: Rows): Rows => {
    const mean = rows[0]!.map((_, c) => rows.reduce((sum, row) => sum + row[c]!, 0) / rows.length);
    return rows.map((row) => row.map((value, c) => value - mean[c]!));
  };
  const unit = centered(present).map((row) => row.map((value) => value / norm(row)));
  const { loaded } = await whitened(cpu(), present, { power: 0, ridge: 0.3 });
  expect(largestDifference(loaded, flat(centered(unit)))).toBeLessThan(1e-6);
});

it("lose the axes along which items do not differ", async () => {
  // The last column repeats the first, so that the covariance has an eigenvalue of 0.
  const rows = golden.features.map((row) => [...row, row[0]!]);
  const { loaded } = await whitened(cpu(), rows, { power: 1, ridge: 0 });
  const own = rowsOf(loaded, 7);
  expect(own.every((row) => row.every((value) => Number.isFinite(value) && Math.abs(value) < 10))).toBe(true);
  for (const row of own) expect(row[0]).toBeCloseTo(row[6]!, 4);
});

it("are carried by folding in, by the initializer's bytes, and by a memory that forces streaming", async () => {
  await fc.assert(
    fc.asyncProperty(shapes, fc.constantFrom("pca", "none"), async (shape, project) => {
      const input = toInput(randomData(shape));
      const options = {
        prepare: { image: "whiten" },
        whitenPower: 0.8,
        whitenRidge: { image: 0.2 },
        clusters: 1,
        project,
      } as const;
      const model = await fit(input, options);
      expect(model.options.prepare.image).toBe("whiten");
      const again = Initializer.fromBytes(model.toBytes());
      const rows = tableRows(again.transform(input.train));
      expect(largestDifference(flat(rows), model.users.data)).toBeLessThan(1e-5);
      expect(again.options).toEqual(model.initializer.options);
      const streamed = await fit(input, { ...options, memory: 6000 });
      expect(largestDifference(streamed.users.data, model.users.data)).toBeLessThan(1e-4);
    }),
    { ...seeded, numRuns: 20 },
  );
});
