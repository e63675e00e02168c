import { type Fault, valuesOf } from "./fault.ts";

/** Squared distances as ||x||^2 - 2 x.p + ||p||^2 in float32, without care. */
function expanded(x: Float32Array, columns: number, points: Float32Array, r: number, i: number): number {
  const round = Math.fround;
  let sum = 0;
  let dot = 0;
  for (let c = 0; c < columns; c++) {
    const [a, b] = [x[r * columns + c]!, points[i * columns + c]!];
    sum = round(sum + round(round(a * a) + round(b * b)));
    dot = round(dot + round(a * b));
  }
  return Math.max(0, round(sum - 2 * dot));
}

export const distanceFaults: readonly Fault[] = [
  {
    operation: "squaredDistances",
    name: "the expanded form in float32",
    change: (good) => ({
      squaredDistances: async (x, points, count) => {
        const found = await good.squaredDistances(x, points, count);
        const values = await valuesOf(good, x);
        return found.map((_, p) => expanded(values, x.columns, points, Math.floor(p / count), p % count));
      },
    }),
  },
  {
    operation: "assignedDistances",
    name: "the expanded form in float32",
    change: (good) => ({
      assignedDistances: async (assignment, x, centroids) => {
        const found = await good.assignedDistances(assignment, x, centroids);
        const values = await valuesOf(good, x);
        const labels = await assignment.labels();
        return found.map((_, r) =>
          labels[r]! < 0 ? 0 : expanded(values, x.columns, centroids, r, labels[r]!),
        );
      },
    }),
  },
];
