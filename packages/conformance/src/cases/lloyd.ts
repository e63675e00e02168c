import { createRandom } from "@wellbegun/core/support";
import { expectSame } from "../check.ts";
import { clusteredTable, integerTable, maskOf, normalTable, rowsOf, tableOf } from "../inputs.ts";
import { LloydRun } from "../lloyd.ts";
import { nearest } from "../reference.ts";
import type { CaseDefinition } from "../trial.ts";

/**
 * Many passes of one assignment. A backend that keeps bounds on distances between passes must be right for
 * every movement of the centroids: small steps, jumps, crossings and returns.
 */
export const lloydCases: readonly CaseDefinition[] = [
  {
    operation: "assign",
    name: "follows Lloyd's algorithm over many passes from poor seeds",
    async run(trial) {
      const { x } = clusteredTable(1201, 24, 13, { stream: "lloyd/many", distance: 1, spread: 0.6 });
      const run = await LloydRun.start(trial, x, 13);
      const seeds = Array.from({ length: 13 }, (_, c) => c * 13); // All from one cluster.
      await run.follow(rowsOf(x, seeds).values, 30);
    },
  },
  {
    operation: "assign",
    name: "follows it for 1, 2, 3 clusters, in one dimension, and for as many clusters as rows",
    async run(trial) {
      for (const [rows, columns, clusters] of [
        [257, 7, 1] as const,
        [257, 7, 2] as const,
        [257, 7, 3] as const,
        [509, 1, 6] as const,
        [61, 5, 61] as const,
        [3, 2, 3] as const,
      ]) {
        const x = normalTable(rows, columns, `lloyd/${rows}x${columns}`);
        const run = await LloydRun.start(trial, x, clusters);
        const start = rowsOf(
          x,
          Array.from({ length: clusters }, (_, c) => (c * 3) % rows),
        );
        await run.follow(start.values, 12);
      }
    },
  },
  {
    operation: "assign",
    name: "follows centroids that jump far away and back, as in reseeding",
    async run(trial) {
      const { x } = clusteredTable(901, 16, 9, { stream: "lloyd/jump", distance: 2, spread: 0.7 });
      const run = await LloydRun.start(trial, x, 11);
      let centroids = await run.follow(normalTable(11, 16, "lloyd/jump/start").values, 6);
      const random = createRandom(7, "lloyd/jump");
      for (let round = 0; round < 8; round++) {
        const jumping = random.integer(11);
        const row = random.integer(901);
        centroids = centroids.slice();
        centroids.set(x.values.subarray(row * 16, (row + 1) * 16), jumping * 16);
        centroids = await run.follow(centroids, 2);
      }
      const before = centroids;
      await run.pass(before.map((value) => value + 1000));
      await run.pass(before);
    },
  },
  {
    operation: "assign",
    name: "follows wide rows, while the centroids come to rest and when they jump",
    async run(trial) {
      const { x } = clusteredTable(301, 300, 7, { stream: "lloyd/wide", distance: 1, spread: 0.6 });
      const run = await LloydRun.start(trial, x, 9);
      const seeds = Array.from({ length: 9 }, (_, c) => c * 7); // All from one cluster.
      let centroids = await run.follow(rowsOf(x, seeds).values, 10);
      for (const row of [100, 200, 300]) {
        centroids = centroids.slice();
        centroids.set(x.values.subarray(row * 300, (row + 1) * 300), 300 * (row % 9));
        centroids = await run.follow(centroids, 4);
      }
    },
  },
  {
    operation: "assign",
    name: "follows centroids that change places, all at once and two by two",
    async run(trial) {
      const { x, centers } = clusteredTable(600, 12, 6, { stream: "lloyd/swap", distance: 3, spread: 0.4 });
      const run = await LloydRun.start(trial, x, 6);
      const straight = await run.pass(centers.values);
      await run.pass(rowsOf(centers, [1, 0, 2, 3, 4, 5]).values);
      await run.pass(rowsOf(centers, [1, 0, 2, 4, 3, 5]).values);
      await run.pass(rowsOf(centers, [5, 4, 3, 2, 1, 0]).values);
      expectSame("assigning as at first", await run.pass(centers.values), straight);
    },
  },
  {
    operation: "assign",
    name: "follows two clusters that change places and come together",
    async run(trial) {
      const { x, centers } = clusteredTable(200, 3, 2, { stream: "lloyd/two", distance: 2, spread: 1 });
      const run = await LloydRun.start(trial, x, 2);
      await run.pass(centers.values);
      await run.pass(rowsOf(centers, [1, 0]).values);
      await run.pass(rowsOf(centers, [1, 1]).values);
      await run.pass(centers.values);
      await run.follow(centers.values, 6);
    },
  },
  {
    operation: "assign",
    name: "follows centroids that creep, stand still, and then leap",
    async run(trial) {
      const { x, centers } = clusteredTable(500, 10, 8, { stream: "lloyd/creep", distance: 1, spread: 0.8 });
      const drift = normalTable(8, 10, "lloyd/drift").values;
      const run = await LloydRun.start(trial, x, 8);
      for (let i = 0; i < 25; i++) {
        await run.pass(centers.values.map((value, p) => value + 0.02 * i * drift[p]!));
      }
      await run.pass(centers.values);
      await run.pass(centers.values);
      await run.pass(centers.values.map((value, p) => value - 3 * drift[p]!));
    },
  },
  {
    operation: "assign",
    name: "gives ties that come about between passes to the lowest label",
    async run(trial) {
      // Whole numbers in steps of one: every tie is exact on every device, and bounds often meet exactly too.
      const random = createRandom(11, "lloyd/ties");
      for (const columns of [1, 2]) {
        const x = integerTable(97, columns, 6, `lloyd/ties/${columns}`);
        const run = await LloydRun.start(trial, x, 7);
        let centroids = integerTable(7, columns, 6, "lloyd/ties/start").values;
        for (let i = 0; i < 25; i++) {
          const labels = await run.pass(centroids);
          const lowest = labels.map((_, r) => nearest(x, r, centroids));
          expectSame(`assigning whole numbers in pass ${i + 1}`, labels, lowest);
          centroids = centroids.map((value) => value + random.integer(3) - 1);
        }
      }
    },
  },
  {
    operation: "assign",
    name: "follows random centroids that have nothing to do with those before",
    async run(trial) {
      const x = normalTable(307, 6, "lloyd/random");
      const run = await LloydRun.start(trial, x, 17);
      for (let i = 0; i < 15; i++) await run.pass(normalTable(17, 6, `lloyd/random/${i}`).values);
    },
  },
  {
    operation: "assign",
    name: "keeps missing rows out over many passes, with empty clusters and equal rows",
    async run(trial) {
      const plain = normalTable(40, 5, "lloyd/equal");
      // Every row occurs ten times, and some clusters start where no row is nearest.
      const x = tableOf(400, 5, (row, column) => plain.values[(row % 40) * 5 + column]!);
      const run = await LloydRun.start(trial, x, 12, maskOf(400, [0, 1, 40, 399]));
      const start = rowsOf(plain, [0, 1, 2, 3, 4, 5, 6, 7, 8, 9, 0, 0]).values;
      start.fill(50, 55);
      await run.follow(start, 15);
    },
  },
  {
    operation: "assign",
    name: "keeps two runs over the same rows apart",
    async run(trial) {
      const { x } = clusteredTable(333, 9, 5, { stream: "lloyd/apart", distance: 1, spread: 0.5 });
      const first = await LloydRun.start(trial, x, 5);
      const second = await LloydRun.start(trial, x, 8);
      let a = normalTable(5, 9, "lloyd/apart/a").values;
      let b = normalTable(8, 9, "lloyd/apart/b").values;
      for (let i = 0; i < 8; i++) {
        await first.pass(a);
        await second.pass(b);
        a = first.means(a);
        b = second.means(b);
      }
    },
  },
];
