import type { SparseMatrix } from "@wellbegun/core/backend";
import { expectSame } from "../check.ts";
import { factors, magnitudeTable, normalTable, sparseOf, type Table, tableOf, withRows } from "../inputs.ts";
import { sparseProduct } from "../reference.ts";
import type { CaseDefinition, Trial } from "../trial.ts";

/** Users with no items, one, some, more than there are columns (repeats), and none again. */
const COUNTS: readonly number[] = [0, 1, 5, 0, 0, 23, 2, 64, 3, 0];

/** multiplySparse. */
export const sparseCases: readonly CaseDefinition[] = [
  {
    operation: "multiplySparse",
    name: "matches the reference at every width, overwriting and adding",
    async run(trial) {
      for (const columns of [1, 3, 4, 31, 64, 67, 130, 1031]) {
        await expectSparse(
          trial,
          sparseOf(COUNTS, 37, "sparse/widths"),
          normalTable(37, columns, "sparse/x"),
        );
      }
    },
  },
  {
    operation: "multiplySparse",
    name: "takes no rows, one row, one column, and no entries at all",
    async run(trial) {
      await expectSparse(trial, sparseOf([], 5, "sparse/none"), normalTable(5, 3, "sparse/x"));
      await expectSparse(trial, sparseOf([4], 5, "sparse/one"), normalTable(5, 3, "sparse/x"));
      await expectSparse(trial, sparseOf([1, 0, 1], 1, "sparse/column"), normalTable(1, 3, "sparse/x"));
      await expectSparse(trial, sparseOf([0, 0, 0], 5, "sparse/empty"), normalTable(5, 3, "sparse/x"));
      await expectSparse(trial, sparseOf([0, 0], 0, "sparse/nothing"), normalTable(0, 3, "sparse/x"));
    },
  },
  {
    operation: "multiplySparse",
    name: "sums a user with every item and many users with few",
    async run(trial) {
      const items = 523;
      const counts = Array.from({ length: 301 }, (_, user) => (user === 150 ? items : user % 7));
      const random = sparseOf(counts, items, "sparse/popular");
      const indices = random.indices.slice();
      for (let i = 0; i < items; i++) indices[random.offsets[150]! + i] = i;
      await expectSparse(trial, { ...random, indices }, normalTable(items, 17, "sparse/items"));
    },
  },
  {
    operation: "multiplySparse",
    name: "multiplies values, row factors and column factors in every combination",
    async run(trial) {
      const s = sparseOf(COUNTS, 37, "sparse/scales");
      const x = normalTable(37, 6, "sparse/x");
      for (let choice = 0; choice < 8; choice++) {
        await expectSparse(
          trial,
          {
            ...s,
            values: (choice & 1) === 0 ? undefined : factors(s.indices.length, "sparse/values"),
            rowScale: (choice & 2) === 0 ? undefined : factors(s.rows, "sparse/rowScale"),
            columnScale: (choice & 4) === 0 ? undefined : factors(s.columns, "sparse/columnScale"),
          },
          x,
        );
      }
    },
  },
  {
    operation: "multiplySparse",
    name: "takes a block of rows as a view whose offsets do not start at 0",
    async run(trial) {
      const s = sparseOf(COUNTS, 37, "sparse/blocks");
      const all = {
        ...s,
        values: factors(s.indices.length, "sparse/values"),
        rowScale: factors(10, "sparse/rows"),
      };
      const x = normalTable(37, 19, "sparse/x");
      for (const [first, rows] of [
        [0, 3] as const,
        [2, 5] as const,
        [7, 3] as const,
        [9, 1] as const,
        [4, 0] as const,
      ]) {
        await expectSparse(
          trial,
          {
            ...all,
            rows,
            offsets: all.offsets.subarray(first, first + rows + 1),
            rowScale: all.rowScale.subarray(first, first + rows),
          },
          x,
        );
      }
    },
  },
  {
    operation: "multiplySparse",
    name: "takes one sparse matrix again with other matrices, and never one for another",
    async run(trial) {
      const s = sparseOf(COUNTS, 37, "sparse/again");
      const scaled = { ...s, rowScale: factors(s.rows, "sparse/other") };
      for (const columns of [5, 64, 5]) {
        await expectSparse(trial, s, normalTable(37, columns, `sparse/again/${columns}`));
        await expectSparse(trial, scaled, normalTable(37, columns, `sparse/scaled/${columns}`));
      }
    },
  },
  {
    operation: "multiplySparse",
    name: "keeps NaN from users who have no such item",
    async run(trial) {
      const s: SparseMatrix = {
        rows: 5,
        columns: 4,
        offsets: Uint32Array.of(0, 2, 2, 4, 5, 8),
        indices: Uint32Array.of(0, 1, 1, 3, 2, 0, 3, 1),
      };
      const x = withRows(normalTable(4, 9, "sparse/nan"), [2], NaN);
      const out = await trial.garbage(5, 9);
      await trial.backend.multiplySparse(s, await trial.load(x), out);
      await trial.expectMatrix("summing beside NaN", out, sparseProduct(s, x), (row) => row === 3);
    },
  },
  {
    operation: "multiplySparse",
    name: "holds for extreme magnitudes",
    async run(trial) {
      const s = sparseOf([3, 1, 4, 2], 2, "sparse/extreme");
      const rows = { ...s, rowScale: Float32Array.of(1e-18, 1, 1e18, 1) };
      for (const magnitude of [1e18, 1e-18]) {
        const x = magnitudeTable([magnitude, magnitude], 9, "sparse/extreme/x");
        await expectSparse(trial, rows, x);
        const values = new Float32Array(s.indices.length).fill(1 / magnitude);
        await expectSparse(trial, { ...s, values }, x);
      }
    },
  },
  {
    operation: "multiplySparse",
    name: "gives whole numbers exactly",
    async run(trial) {
      const s = sparseOf(COUNTS, 37, "sparse/exact");
      const x = tableOf(37, 8, (row, column) => ((row * 7 + column * 3) % 11) - 5);
      const out = await trial.garbage(s.rows, 8);
      await trial.backend.multiplySparse(s, await trial.load(x), out);
      expectSame("summing whole numbers", await trial.valuesOf(out), sparseProduct(s, x).values);
    },
  },
];

async function expectSparse(trial: Trial, s: SparseMatrix, x: Table): Promise<void> {
  const matrix = await trial.load(x);
  const doing = `multiplying sparse ${s.rows} x ${s.columns} by ${x.rows} x ${x.columns}`;
  const out = await trial.garbage(s.rows, x.columns);
  await trial.backend.multiplySparse(s, matrix, out);
  await trial.expectMatrix(doing, out, sparseProduct(s, x));

  const start = normalTable(s.rows, x.columns, "sparse/start");
  const sum = await trial.load(start);
  await trial.backend.multiplySparse(s, matrix, sum, { accumulate: true });
  await trial.expectMatrix(`${doing}, adding`, sum, sparseProduct(s, x, start));
}
