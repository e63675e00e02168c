import { expectClose, expectEqual } from "../check.ts";
import { magnitudeTable, maskOf, normalTable, rowsOf, type Table, tableOf, withRows } from "../inputs.ts";
import { assignedDistances, squaredDistances } from "../reference.ts";
import type { CaseDefinition, Trial } from "../trial.ts";

/** squaredDistances. */
export const distanceCases: readonly CaseDefinition[] = [
  {
    operation: "squaredDistances",
    name: "matches the reference at every shape",
    async run(trial) {
      for (const [rows, columns, count] of [
        [0, 3, 2] as const,
        [1, 1, 1] as const,
        [7, 1, 3] as const,
        [1, 130, 4] as const,
        [13, 17, 1] as const,
        [13, 17, 5] as const,
        [65, 67, 8] as const,
        [1021, 31, 11] as const,
        [5, 1031, 67] as const,
      ]) {
        const x = normalTable(rows, columns, `distances/${rows}`);
        await expectDistances(trial, x, normalTable(count, columns, "distances/points").values);
      }
    },
  },
  {
    operation: "squaredDistances",
    name: "is exactly 0 for equal rows, also far from the origin",
    async run(trial) {
      const near = normalTable(19, 23, "distances/equal");
      for (const x of [near, tableOf(19, 23, (row, column) => 1e6 + near.values[row * 23 + column]!)]) {
        const chosen = [0, 7, 18, 7];
        const found = await expectDistances(trial, x, rowsOf(x, chosen).values);
        for (const [i, row] of chosen.entries()) {
          expectEqual("computing distances to own rows", `row ${row}, point ${i}`, found[row * 4 + i], 0);
        }
      }
    },
  },
  {
    operation: "squaredDistances",
    name: "keeps its digits for neighbors far from the origin",
    async run(trial) {
      // Steps of 1/16 are exact in float32 here; the expanded form ||x||^2 - 2 x.p + ||p||^2 would lose them all.
      const x = tableOf(17, 8, (row, column) => 65536 + ((row * 5 + column) % 9) / 16);
      await expectDistances(trial, x, rowsOf(x, [0, 3, 5]).values);
    },
  },
  {
    operation: "squaredDistances",
    name: "holds for extreme magnitudes, and keeps a row of NaN to itself",
    async run(trial) {
      const x = withRows(magnitudeTable([1e18, 1e-18, 1, 1, 1e9], 33, "distances/extreme"), [3], NaN);
      const points = magnitudeTable([1e18, 1e-18, 1], 33, "distances/extreme/points");
      await expectDistances(trial, x, points.values, 3);
    },
  },
];

/** assignedDistances. */
export const assignedDistanceCases: readonly CaseDefinition[] = [
  {
    operation: "assignedDistances",
    name: "matches the reference at every shape, for the centroids given",
    async run(trial) {
      for (const [rows, columns, clusters] of [
        [0, 3, 2] as const,
        [1, 1, 1] as const,
        [7, 1, 3] as const,
        [67, 17, 67] as const,
        [1021, 31, 8] as const,
        [65, 1031, 5] as const,
      ]) {
        const x = normalTable(rows, columns, `assigned/${rows}`);
        const missing = maskOf(
          rows,
          [2, 64].filter((row) => row < rows),
        );
        const assignment = await trial.assignment(rows, columns, clusters, missing);
        const matrix = await trial.load(x);
        const { values: centroids } = normalTable(clusters, columns, "assigned/centroids");
        await trial.backend.assign(assignment, matrix, centroids);
        const labels = await assignment.labels();
        for (const points of [centroids, normalTable(clusters, columns, "assigned/moved").values]) {
          const found = await trial.backend.assignedDistances(assignment, matrix, points);
          const doing = `computing distances of ${rows} x ${columns} to ${clusters} centroids`;
          expectClose(doing, found, assignedDistances(x, labels, points), trial.tolerances.values, 1);
        }
      }
    },
  },
  {
    operation: "assignedDistances",
    name: "is exactly 0 for rows at their centroids and for missing rows",
    async run(trial) {
      const x = normalTable(11, 7, "assigned/zero");
      const far = tableOf(11, 7, (row, column) => 16 + x.values[row * 7 + column]!);
      const rows = withRows(far, [4], NaN);
      const assignment = await trial.assignment(11, 7, 11, maskOf(11, [4]));
      const matrix = await trial.load(rows);
      await trial.backend.assign(assignment, matrix, far.values);
      const found = await trial.backend.assignedDistances(assignment, matrix, far.values);
      for (let r = 0; r < 11; r++) expectEqual("computing distances to own rows", `row ${r}`, found[r], 0);
    },
  },
];

async function expectDistances(
  trial: Trial,
  x: Table,
  points: Float32Array,
  ignoredRow?: number,
): Promise<Float32Array> {
  const count = points.length / x.columns;
  const found = await trial.backend.squaredDistances(await trial.load(x), points, count);
  const doing = `computing distances of ${x.rows} x ${x.columns} to ${count} points`;
  expectClose(
    doing,
    found,
    squaredDistances(x, points),
    trial.tolerances.values,
    count,
    (row) => row === ignoredRow,
  );
  return found;
}
