import type { BlockFacts } from "../assignment.ts";
import type { Engine } from "../engine.ts";
import type { TfTensor } from "../tensorflow.ts";

// Half a unit in the last place of 1 in float32.
const ROUNDING = 2 ** -24;
// Below this, products may be flushed to 0.
const SMALLEST = 2 ** -126;
// More than any gap between scores; added to the best score of a row to find the second best.
const FAR = 3e38;

/** Centroids as the device compares rows with them. */
export interface Targets {
  /** As {@link targetCount} says. */
  readonly clusters: number;
  /** -2 C^T, columns x clusters. */
  readonly points: TfTensor;
  /** Squared norms. */
  readonly norms: TfTensor;
  /** What bounds the error of a difference of scores: `perNorm` times the norm of the row, plus `fixed`. */
  readonly perNorm: TfTensor;
  readonly fixed: TfTensor;
}

/** At least 2, which one-hot labels take: a single centroid gets a second one that is far from every row. */
export function targetCount(clusters: number): number {
  return Math.max(2, clusters);
}

/** Brings centroids (clusters x columns) to the device. Only inside `tidy`. */
export function targetsOf(engine: Engine, centroids: Float32Array, columns: number): Targets {
  const { tf } = engine;
  const given = centroids.length / columns;
  const clusters = targetCount(given);
  const points = new Float32Array(clusters * columns);
  const squares = new Float64Array(given);
  for (let k = 0; k < given; k++) {
    for (let c = 0; c < columns; c++) {
      const value = centroids[k * columns + c]!;
      points[c * clusters + k] = -2 * value;
      squares[k]! += value * value;
    }
  }
  const largest = Math.sqrt(squares.reduce((most, square) => (square > most ? square : most), 0));
  const { perNorm, fixed } = errorBound(columns, largest);
  const norms = new Float32Array(clusters).fill(FAR);
  norms.set(squares);
  return {
    clusters,
    points: engine.floats(points, [columns, clusters]),
    norms: engine.floats(norms),
    perNorm: tf.scalar(perNorm),
    fixed: tf.scalar(fixed),
  };
}

/**
 * Bounds the error of a difference of two scores ||c||^2 - 2 x.c in float32. The partial sums of a dot product are at
 * most ||x|| ||c||, so that its `columns` roundings, were they independent, had a standard deviation below
 * sqrt(columns / 3) u ||x|| ||c||; ten times that is allowed.
 */
function errorBound(columns: number, largestNorm: number): { perNorm: number; fixed: number } {
  const dot = 6 * Math.sqrt(columns) * ROUNDING;
  return {
    perNorm: 4 * (dot + 2 * ROUNDING) * largestNorm,
    fixed: 4 * ROUNDING * largestNorm ** 2 + 4 * columns * SMALLEST,
  };
}

/**
 * The nearest centroid of each row of a block as int32, or `targets.clusters` where another is so near that float32 cannot
 * tell, or where a value is not finite: those are for the host to decide. Only inside `tidy`.
 */
export function sureLabels(engine: Engine, rows: TfTensor, facts: BlockFacts, targets: Targets): TfTensor {
  const { tf } = engine;
  const { clusters, points, norms, perNorm, fixed } = targets;
  const count = rows.shape[0]!;
  const scores = tf.add(tf.matMul(rows, points), norms);
  const labels = tf.argMin(scores, 1);
  // oneHot as int32: tfjs-wasm writes the bits of the integer 1 where floats are asked for.
  const own = tf.mul(tf.cast(tf.oneHot(labels, clusters), "float32"), tf.scalar(FAR));
  const seconds = tf.argMin(tf.add(scores, own), 1);
  // Fetched by their places: tfjs-webgpu takes a whole workgroup for the minimum of each row.
  const flat = tf.reshape(scores, [count * clusters]);
  const scoreOf = (chosen: TfTensor): TfTensor => engine.gather(flat, tf.add(facts.starts, chosen));
  const gap = tf.sub(scoreOf(seconds), scoreOf(labels));
  // Not sure unless the gap is greater: NaN compares as false.
  const sure = tf.greater(gap, tf.add(tf.mul(facts.norms, perNorm), fixed));
  return tf.where(sure, labels, tf.fill([count], clusters, "int32"));
}

/** The nearest centroid of one row by float64 differences; ties go to the lowest label, and NaN gets 0. */
export function nearestByDifferences(row: Float32Array, centroids: Float32Array): number {
  const columns = row.length;
  let label = 0;
  let least = Infinity;
  for (let k = 0; k * columns < centroids.length; k++) {
    let distance = 0;
    for (let c = 0, p = k * columns; c < columns; c++, p++) {
      const difference = row[c]! - centroids[p]!;
      distance += difference * difference;
    }
    if (distance < least) {
      least = distance;
      label = k;
    }
  }
  return label;
}
