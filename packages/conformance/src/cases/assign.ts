import { expectClose, expectEqual, expectSame, expectThat } from "../check.ts";
import {
  clusteredTable,
  integerTable,
  magnitudeTable,
  maskOf,
  normalTable,
  rowsOf,
  tableOf,
  withRows,
} from "../inputs.ts";
import { LloydRun } from "../lloyd.ts";
import { clusterSums, nearest } from "../reference.ts";
import type { CaseDefinition } from "../trial.ts";

/** createAssignment and single passes of assign. */
export const assignCases: readonly CaseDefinition[] = [
  {
    operation: "assign",
    name: "gives nearest centroids, sums and counts at every shape",
    async run(trial) {
      for (const [rows, columns, clusters] of [
        [0, 3, 2] as const,
        [1, 1, 1] as const,
        [1, 5, 3] as const,
        [7, 1, 3] as const,
        [13, 17, 13] as const,
        [64, 16, 8] as const,
        [65, 67, 9] as const,
        [129, 130, 131] as const,
        [1021, 31, 67] as const,
        [5, 1031, 4] as const,
      ]) {
        const x = normalTable(rows, columns, `assign/${rows}`);
        const run = await LloydRun.start(trial, x, clusters);
        await run.pass(normalTable(clusters, columns, "assign/centroids").values);
      }
    },
  },
  {
    operation: "assign",
    name: "gives every row its own centroid when there are as many as rows",
    async run(trial) {
      const x = normalTable(37, 11, "assign/own");
      const run = await LloydRun.start(trial, x, 37);
      expectSame(
        "assigning rows to themselves",
        await run.pass(x.values),
        Array.from({ length: 37 }, (_, r) => r),
      );
    },
  },
  {
    operation: "assign",
    name: "gives ties to the lowest label",
    async run(trial) {
      // Whole numbers are exact in every precision and form, so these rows tie on every device.
      const x = tableOf(21, 2, (row, column) => (column === 0 ? row - 10 : 0));
      const run = await LloydRun.start(trial, x, 4);
      const labels = await run.pass(Float32Array.of(4, 0, -4, 0, 4, 0, 0, 8));
      const expected = Array.from({ length: 21 }, (_, row) => (row < 10 ? 1 : 0));
      expectSame("assigning between two centroids at equal distance", labels, expected);
      const grid = integerTable(301, 5, 2, "assign/grid");
      const many = await LloydRun.start(trial, grid, 40);
      const centroids = integerTable(40, 5, 2, "assign/grid/centroids").values;
      const found = await many.pass(centroids);
      const lowest = found.map((_, r) => nearest(grid, r, centroids));
      expectSame("assigning whole numbers with many ties", found, lowest);
    },
  },
  {
    operation: "assign",
    name: "gives rows between equal centroids to the first of them",
    async run(trial) {
      const x = normalTable(211, 9, "assign/equal");
      const three = normalTable(3, 9, "assign/equal/centroids");
      const run = await LloydRun.start(trial, x, 7);
      await run.pass(rowsOf(three, [0, 1, 0, 2, 2, 1, 0]).values);
      const same = await LloydRun.start(trial, x, 5);
      const labels = await same.pass(rowsOf(three, [1, 1, 1, 1, 1]).values);
      expectSame("assigning to equal centroids", labels, new Int32Array(211));
    },
  },
  {
    operation: "assign",
    name: "leaves missing rows out, also when they hold NaN",
    async run(trial) {
      const missing = maskOf(101, [0, 17, 18, 64, 100]);
      const clean = clusteredTable(101, 13, 6, { stream: "assign/missing", distance: 3, spread: 1 });
      const x = withRows(clean.x, [0, 17, 100], NaN);
      const run = await LloydRun.start(trial, { ...x, values: x.values }, 6, missing);
      await run.follow(clean.centers.values, 4);
      const none = await LloydRun.start(trial, x, 2, new Uint8Array(101).fill(1));
      await none.pass(rowsOf(clean.centers, [0, 1]).values);
    },
  },
  {
    operation: "assign",
    name: "keeps a row of NaN from the labels of others and from the sums of other clusters",
    async run(trial) {
      const { x: clean, centers } = clusteredTable(150, 8, 5, {
        stream: "assign/nan",
        distance: 4,
        spread: 0.5,
      });
      const x = withRows(clean, [9, 64], NaN);
      const assignment = await trial.assignment(150, 8, 5);
      const matrix = await trial.load(x);
      for (let pass = 0; pass < 3; pass++) {
        const step = await trial.backend.assign(assignment, matrix, centers.values);
        const labels = await assignment.labels();
        const doing = "assigning beside NaN";
        for (let r = 0; r < 150; r++) {
          if (r === 9 || r === 64) continue;
          expectEqual(doing, `label of row ${r}`, labels[r], nearest(x, r, centers.values));
        }
        const { sums } = clusterSums(x, labels, 5);
        const spoilt = [labels[9], labels[64]];
        expectClose(doing, step.sums, sums, trial.tolerances.sums, 8, (cluster) => spoilt.includes(cluster));
      }
    },
  },
  {
    operation: "assign",
    name: "tells clusters apart far from the origin, and at extreme magnitudes",
    async run(trial) {
      const far = clusteredTable(300, 16, 7, { stream: "assign/far", distance: 5, spread: 0.2, offset: 100 });
      const run = await LloydRun.start(trial, far.x, 7);
      await run.follow(far.centers.values, 3);
      for (const magnitude of [1e18, 1e-18]) {
        const { x, centers } = clusteredTable(90, 9, 4, {
          stream: "assign/extreme",
          distance: 3,
          spread: 0.3,
        });
        const scaled = { ...x, values: x.values.map((value) => value * magnitude) };
        const extreme = await LloydRun.start(trial, scaled, 4);
        await extreme.follow(
          centers.values.map((value) => value * magnitude),
          3,
        );
      }
      const mixed = magnitudeTable([1e9, 1e-9, 1, 1e9, 1, 1e-9, 1e-9], 6, "assign/mixed");
      const apart = await LloydRun.start(trial, mixed, 3);
      await apart.pass(rowsOf(mixed, [0, 1, 2]).values);
    },
  },
  {
    operation: "assign",
    name: "hands out copies of its labels",
    async run(trial) {
      const x = normalTable(31, 4, "assign/copies");
      const centroids = normalTable(3, 4, "assign/copies/centroids").values;
      const assignment = await trial.assignment(31, 4, 3);
      const matrix = await trial.load(x);
      await trial.backend.assign(assignment, matrix, centroids);
      const before = (await assignment.labels()).slice();
      (await assignment.labels()).fill(7);
      expectSame("reading labels", await assignment.labels(), before);
      const { changed } = await trial.backend.assign(assignment, matrix, centroids);
      expectEqual("assigning again", "changed", changed, 0);
    },
  },
  {
    operation: "assign",
    name: "repeats itself to the bit where the backend says that it is deterministic",
    async run(trial) {
      const x = normalTable(523, 37, "assign/repeat");
      const centroids = normalTable(11, 37, "assign/repeat/centroids").values;
      const matrix = await trial.load(x);
      const runs: Float64Array[] = [];
      for (let i = 0; i < 2; i++) {
        const assignment = await trial.assignment(523, 37, 11);
        runs.push((await trial.backend.assign(assignment, matrix, centroids)).sums);
      }
      const same = runs[0]!.every((value, p) => value === runs[1]![p]);
      const claimed = trial.backend.capabilities.deterministic ?? true;
      expectThat("summing twice", same || !claimed, "equal bits, as the capabilities say", "different sums");
    },
  },
];
