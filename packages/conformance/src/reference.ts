/**
 * The expected result of every operation, from naive float64 loops that share no code with any backend. Each
 * result comes with its scale, the sum of the absolute values of the terms of each entry (see
 * {@link Tolerances}).
 */
import type { RowTransform, SparseMatrix } from "@wellbegun/core/backend";
import type { Table } from "./inputs.ts";

/** Exact values and the scale by which the error of each is judged. */
export interface Expected {
  readonly values: Float64Array;
  readonly scale: Float64Array;
}

/** `a b` or `a^T b`, added to `start` if there is one. */
export function product(a: Table, b: Table, transposeA: boolean, start?: Table): Expected {
  const rows = transposeA ? a.columns : a.rows;
  const depth = transposeA ? a.rows : a.columns;
  const result = startFrom(rows * b.columns, start);
  for (let i = 0; i < rows; i++) {
    for (let j = 0; j < b.columns; j++) {
      for (let t = 0; t < depth; t++) {
        const left = transposeA ? a.values[t * a.columns + i]! : a.values[i * a.columns + t]!;
        addTerm(result, i * b.columns + j, left * b.values[t * b.columns + j]!);
      }
    }
  }
  return result;
}

/** `s x`, added to `start` if there is one. */
export function sparseProduct(s: SparseMatrix, x: Table, start?: Table): Expected {
  const result = startFrom(s.rows * x.columns, start);
  for (let r = 0; r < s.rows; r++) {
    for (let e = s.offsets[r]!; e < s.offsets[r + 1]!; e++) {
      const item = s.indices[e]!;
      const weight = (s.rowScale?.[r] ?? 1) * (s.values?.[e] ?? 1) * (s.columnScale?.[item] ?? 1);
      for (let c = 0; c < x.columns; c++) {
        addTerm(result, r * x.columns + c, weight * x.values[item * x.columns + c]!);
      }
    }
  }
  return result;
}

/** Column sums of (x - shift) and (x - shift)^2 over the present rows. */
export function columnMoments(
  x: Table,
  shift?: Float64Array,
  missing?: Uint8Array,
): { readonly sum: Expected; readonly sumOfSquares: Expected } {
  const sum = startFrom(x.columns);
  const sumOfSquares = startFrom(x.columns);
  for (let r = 0; r < x.rows; r++) {
    if (missing?.[r] === 1) continue;
    for (let c = 0; c < x.columns; c++) {
      const value = x.values[r * x.columns + c]!;
      const about = shift?.[c] ?? 0;
      const difference = value - about;
      // A difference is known only as well as its two terms are in float32.
      const size = Math.abs(value) + Math.abs(about);
      sum.values[c]! += difference;
      sum.scale[c]! += size;
      sumOfSquares.values[c]! += difference * difference;
      sumOfSquares.scale[c]! += size * Math.abs(difference);
    }
  }
  return { sum, sumOfSquares };
}

/** Rows after a {@link RowTransform}. */
export function transformedRows(x: Table, transform: RowTransform): Expected {
  const result = startFrom(x.values.length);
  const { values, scale } = result;
  for (let r = 0; r < x.rows; r++) {
    if (transform.missing?.[r] === 1) continue;
    let squares = 0;
    let squaredSizes = 0;
    for (let p = r * x.columns; p < (r + 1) * x.columns; p++) {
      const c = p % x.columns;
      const shift = transform.shift?.[c] ?? 0;
      const factor = transform.scale?.[c] ?? 1;
      values[p] = (x.values[p]! - shift) * factor;
      scale[p] = (Math.abs(x.values[p]!) + Math.abs(shift)) * Math.abs(factor);
      squares += values[p]! ** 2;
      squaredSizes += scale[p]! ** 2;
    }
    if (!transform.unit || squares === 0) continue;
    const norm = Math.sqrt(squares);
    for (let p = r * x.columns; p < (r + 1) * x.columns; p++) {
      values[p]! /= norm;
      // The error of the entry itself, and its share of the norm's.
      scale[p] = scale[p]! / norm + (Math.abs(values[p]!) * Math.sqrt(squaredSizes)) / norm;
    }
  }
  return result;
}

