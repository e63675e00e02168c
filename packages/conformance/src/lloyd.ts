import type { Assignment, AssignmentStep } from "@wellbegun/core/backend";
import { expectClose, expectEqual, expectSame, expectThat } from "./check.ts";
import type { Table } from "./inputs.ts";
import { clusterSums, nearest, squaredDistance } from "./reference.ts";
import type { Trial } from "./trial.ts";

/** A k-means run on the backend, each pass of which is compared with brute force in float64. */
export class LloydRun {
  readonly #trial: Trial;
  readonly #x: Table;
  readonly #clusters: number;
  readonly #missing: Uint8Array | undefined;
  readonly #assignment: Assignment;
  #labels: Int32Array;
  #passes = 0;

  private constructor(
    trial: Trial,
    x: Table,
    clusters: number,
    missing: Uint8Array | undefined,
    assignment: Assignment,
  ) {
    this.#trial = trial;
    this.#x = x;
    this.#clusters = clusters;
    this.#missing = missing;
    this.#assignment = assignment;
    this.#labels = new Int32Array(x.rows).fill(-1);
  }

  static async start(trial: Trial, x: Table, clusters: number, missing?: Uint8Array): Promise<LloydRun> {
    const assignment = await trial.assignment(x.rows, x.columns, clusters, missing);
    expectEqual("creating an assignment", "rows", assignment.rows, x.rows);
    expectEqual("creating an assignment", "clusters", assignment.clusters, clusters);
    expectSame(
      "reading labels before the first pass",
      await assignment.labels(),
      new Int32Array(x.rows).fill(-1),
    );
    return new LloydRun(trial, x, clusters, missing, assignment);
  }

  /** One pass, over a matrix that is made for it and disposed of afterwards; returns the labels. */
  async pass(centroids: Float32Array): Promise<Int32Array> {
    const { backend } = this.#trial;
    const matrix = await this.#trial.load(this.#x);
    const step = await backend.assign(this.#assignment, matrix, centroids);
    matrix.dispose();
    const labels = await this.#assignment.labels();
    this.#passes++;
    this.#expectNearest(labels, centroids);
    this.#expectStep(step, labels);
    this.#labels = labels;
    return labels;
  }

  /** Passes of Lloyd's algorithm from the given centroids; returns the last centroids. */
  async follow(start: Float32Array, passes: number): Promise<Float32Array> {
    let centroids = start;
    for (let i = 0; i < passes; i++) {
      await this.pass(centroids);
      centroids = this.means(centroids);
    }
    return centroids;
  }

  /** The means of the clusters, by the reference; an empty cluster keeps its centroid. */
  means(previous: Float32Array): Float32Array {
    const { sums, counts } = clusterSums(this.#x, this.#labels, this.#clusters);
    const { columns } = this.#x;
    return previous.map((value, p) => {
      const count = counts[Math.floor(p / columns)]!;
      return count === 0 ? value : sums.values[p]! / count;
    });
  }

  #expectNearest(labels: Int32Array, centroids: Float32Array): void {
    const doing = `assigning ${this.#x.rows} x ${this.#x.columns} to ${this.#clusters}, pass ${this.#passes}`;
    expectEqual(doing, "number of labels", labels.length, this.#x.rows);
    const twins = firstTwins(centroids, this.#x.columns);
    for (let r = 0; r < labels.length; r++) {
      const label = labels[r]!;
      if (this.#missing?.[r] === 1) {
        expectEqual(doing, `label of row ${r}, which is missing`, label, -1);
        continue;
      }
      const best = nearest(this.#x, r, centroids);
      if (label === best) continue;
      expectThat(doing, label >= 0 && label < this.#clusters, `a label of row ${r}`, `${label}`);
      const least = squaredDistance(this.#x, r, centroids, best);
      const found = squaredDistance(this.#x, r, centroids, label);
      const close = found <= least * (1 + this.#trial.tolerances.ties);
      expectThat(doing, close, `label ${best} at ${least} for row ${r}`, `label ${label} at ${found}`);
      expectEqual(doing, `lowest of equal centroids for row ${r}`, label, twins[label]);
    }
  }

  #expectStep(step: AssignmentStep, labels: Int32Array): void {
    const doing = `summing ${this.#clusters} clusters, pass ${this.#passes}`;
    const changed = labels.reduce((count, label, r) => count + (label === this.#labels[r] ? 0 : 1), 0);
    expectEqual(doing, "changed", step.changed, changed);
    const { sums, counts } = clusterSums(this.#x, labels, this.#clusters);
    expectSame(`${doing}, counts`, step.counts, counts);
    expectClose(doing, step.sums, sums, this.#trial.tolerances.sums, this.#x.columns);
  }
}

/** For each centroid the first one that equals it. */
function firstTwins(centroids: Float32Array, columns: number): number[] {
  const first = new Map<string, number>();
  return Array.from({ length: centroids.length / columns }, (_, c) => {
    const key = centroids.subarray(c * columns, (c + 1) * columns).join();
    if (!first.has(key)) first.set(key, c);
    return first.get(key)!;
  });
}
