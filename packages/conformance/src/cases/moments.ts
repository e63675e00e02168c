import { expectClose, expectSame } from "../check.ts";
import { magnitudeTable, maskOf, normalTable, type Table, tableOf, withRows } from "../inputs.ts";
import { columnMoments } from "../reference.ts";
import type { CaseDefinition, Trial } from "../trial.ts";
import { float64, MAGNITUDES, tables } from "./row-inputs.ts";

/** columnMoments. */
export const momentCases: readonly CaseDefinition[] = [
  {
    operation: "columnMoments",
    name: "sums columns at every shape, with and without shift and missing rows",
    async run(trial) {
      for (const x of tables("moments")) {
        const missing = maskOf(
          x.rows,
          [1, 5, 6].filter((row) => row < x.rows),
        );
        await expectMoments(trial, x);
        await expectMoments(trial, x, float64(x.columns, "moments/shift"));
        await expectMoments(trial, x, undefined, missing);
        await expectMoments(trial, x, float64(x.columns, "moments/shift"), missing);
      }
    },
  },
  {
    operation: "columnMoments",
    name: "loses nothing over many rows of one sign",
    async run(trial) {
      await expectMoments(trial, magnitudeTable(new Array<number>(20011).fill(1), 3, "moments/many"));
    },
  },
  {
    operation: "columnMoments",
    name: "is 0 when no row is present",
    async run(trial) {
      const x = await trial.load(withRows(normalTable(4, 3, "moments/none"), [0, 1, 2, 3], NaN));
      const { sum, sumOfSquares } = await trial.backend.columnMoments(x, {
        missing: maskOf(4, [0, 1, 2, 3]),
      });
      expectSame("summing no rows", sum, [0, 0, 0]);
      expectSame("summing squares of no rows", sumOfSquares, [0, 0, 0]);
    },
  },
  {
    operation: "columnMoments",
    name: "leaves out missing rows of NaN, and keeps a column of NaN to itself",
    async run(trial) {
      const x = withRows(normalTable(15, 4, "moments/nan"), [2, 14], NaN);
      await expectMoments(trial, x, undefined, maskOf(15, [2, 14]));
      const y = tableOf(15, 4, (row, column) => (column === 1 ? NaN : row - column));
      await expectMoments(trial, y, undefined, undefined, 1);
    },
  },
  {
    operation: "columnMoments",
    name: "holds for columns of extreme magnitude",
    async run(trial) {
      const plain = magnitudeTable(new Array<number>(37).fill(1), 5, "moments/extreme");
      const x = tableOf(37, 5, (row, column) => plain.values[row * 5 + column]! * MAGNITUDES[column]!);
      await expectMoments(trial, x);
    },
  },
];

async function expectMoments(
  trial: Trial,
  x: Table,
  shift?: Float64Array,
  missing?: Uint8Array,
  ignoredColumn?: number,
): Promise<void> {
  const matrix = await trial.load(x);
  const options = {
    ...(shift === undefined ? {} : { shift }),
    ...(missing === undefined ? {} : { missing }),
  };
  const found = await trial.backend.columnMoments(matrix, options);
  const expected = columnMoments(x, shift, missing);
  const doing = `summing the columns of ${x.rows} x ${x.columns}`;
  const { sums } = trial.tolerances;
  const ignore = (_row: number, column: number): boolean => column === ignoredColumn;
  expectClose(doing, found.sum, expected.sum, sums, x.columns, ignore);
  expectClose(`${doing}, squared`, found.sumOfSquares, expected.sumOfSquares, sums, x.columns, ignore);
}
