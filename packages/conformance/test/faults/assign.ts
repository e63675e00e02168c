import type { Backend } from "@wellbegun/core";
import type { Assignment } from "@wellbegun/core/backend";
import type { Fault } from "./fault.ts";

/** The right assignments behind those of faults that answer with other labels. */
const inners = new Map<Assignment, Assignment>();

function relabeled(inner: Assignment, labels: () => Promise<Int32Array>): Assignment {
  const { rows, columns, clusters } = inner;
  const outer = { rows, columns, clusters, labels, dispose: () => inner.dispose() };
  inners.set(outer, inner);
  return outer;
}

function reversed<T extends Float32Array | Float64Array>(rows: T, columns: number): T {
  const turned = rows.slice() as T;
  const count = rows.length / columns;
  for (let r = 0; r < count; r++) {
    turned.set(rows.subarray(r * columns, (r + 1) * columns), (count - 1 - r) * columns);
  }
  return turned;
}

/** Bounds gone wrong: passes whose largest movement of a centroid's coordinate is overlooked use the old ones. */
function stale(good: Backend, overlooked: (movement: number) => boolean): Partial<Backend> {
  const used = new Map<Assignment, Float32Array>();
  return {
    assign: async (assignment, x, centroids) => {
      const before = used.get(assignment) ?? centroids;
      const movement = centroids.reduce((most, value, p) => Math.max(most, Math.abs(value - before[p]!)), 0);
      const chosen = movement > 0 && overlooked(movement) ? before : centroids;
      used.set(assignment, chosen.slice());
      return await good.assign(assignment, x, chosen);
    },
  };
}

export const assignFaults: readonly Fault[] = [
  {
    operation: "assign",
    name: "ties go to the highest label",
    change: (good) => ({
      // The centroids in reverse order, and everything turned round again.
      createAssignment: async (...shape) => {
        const inner = await good.createAssignment(...shape);
        return relabeled(inner, async () => {
          return (await inner.labels()).map((label) => (label < 0 ? label : shape[2] - 1 - label));
        });
      },
      assign: async (outer, x, centroids) => {
        const step = await good.assign(inners.get(outer)!, x, reversed(centroids, x.columns));
        return {
          changed: step.changed,
          sums: reversed(step.sums, x.columns),
          counts: step.counts.toReversed(),
        };
      },
    }),
  },
  {
    operation: "assign",
    name: "small movements of the centroids are overlooked",
    change: (good) => stale(good, (movement) => movement < 0.05),
  },
  {
    operation: "assign",
    name: "jumps of the centroids are overlooked",
    change: (good) => stale(good, (movement) => movement > 3),
  },
  {
    operation: "assign",
    name: "changed counts every row at every pass",
    change: (good) => ({
      assign: async (...input) => {
        const step = await good.assign(...input);
        return { ...step, changed: step.counts.reduce((sum, count) => sum + count, 0) };
      },
    }),
  },
  {
    operation: "assign",
    name: "missing rows are assigned",
    change: (good) => ({
      createAssignment: (rows, columns, clusters) => good.createAssignment(rows, columns, clusters),
    }),
  },
  {
    operation: "assign",
    name: "empty clusters get the sums of the first",
    change: (good) => ({
      assign: async (assignment, x, centroids) => {
        const step = await good.assign(assignment, x, centroids);
        const sums = step.sums.map((sum, p) => {
          return step.counts[Math.floor(p / x.columns)] === 0 ? step.sums[p % x.columns]! : sum;
        });
        return { ...step, sums };
      },
    }),
  },
  {
    operation: "assign",
    name: "sums go on from the pass before",
    change: (good) => {
      const before = new Map<Assignment, Float64Array>();
      return {
        assign: async (assignment, x, centroids) => {
          const step = await good.assign(assignment, x, centroids);
          const sums = step.sums.map((sum, p) => sum + (before.get(assignment)?.[p] ?? 0));
          before.set(assignment, step.sums);
          return { ...step, sums };
        },
      };
    },
  },
  {
    operation: "assign",
    name: "labels are handed out themselves",
    change: (good) => {
      const kept = new Map<Assignment, Int32Array>();
      return {
        createAssignment: async (...shape) => {
          const inner = await good.createAssignment(...shape);
          return relabeled(inner, async () => {
            const labels = kept.get(inner) ?? (await inner.labels());
            kept.set(inner, labels);
            return labels;
          });
        },
        assign: async (outer, x, centroids) => {
          const inner = inners.get(outer)!;
          kept.delete(inner);
          return await good.assign(inner, x, centroids);
        },
      };
    },
  },
  {
    operation: "assign",
    name: "a row of NaN spoils the sums of all clusters",
    change: (good) => ({
      assign: async (...input) => {
        const step = await good.assign(...input);
        return step.sums.some(Number.isNaN) ? { ...step, sums: step.sums.fill(NaN) } : step;
      },
    }),
  },
];
