import type { Backend } from "@wellbegun/core";
import type { Assignment } from "@wellbegun/core/backend";

/** What is wrong with the bounds, if anything is. */
export type Flaw =
  | "upper bounds do not rise"
  | "lower bounds do not fall"
  | "lower bounds fall by the own centroid's movement"
  | "lower bounds fall by the second largest movement"
  | "the distance between centroids is not halved"
  | "bounds that meet count as apart"
  | "bounds are kept by the backend and not by the assignment";

interface State {
  readonly missing: Uint8Array | undefined;
  labels: Int32Array;
  upper: Float64Array;
  lower: Float64Array;
  centroids: Float32Array | undefined;
}

/** k-means with the bounds of Hamerly (SDM 2010), in which a flaw shows only when centroids move in certain ways. */
export function hamerly(good: Backend, flaw?: Flaw): Partial<Backend> {
  const states = new Map<Assignment, State>();
  let shared: State | undefined;
  return {
    async createAssignment(rows, columns, clusters, missing) {
      const inner = await good.createAssignment(rows, columns, clusters, missing);
      const state: State = {
        missing,
        labels: new Int32Array(rows).fill(-1),
        upper: new Float64Array(rows),
        lower: new Float64Array(rows),
        centroids: undefined,
      };
      states.set(inner, state);
      const disposed = inner.labels.bind(inner);
      const labels = async (): Promise<Int32Array> => {
        await disposed(); // Throws once it is.
        return state.labels.slice();
      };
      return Object.assign(inner, { labels });
    },

    async assign(assignment, x, centroids) {
      const step = await good.assign(assignment, x, centroids); // For its checks of shapes, and its arrays.
      const state = states.get(assignment)!;
      if (flaw === "bounds are kept by the backend and not by the assignment") {
        if (shared !== undefined && shared.upper.length === x.rows) {
          state.upper = shared.upper;
          state.lower = shared.lower;
        }
        shared = state;
      }
      const values = await good.read(x, 0, x.rows, (view) => view.slice());
      const before = state.labels.slice();
      pass(state, values, centroids, x.columns, flaw);
      state.centroids = centroids.slice();
      const changed = before.reduce((count, label, r) => count + (label === state.labels[r] ? 0 : 1), 0);
      sum(state.labels, values, x.columns, step.sums, step.counts);
      return { ...step, changed };
    },
  };
}

function pass(
  state: State,
  x: Float32Array,
  centroids: Float32Array,
  columns: number,
  flaw: Flaw | undefined,
): void {
  const clusters = centroids.length / columns;
  const moved = Array.from({ length: clusters }, (_, c) =>
    state.centroids === undefined ? Infinity : distance(state.centroids, c, centroids, c, columns),
  );
  const order = Array.from(moved.keys()).sort((a, b) => moved[b]! - moved[a]!);
  const [largest, second] = [moved[order[0]!]!, moved[order[1] ?? order[0]!]!];
  const apart = Array.from({ length: clusters }, (_, c) => {
    let least = Infinity;
    for (let other = 0; other < clusters; other++) {
      if (other !== c) least = Math.min(least, distance(centroids, c, centroids, other, columns));
    }
    return flaw === "the distance between centroids is not halved" ? least : least / 2;
  });
  for (let r = 0; r < state.labels.length; r++) {
    if (state.missing?.[r] === 1) continue;
    const label = state.labels[r]!;
    if (label >= 0) {
      let fall = label === order[0] ? second : largest;
      if (flaw === "lower bounds fall by the own centroid's movement") fall = moved[label]!;
      if (flaw === "lower bounds fall by the second largest movement") fall = second;
      if (flaw !== "lower bounds do not fall") state.lower[r]! -= fall;
      if (flaw !== "upper bounds do not rise") state.upper[r]! += moved[label]!;
      const bound = Math.max(apart[label]!, state.lower[r]!);
      const ties = flaw === "bounds that meet count as apart";
      if (state.upper[r]! < bound || (ties && state.upper[r] === bound)) continue;
      if (flaw !== "upper bounds do not rise") state.upper[r] = distance(x, r, centroids, label, columns);
      if (state.upper[r]! < bound || (ties && state.upper[r] === bound)) continue;
    }
    let [best, least, next] = [0, Infinity, Infinity];
    for (let c = 0; c < clusters; c++) {
      const found = distance(x, r, centroids, c, columns);
      if (found < least) {
        next = least;
        least = found;
        best = c;
      } else if (found < next) next = found;
    }
    state.labels[r] = best;
    state.upper[r] = least;
    state.lower[r] = next;
  }
}

function distance(a: Float32Array, i: number, b: Float32Array, j: number, columns: number): number {
  let sum = 0;
  for (let c = 0; c < columns; c++) sum += (a[i * columns + c]! - b[j * columns + c]!) ** 2;
  return Math.sqrt(sum);
}

function sum(
  labels: Int32Array,
  x: Float32Array,
  columns: number,
  sums: Float64Array,
  counts: Uint32Array,
): void {
  sums.fill(0);
  counts.fill(0);
  for (const [r, label] of labels.entries()) {
    if (label < 0) continue;
    counts[label]!++;
    for (let c = 0; c < columns; c++) sums[label * columns + c]! += x[r * columns + c]!;
  }
}
