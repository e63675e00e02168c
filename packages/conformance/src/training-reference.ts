/**
 * What the operations of training must compute, from naive float64 loops over whole batches with their repeated rows.
 * Gradients are central differences of the losses themselves, so that no formula of a gradient is trusted.
 */
import type { PairLosses, PairWeights } from "@wellbegun/core/backend";
import type { Table } from "./inputs.ts";
import type { Expected } from "./reference.ts";

/** A table in float64, so that differences are exact to eight digits. */
export interface Wide {
  readonly rows: number;
  readonly columns: number;
  readonly values: Float64Array;
}

/** A table in float64. */
export function widened({ rows, columns, values }: Table): Wide {
  return { rows, columns, values: Float64Array.from(values) };
}

const STEP = 1e-5;

/**
 * The gradient of `loss` by the entries of `x` for which `wanted` is true (default: all), by central differences; other
 * entries are NaN. An entry's scale is the size of the largest of them.
 */
export function gradientOf(
  x: Wide,
  loss: (x: Wide) => number,
  wanted: (place: number) => boolean = () => true,
): Expected {
  const values = x.values.map((value, place) => {
    if (!wanted(place)) return NaN;
    const at = (moved: number): number => {
      const all = x.values.slice();
      all[place] = moved;
      return loss({ ...x, values: all });
    };
    return (at(value + STEP) - at(value - STEP)) / (2 * STEP);
  });
  return { values, scale: scaleOf(values) };
}

/** The size of the largest of some values, for each of them. */
export function scaleOf(values: Float64Array): Float64Array {
  const largest = values.reduce((most, value) => (Math.abs(value) > most ? Math.abs(value) : most), 0);
  return new Float64Array(values.length).fill(largest);
}

/** 1 / (1 + e^-x). */
export function sigmoid(x: number): number {
  return 1 / (1 + Math.exp(-x));
}

/** Each row minus its mean, divided by the root of its variance + 1e-5, times the gain, plus the bias. */
export function layerNorm(x: Wide, gain: Float64Array, bias: Float64Array): Float64Array {
  const result = new Float64Array(x.values.length);
  for (let r = 0; r < x.rows; r++) {
    const row = x.values.subarray(r * x.columns, (r + 1) * x.columns);
    const mean = row.reduce((sum, value) => sum + value, 0) / x.columns;
    const variance = row.reduce((sum, value) => sum + (value - mean) ** 2, 0) / x.columns;
    for (let c = 0; c < x.columns; c++) {
      result[r * x.columns + c] = ((row[c]! - mean) / Math.sqrt(variance + 1e-5)) * gain[c]! + bias[c]!;
    }
  }
  return result;
}

/** The three losses of pairs of rows. */
export function pairLosses(hu: Wide, hi: Wide, hj: Wide, floor: number): PairLosses {
  let [ranking, squares, cosine] = [0, 0, 0];
  for (let r = 0; r < hu.rows; r++) {
    const [u, i, j] = [rowOf(hu, r), rowOf(hi, r), rowOf(hj, r)];
    const score = dot(u, i) - dot(u, j);
    // Without a floor in the form that does not overflow.
    ranking +=
      floor === 0
        ? Math.max(-score, 0) + Math.log1p(Math.exp(-Math.abs(score)))
        : -Math.log(floor + sigmoid(score));
    squares += (dot(u, u) + dot(i, i) + dot(j, j)) / 2;
    cosine += 1 - dot(u, i) / (Math.max(Math.hypot(...u), 1e-8) * Math.max(Math.hypot(...i), 1e-8));
  }
  return { ranking: ranking / hu.rows, squares, cosine: cosine / hu.rows };
}

/** The weighted sum of {@link pairLosses}. */
export function weighted(losses: PairLosses, weights: PairWeights): number {
  return weights.ranking * losses.ranking + weights.squares * losses.squares + weights.cosine * losses.cosine;
}

/** InfoNCE over a batch in which row r stands `counts[r]` times. */
export function infoNce(a: Wide, v: Wide, counts: Float64Array, temperature: number): number {
  const [left, right] = [unitRows(a), unitRows(v)];
  let [sum, total] = [0, 0];
  for (let r = 0; r < a.rows; r++) {
    let all = 0;
    for (let s = 0; s < a.rows; s++) {
      // Row s stands in the batch so many times.
      for (let copy = 0; copy < counts[s]!; copy++) all += Math.exp(dot(left[r]!, right[s]!) / temperature);
    }
    sum += counts[r]! * (Math.log(all) - dot(left[r]!, right[r]!) / temperature);
    total += counts[r]!;
  }
  return sum / total;
}

function unitRows(x: Wide): Float64Array[] {
  return Array.from({ length: x.rows }, (_, r) => {
    const row = rowOf(x, r);
    const norm = Math.max(Math.hypot(...row), 1e-12);
    return row.map((value) => value / norm);
  });
}

function rowOf(x: Wide, row: number): Float64Array {
  return x.values.subarray(row * x.columns, (row + 1) * x.columns);
}

function dot(a: Float64Array, b: Float64Array): number {
  let sum = 0;
  for (let c = 0; c < a.length; c++) sum += a[c]! * b[c]!;
  return sum;
}