/** L2 norm of each row. */
export function rowNorms(x: Table): Expected {
  const values = new Float64Array(x.rows);
  for (let p = 0; p < x.values.length; p++) values[Math.floor(p / x.columns)]! += x.values[p]! ** 2;
  for (let r = 0; r < x.rows; r++) values[r] = Math.sqrt(values[r]!);
  return { values, scale: values };
}

/** Every row times the common factor or its own. */
export function scaledRows(x: Table, factor: number | Float32Array): Expected {
  const values = Float64Array.from(x.values, (value, p) => {
    return value * (typeof factor === "number" ? factor : factor[Math.floor(p / x.columns)]!);
  });
  return { values, scale: values.map(Math.abs) };
}

/** y + alpha x, x lying in columns `firstColumn ..` of y. */
export function scaledSum(y: Table, x: Table, alpha: number, firstColumn: number): Expected {
  const result = startFrom(y.values.length, y);
  for (let p = 0; p < x.values.length; p++) {
    const row = Math.floor(p / x.columns);
    addTerm(result, row * y.columns + firstColumn + (p % x.columns), alpha * x.values[p]!);
  }
  return result;
}

/** Squared distance between row i of x and row j of `points`, whose width is that of x. */
export function squaredDistance(x: Table, i: number, points: Float32Array, j: number): number {
  let sum = 0;
  for (let c = 0; c < x.columns; c++) {
    sum += (x.values[i * x.columns + c]! - points[j * x.columns + c]!) ** 2;
  }
  return sum;
}

/** The row of `points` that is nearest to row i of x; the first of several at the same distance. */
export function nearest(x: Table, i: number, points: Float32Array): number {
  let first = 0;
  let least = Infinity;
  for (let j = 0; j < points.length / x.columns; j++) {
    const distance = squaredDistance(x, i, points, j);
    if (distance >= least) continue;
    least = distance;
    first = j;
  }
  return first;
}

/** Squared distance of every row to every point, rows x count. */
export function squaredDistances(x: Table, points: Float32Array): Expected {
  const count = points.length / x.columns;
  const values = new Float64Array(x.rows * count);
  for (let p = 0; p < values.length; p++)
    values[p] = squaredDistance(x, Math.floor(p / count), points, p % count);
  return { values, scale: values };
}

/** Squared distance of each row to the centroid of its label, 0 where that is -1. */
export function assignedDistances(x: Table, labels: Int32Array, centroids: Float32Array): Expected {
  const values = Float64Array.from(labels, (label, r) => {
    return label < 0 ? 0 : squaredDistance(x, r, centroids, label);
  });
  return { values, scale: values };
}

/** Sums and sizes of the clusters that the labels make. */
export function clusterSums(
  x: Table,
  labels: Int32Array,
  clusters: number,
): { readonly sums: Expected; readonly counts: Uint32Array } {
  const sums = startFrom(clusters * x.columns);
  const counts = new Uint32Array(clusters);
  for (let r = 0; r < x.rows; r++) {
    const label = labels[r]!;
    if (label < 0) continue;
    counts[label]!++;
    for (let c = 0; c < x.columns; c++) addTerm(sums, label * x.columns + c, x.values[r * x.columns + c]!);
  }
  return { sums, counts };
}

/** Dot product of one user with every item. */
export function scores(users: Table, user: number, items: Table): Expected {
  const result = startFrom(items.rows);
  for (let i = 0; i < items.rows; i++) {
    for (let c = 0; c < items.columns; c++) {
      addTerm(result, i, users.values[user * users.columns + c]! * items.values[i * items.columns + c]!);
    }
  }
  return result;
}

function startFrom(length: number, start?: Table): Expected {
  const values = start === undefined ? new Float64Array(length) : Float64Array.from(start.values);
  return { values, scale: values.map(Math.abs) };
}

function addTerm(to: Expected, at: number, term: number): void {
  to.values[at]! += term;
  to.scale[at]! += Math.abs(term);
}
