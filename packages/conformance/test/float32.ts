/**
 * An honest float32 device: every product and every sum is rounded to float32, and nearest centroids come from
 * ||c||^2 - 2 x.c, as a plain GPU kernel would have it. A suite that refused it would ask for more than devices give.
 */
import { type Backend, cpu } from "@wellbegun/core";
import type { Assignment, Matrix } from "@wellbegun/core/backend";
import { overlay } from "./overlay.ts";

const round = Math.fround;

/** Dot product of `length` values, in steps, rounded at every step. */
function dot(
  a: ArrayLike<number>,
  p: number,
  pStep: number,
  b: ArrayLike<number>,
  q: number,
  qStep: number,
  length: number,
): number {
  let sum = 0;
  for (let t = 0; t < length; t++) sum = round(sum + round(a[p + t * pStep]! * b[q + t * qStep]!));
  return sum;
}

/** The portable backend with its float64 arithmetic replaced; shapes are checked by the operations that it wraps. */
export function float32Backend(): Backend {
  const good = cpu();
  const inners = new Map<
    Assignment,
    { readonly inner: Assignment; readonly missing: Uint8Array | undefined }
  >();
  const labelsOf = new Map<Assignment, Int32Array>();
  const copy = (matrix: Matrix): Promise<Float32Array> =>
    good.read(matrix, 0, matrix.rows, (view) => view.slice());
  const replace = (
    matrix: Matrix,
    value: (row: number, column: number, before: number) => number,
  ): Promise<void> =>
    good.write(matrix, 0, matrix.rows, (into) => {
      for (let p = 0; p < into.length; p++) {
        into[p] = value(Math.floor(p / matrix.columns), p % matrix.columns, into[p]!);
      }
    });

  const replaced: Partial<Backend> = {
    capabilities: { device: "float32", accumulation: "float32" },

    async columnMoments(x, options = {}) {
      const { sum, sumOfSquares } = await good.columnMoments(x, options);
      const values = await copy(x);
      sum.fill(0);
      sumOfSquares.fill(0);
      for (let p = 0; p < values.length; p++) {
        if (options.missing?.[Math.floor(p / x.columns)] === 1) continue;
        const c = p % x.columns;
        const difference = round(values[p]! - round(options.shift?.[c] ?? 0));
        sum[c] = round(sum[c]! + difference);
        sumOfSquares[c] = round(sumOfSquares[c]! + round(difference * difference));
      }
      return { sum, sumOfSquares };
    },

    async transformRows(x, transform) {
      const before = await copy(x);
      await good.transformRows(x, transform);
      const { missing, shift, scale, unit } = transform;
      const moved = before.map((value, p) => {
        const c = p % x.columns;
        return round(value - round(shift?.[c] ?? 0)) * round(scale?.[c] ?? 1);
      });
      await replace(x, (row, column) => {
        if (missing?.[row] === 1) return 0;
        const value = moved[row * x.columns + column]!;
        const first = row * x.columns;
        const norm = unit ? round(Math.sqrt(dot(moved, first, 1, moved, first, 1, x.columns))) : 1;
        return norm === 0 ? value : value / norm;
      });
    },

    async rowNorms(x) {
      const values = await copy(x);
      const norms = await good.rowNorms(x);
      return norms.map((_, r) =>
        Math.sqrt(dot(values, r * x.columns, 1, values, r * x.columns, 1, x.columns)),
      );
    },

    async multiply(a, b, out, options = {}) {
      const before = await copy(out);
      await good.multiply(a, b, out, options);
      const [left, right] = [await copy(a), await copy(b)];
      await replace(out, (row, column) => {
        const start = options.accumulate ? before[row * out.columns + column]! : 0;
        const first = options.transposeA ? row : row * a.columns;
        const step = options.transposeA ? a.columns : 1;
        return start + dot(left, first, step, right, column, b.columns, b.rows);
      });
    },

    async gram(x) {
      const values = await copy(x);
      const gram = await good.gram(x);
      return gram.map((_, p) => {
        return dot(values, Math.floor(p / x.columns), x.columns, values, p % x.columns, x.columns, x.rows);
      });
    },

    async multiplySparse(s, x, out, options = {}) {
      const before = await copy(out);
      await good.multiplySparse(s, x, out, options);
      const values = await copy(x);
      await replace(out, (row, column) => {
        let sum = 0;
        for (let e = s.offsets[row]!; e < s.offsets[row + 1]!; e++) {
          const item = s.indices[e]!;
          const weight = round((s.values?.[e] ?? 1) * (s.columnScale?.[item] ?? 1));
          sum = round(sum + round(weight * values[item * x.columns + column]!));
        }
        return (
          (options.accumulate ? before[row * out.columns + column]! : 0) +
          round(sum * (s.rowScale?.[row] ?? 1))
        );
      });
    },

    async squaredDistances(x, points, count) {
      const values = await copy(x);
      const distances = await good.squaredDistances(x, points, count);
      return distances.map((_, p) => distance(values, Math.floor(p / count), points, p % count, x.columns));
    },

    async createAssignment(rows, columns, clusters, missing) {
      const inner = await good.createAssignment(rows, columns, clusters, missing);
      const labels = await inner.labels();
      const outer: Assignment = {
        rows,
        columns,
        clusters,
        labels: async () => {
          await inner.labels(); // Throws once it is disposed of.
          return labels.slice();
        },
        dispose: () => inner.dispose(),
      };
      inners.set(outer, { inner, missing });
      labelsOf.set(outer, labels);
      return outer;
    },

    async assign(assignment, x, centroids) {
      const { inner, missing } = inners.get(assignment) ?? { inner: assignment, missing: undefined };
      const step = await good.assign(inner, x, centroids);
      const { columns } = x;
      const labels = labelsOf.get(assignment)!;
      const values = await copy(x);
      step.sums.fill(0);
      step.counts.fill(0);
      let moved = 0;
      const norms = Array.from({ length: assignment.clusters }, (_, c) => {
        return dot(centroids, c * columns, 1, centroids, c * columns, 1, columns);
      });
      for (let r = 0; r < x.rows; r++) {
        if (missing?.[r] === 1) continue;
        let label = 0;
        let least = Infinity;
        for (let c = 0; c < assignment.clusters; c++) {
          const score = round(
            norms[c]! - 2 * dot(values, r * columns, 1, centroids, c * columns, 1, columns),
          );
          if (score < least) {
            least = score;
            label = c;
          }
        }
        if (labels[r] !== label) moved++;
        labels[r] = label;
        step.counts[label]!++;
        for (let c = 0; c < columns; c++) {
          const p = label * columns + c;
          step.sums[p] = round(step.sums[p]! + values[r * columns + c]!);
        }
      }
      return { ...step, changed: moved };
    },

    async assignedDistances(assignment, x, centroids) {
      const distances = await good.assignedDistances(inners.get(assignment)!.inner, x, centroids);
      const values = await copy(x);
      const labels = labelsOf.get(assignment)!;
      return distances.map((_, r) =>
        labels[r]! < 0 ? 0 : distance(values, r, centroids, labels[r]!, x.columns),
      );
    },

    async topK(users, items, k, exclude) {
      const best = await good.topK(users, items, k, exclude);
      const [left, right] = [await copy(users), await copy(items)];
      const { columns } = users;
      for (let u = 0; u < users.rows; u++) {
        const excluded = new Set(exclude?.indices.subarray(exclude.offsets[u], exclude.offsets[u + 1]));
        const scores = Array.from({ length: items.rows }, (_, i) =>
          dot(left, u * columns, 1, right, i * columns, 1, columns),
        );
        const order = Array.from(scores.keys()).filter((item) => !excluded.has(item));
        order.sort((i, j) => scores[j]! - scores[i]! || i - j);
        for (let j = 0; j < Math.min(k, order.length); j++) {
          best.items[u * k + j] = order[j]!;
          best.scores[u * k + j] = scores[order[j]!]!;
        }
      }
      return best;
    },
  };
  return overlay(good, replaced);
}

function distance(x: Float32Array, r: number, points: Float32Array, i: number, columns: number): number {
  let sum = 0;
  for (let c = 0; c < columns; c++) {
    const difference = round(x[r * columns + c]! - points[i * columns + c]!);
    sum = round(sum + round(difference * difference));
  }
  return sum;
}
