import { expectClose, expectThat } from "../check.ts";
import { factors, magnitudeTable, maskOf, normalTable, type Table, tableOf, withRows } from "../inputs.ts";
import { rowNorms, scaledRows, scaledSum, transformedRows } from "../reference.ts";
import type { CaseDefinition, Trial } from "../trial.ts";
import { float64, MAGNITUDES, tables } from "./row-inputs.ts";

/** transformRows, rowNorms, scaleRows, addScaled. */
export const rowCases: readonly CaseDefinition[] = [
  {
    operation: "transformRows",
    name: "shifts, scales and divides by norms, in every combination",
    async run(trial) {
      for (const x of tables("transform")) {
        const shift = float64(x.columns, "rows/shift");
        const scale = float64(x.columns, "rows/scale");
        const missing = maskOf(
          x.rows,
          [0, 2, x.rows - 1].filter((row) => row >= 0 && row < x.rows),
        );
        for (let choice = 0; choice < 16; choice++) {
          const transform = {
            unit: (choice & 1) !== 0,
            shift: (choice & 2) === 0 ? undefined : shift,
            scale: (choice & 4) === 0 ? undefined : scale,
            missing: (choice & 8) === 0 ? undefined : missing,
          };
          const matrix = await trial.load(x);
          await trial.backend.transformRows(matrix, transform);
          const doing = `transforming ${x.rows} x ${x.columns}, combination ${choice}`;
          await trial.expectMatrix(doing, matrix, transformedRows(x, transform));
          matrix.dispose();
        }
      }
    },
  },
  {
    operation: "transformRows",
    name: "leaves rows of norm 0 at 0",
    async run(trial) {
      const x = withRows(normalTable(9, 6, "rows/zero"), [0, 4, 8], 0);
      const matrix = await trial.load(x);
      await trial.backend.transformRows(matrix, { unit: true });
      await trial.expectMatrix("normalizing rows of zeros", matrix, transformedRows(x, { unit: true }));
      const equal = tableOf(3, 4, (row, column) => (row === 1 ? 2 : column));
      const shifted = await trial.load(equal);
      const transform = { unit: true, shift: Float64Array.of(2, 2, 2, 2) };
      await trial.backend.transformRows(shifted, transform);
      await trial.expectMatrix(
        "normalizing a row that equals the shift",
        shifted,
        transformedRows(equal, transform),
      );
    },
  },
  {
    operation: "transformRows",
    name: "divides rows of extreme magnitude by their norms",
    async run(trial) {
      const x = magnitudeTable(MAGNITUDES, 33, "rows/transform/extreme");
      const matrix = await trial.load(x);
      await trial.backend.transformRows(matrix, { unit: true });
      await trial.expectMatrix("normalizing extreme rows", matrix, transformedRows(x, { unit: true }));
    },
  },
  {
    operation: "transformRows",
    name: "keeps a row of NaN to itself, and clears it when it is missing",
    async run(trial) {
      const x = withRows(normalTable(11, 9, "rows/transform/nan"), [3], NaN);
      const matrix = await trial.load(x);
      await trial.backend.transformRows(matrix, { unit: true });
      const expected = transformedRows(x, { unit: true });
      await trial.expectMatrix("normalizing beside NaN", matrix, expected, (row) => row === 3);
      const transform = { unit: true, missing: maskOf(11, [3]) };
      const cleared = await trial.load(x);
      await trial.backend.transformRows(cleared, transform);
      await trial.expectMatrix("clearing a row of NaN", cleared, transformedRows(x, transform));
    },
  },
  {
    operation: "rowNorms",
    name: "matches the reference at every shape",
    async run(trial) {
      for (const x of tables("norms")) await expectNorms(trial, x);
    },
  },
  {
    operation: "rowNorms",
    name: "holds for extreme magnitudes and is 0 for a row of zeros",
    async run(trial) {
      await expectNorms(trial, magnitudeTable([...MAGNITUDES, 0], 33, "rows/norms/extreme"));
    },
  },
  {
    operation: "rowNorms",
    name: "keeps a row of NaN to itself",
    async run(trial) {
      await expectNorms(trial, withRows(normalTable(10, 5, "rows/norms/nan"), [4], NaN), 4);
    },
  },
  {
    operation: "scaleRows",
    name: "multiplies by one factor, or by one for each row",
    async run(trial) {
      for (const x of tables("scale")) {
        for (const factor of [1 / 3, -2, 0, 1, factors(x.rows, "rows/factors")]) {
          const matrix = await trial.load(x);
          await trial.backend.scaleRows(matrix, factor);
          const doing = `scaling ${x.rows} x ${x.columns}`;
          await trial.expectMatrix(doing, matrix, scaledRows(x, factor));
          matrix.dispose();
        }
      }
    },
  },
  {
    operation: "scaleRows",
    name: "brings extreme rows back and keeps a row of NaN to itself",
    async run(trial) {
      const x = magnitudeTable([...MAGNITUDES, NaN], 33, "rows/scale/extreme");
      const factor = Float32Array.from([...MAGNITUDES, 1], (magnitude) => 1 / magnitude);
      const matrix = await trial.load(x);
      await trial.backend.scaleRows(matrix, factor);
      const nan = MAGNITUDES.length;
      await trial.expectMatrix("scaling extreme rows", matrix, scaledRows(x, factor), (row) => row === nan);
    },
  },
  {
    operation: "addScaled",
    name: "adds a multiple of a matrix of the same width",
    async run(trial) {
      for (const y of tables("add/y")) {
        const x = normalTable(y.rows, y.columns, "rows/add/x");
        for (const alpha of [1, -0.3, 0]) {
          const to = await trial.load(y);
          await trial.backend.addScaled(to, await trial.load(x), alpha);
          await trial.expectMatrix(
            `adding ${alpha} x ${y.rows} x ${y.columns}`,
            to,
            scaledSum(y, x, alpha, 0),
          );
        }
      }
    },
  },
  {
    operation: "addScaled",
    name: "adds into columns from the given one on, and leaves the others",
    async run(trial) {
      for (const [rows, width, columns, first] of [
        [17, 3, 11, 0] as const,
        [17, 3, 11, 5] as const,
        [17, 1, 11, 10] as const,
        [131, 64, 130, 66] as const,
      ]) {
        const y = normalTable(rows, columns, "rows/columns/y");
        const x = normalTable(rows, width, "rows/columns/x");
        const to = await trial.load(y);
        await trial.backend.addScaled(to, await trial.load(x), 0.7, first);
        const doing = `adding ${width} columns from column ${first} on`;
        await trial.expectMatrix(doing, to, scaledSum(y, x, 0.7, first));
        const found = await trial.valuesOf(to);
        for (let p = 0; p < found.length; p++) {
          const column = p % columns;
          if (column >= first && column < first + width) continue;
          expectThat(
            doing,
            found[p] === y.values[p],
            `${y.values[p]} untouched in column ${column}`,
            `${found[p]}`,
          );
        }
      }
    },
  },
  {
    operation: "addScaled",
    name: "keeps extreme rows apart and a row of NaN to itself",
    async run(trial) {
      const y = magnitudeTable(MAGNITUDES, 33, "rows/add/extreme/y");
      const x = withRows(magnitudeTable(MAGNITUDES, 33, "rows/add/extreme/x"), [3], NaN);
      const to = await trial.load(y);
      await trial.backend.addScaled(to, await trial.load(x), -0.25);
      await trial.expectMatrix("adding extreme rows", to, scaledSum(y, x, -0.25, 0), (row) => row === 3);
    },
  },
];

async function expectNorms(trial: Trial, x: Table, ignoredRow?: number): Promise<void> {
  const norms = await trial.backend.rowNorms(await trial.load(x));
  const doing = `computing norms of ${x.rows} x ${x.columns}`;
  expectClose(doing, norms, rowNorms(x), trial.tolerances.values, 1, (row) => row === ignoredRow);
}
