import { normalTable, type Table, tableOf, withRows } from "../../inputs.ts";
import { type Expected, product, scaledSum } from "../../reference.ts";
import type { CaseDefinition } from "../../trial.ts";

/** Rows and columns: none, single ones, odd ones, and more rows than a kernel visits at once. */
export const SHAPES: readonly (readonly [rows: number, columns: number])[] = [
  [0, 3],
  [1, 1],
  [1, 67],
  [7, 5],
  [33, 16],
  [2051, 9],
  [301, 64],
];

/** The rows of a table at some places. */
function rowsAt(x: Table, places: Uint32Array): Expected {
  const values = Float64Array.from({ length: places.length * x.columns }, (_, p) => {
    return x.values[places[Math.floor(p / x.columns)]! * x.columns + (p % x.columns)]!;
  });
  return { values, scale: values.map(Math.abs) };
}

/** addBias, multiplyTransposed, weightedSum, gatherRows, scatterRows. */
export const trainingRowCases: readonly CaseDefinition[] = [
  {
    operation: "training.addBias",
    name: "adds the bias to every row, and keeps a row of NaN to itself",
    async run(trial) {
      for (const [rows, columns] of SHAPES) {
        const x = withRows(normalTable(rows, columns, "bias/x"), rows > 2 ? [1] : [], NaN);
        const bias = normalTable(1, columns, "bias/bias");
        const matrix = await trial.load(x);
        await trial.training().addBias(matrix, await trial.load(bias));
        const all = tableOf(rows, columns, (_, column) => bias.values[column]!);
        const doing = `adding a bias to ${rows} x ${columns}`;
        await trial.expectMatrix(doing, matrix, scaledSum(x, all, 1, 0), (row) => rows > 2 && row === 1);
      }
    },
  },
  {
    operation: "training.multiplyTransposed",
    name: "multiplies rows by rows, as a product with the transpose does",
    async run(trial) {
      for (const [rows, depth, columns] of [
        [0, 3, 2] as const,
        [1, 1, 1] as const,
        [7, 64, 5] as const,
        [65, 131, 66] as const,
        [31, 300, 521] as const,
      ]) {
        const a = normalTable(rows, depth, "transposed/a");
        const b = normalTable(columns, depth, "transposed/b");
        const turned = tableOf(depth, columns, (row, column) => b.values[column * depth + row]!);
        const out = await trial.garbage(rows, columns);
        await trial.training().multiplyTransposed(await trial.load(a), await trial.load(b), out);
        await trial.expectMatrix(
          `multiplying ${rows} x ${depth} by its like`,
          out,
          product(a, turned, false),
        );
      }
    },
  },
  {
    operation: "training.multiplyTransposed",
    name: "takes one matrix on both sides",
    async run(trial) {
      const x = normalTable(19, 7, "transposed/both");
      const turned = tableOf(7, 19, (row, column) => x.values[column * 7 + row]!);
      const matrix = await trial.load(x);
      const out = await trial.garbage(19, 19);
      await trial.training().multiplyTransposed(matrix, matrix, out);
      await trial.expectMatrix("multiplying a matrix by its transpose", out, product(x, turned, false));
    },
  },
  {
    operation: "training.weightedSum",
    name: "sums one to four matrices, each with its weight, the same matrix twice among them",
    async run(trial) {
      for (const [rows, columns] of SHAPES) {
        const tables = [0, 1, 2].map((k) => normalTable(rows, columns, `sum/${k}`));
        const matrices = await Promise.all(tables.map((table) => trial.load(table)));
        for (const places of [[0], [1, 2], [0, 1, 2], [2, 0, 1, 0]]) {
          const weights = places.map((_, k) => [1, -0.5, 1 / 3, 2][k]!);
          const out = await trial.garbage(rows, columns);
          await trial.training().weightedSum(
            places.map((place) => matrices[place]!),
            weights,
            out,
          );
          const values = new Float64Array(rows * columns);
          const scale = new Float64Array(rows * columns);
          for (const [k, place] of places.entries()) {
            for (const [p, value] of tables[place]!.values.entries()) {
              values[p]! += weights[k]! * value;
              scale[p]! += Math.abs(weights[k]! * value);
            }
          }
          await trial.expectMatrix(`summing ${places.length} of ${rows} x ${columns}`, out, {
            values,
            scale,
          });
        }
      }
    },
  },
  {
    operation: "training.gatherRows",
    name: "copies rows in the order of the list, repeated ones too",
    async run(trial) {
      for (const [rows, columns] of SHAPES) {
        const x = normalTable(rows + 1, columns, "gather/x");
        for (const count of [0, 1, 1000]) {
          const places = Uint32Array.from({ length: count }, (_, r) => (r * 7919 + rows) % (rows + 1));
          const out = await trial.garbage(count, columns);
          await trial.training().gatherRows(await trial.load(x), places, out);
          await trial.expectMatrix(`gathering ${count} of ${rows + 1} x ${columns}`, out, rowsAt(x, places));
        }
      }
    },
  },
  {
    operation: "training.scatterRows",
    name: "adds every row to its target, several to one, and leaves other rows alone",
    async run(trial) {
      for (const [count, columns] of SHAPES) {
        const table = withRows(normalTable(41, columns, "scatter/table"), [3], NaN);
        const rows = normalTable(count, columns, "scatter/rows");
        // Two thirds of the targets share a few rows; row 3, with NaN, and row 40 are not among them.
        const targets = Uint32Array.from(
          { length: count },
          (_, r) => (r % 3 === 0 ? (r * 37) % 36 : r % 2) + 4,
        );
        const matrix = await trial.load(table);
        await trial.training().scatterRows(await trial.load(rows), targets, matrix);
        const expected = scaledSum(
          table,
          tableOf(41, columns, () => 0),
          1,
          0,
        );
        for (const [r, target] of targets.entries()) {
          for (let c = 0; c < columns; c++) {
            expected.values[target * columns + c]! += rows.values[r * columns + c]!;
            expected.scale[target * columns + c]! += Math.abs(rows.values[r * columns + c]!);
          }
        }
        await trial.expectMatrix(`adding ${count} rows of ${columns}`, matrix, expected, (row) => row === 3);
      }
    },
  },
];
