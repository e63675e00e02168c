import { principalComponents, projectOn, sampleRowNumbers } from "@wellbegun/evaluation";
import type { MapData } from "../protocol.ts";

/** Rows from which the axes are found: more give the same picture. */
const AXES_ROWS = 20_000;

/** Users and items on the first two principal components of a seeded sample of both, scaled to lie within -1 and 1. */
export function layOut(users: Float32Array, items: Float32Array, columns: number): MapData {
  const all = joined(users, items);
  const rows = all.length / columns;
  const axes = principalComponents(
    rowsOf(all, columns, sampleRowNumbers(rows, AXES_ROWS, 999, "axes")),
    columns,
    2,
  );
  const coordinates = projectOn(axes, all, columns);
  const width = axes.shares.length;
  const x = new Float32Array(rows);
  const y = new Float32Array(rows);
  // The farthest hundredth is cut off from the scale, so that a few outliers do not make the rest a dot.
  const reach = Float64Array.from(coordinates, Math.abs).sort();
  const scale = 0.9 / (reach[Math.floor((reach.length - 1) * 0.995)] || 1);
  for (let row = 0; row < rows; row++) {
    x[row] = coordinates[row * width]! * scale;
    y[row] = (coordinates[row * width + 1] ?? 0) * scale;
  }
  return {
    x,
    y,
    mean: axes.mean,
    axes: axes.axes,
    scale,
    shares: axes.shares,
  };
}

/** One table below the other. */
export function joined(users: Float32Array, items: Float32Array): Float32Array {
  const all = new Float32Array(users.length + items.length);
  all.set(users);
  all.set(items, users.length);
  return all;
}

function rowsOf(table: Float32Array, columns: number, rows: ArrayLike<number>): Float32Array {
  const result = new Float32Array(rows.length * columns);
  for (let r = 0; r < rows.length; r++) {
    result.set(table.subarray(rows[r]! * columns, (rows[r]! + 1) * columns), r * columns);
  }
  return result;
}
