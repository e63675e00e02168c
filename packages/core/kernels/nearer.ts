import { squaredDistance, squaredLength } from "./distances.ts";
import { integerTile } from "./integer-tile.ts";
import { blockScores, DEPTH, TILE_COLUMNS, TILE_ROWS } from "./layout.ts";
import { RELATIVE } from "./pass.ts";
import { integerFactor, integerUnit, inUnits, quantizeRow } from "./quantize.ts";
import { low64 } from "./simd.ts";
import { looseTile } from "./tile.ts";

/** Covers the float32 roundings of a threshold. */
const ROUNDING: f64 = 1e-6;

/**
 * For each row and each point the smaller of the row's limit and the squared distance, with the bits of
 * `squaredDistance`: rows x padded. There are `padded` points, of which those beyond `count` have no meaning. A product of coordinates bounds each
 * distance from below, |x|^2 + |c|^2 - 2 x c; the distance itself is computed only where that bound does not reach the
 * limit. The bound errs by at most 2 (slack_x reach + |x| slack) + tiny, where `reach` and `slack` belong to the points
 * (src/backend/wasm/kmeans/seeding.ts). `lengths` holds |c|^2, rounded down, and infinity beyond `count`. The coordinates are
 * `depth` float32, or `depth` pairs of 16-bit integers where the points have `units` (not 0): what 1 means in each one's.
 */
export function nearerRows(
  x: usize,
  rows: i32,
  columns: i32,
  coordinates: usize,
  stride: usize,
  depth: i32,
  norms: usize,
  slacks: usize,
  points: usize,
  panels: usize,
  padded: i32,
  units: usize,
  lengths: usize,
  reach: f64,
  slack: f64,
  longest: f64,
  tiny: f64,
  limits: usize,
  out: usize,
): void {
  const width = (<usize>columns) << 2;
  const line = (<usize>padded) << 2;
  const last = coordinates + <usize>(rows - 1) * stride;
  for (let row = 0; row < rows; row += TILE_ROWS) {
    const row0 = coordinates + <usize>row * stride;
    const row1 = min<usize>(row0 + stride, last);
    const row2 = min<usize>(row1 + stride, last);
    const row3 = min<usize>(row2 + stride, last);
    if (units !== 0) integerProducts(row0, row1, row2, row3, panels, padded, depth);
    else products(row0, row1, row2, row3, panels, padded, depth);
    const high = min<i32>(rows - row, TILE_ROWS);
    for (let r = 0; r < high; r++) {
      const at = <usize>(row + r);
      const norm = load<f64>(norms + (at << 3));
      const limit = load<f32>(limits + (at << 2));
      const squared = norm * norm;
      const error =
        2 * (load<f64>(slacks + (at << 3)) * reach + norm * slack) +
        ROUNDING * (squared + longest + <f64>limit) +
        tiny;
      // Without a bound on the roundings, or with NaN, every distance is computed.
      const sound = squared < 1e37 && longest < 1e37;
      const threshold = sound ? <f32>(squared * (1 - RELATIVE) - <f64>limit - error) : <f32>-Infinity;
      compare(
        x + at * width,
        columns,
        points,
        line,
        lengths,
        blockScores() + <usize>r * line,
        integerUnit(norm),
        units,
        threshold,
        limit,
        out + at * line,
      );
    }
  }
}

/** Products of four rows with all points. */
function products(
  row0: usize,
  row1: usize,
  row2: usize,
  row3: usize,
  panels: usize,
  padded: i32,
  depth: i32,
): void {
  const line = (<usize>padded) << 2;
  for (let panel = 0; panel < padded; panel += TILE_COLUMNS) {
    for (let start = 0; start < depth; start += DEPTH) {
      const chunk = min<i32>(depth - start, DEPTH);
      const bytes = (<usize>start) << 2;
      const from = panels + <usize>start * line + <usize>panel * ((<usize>chunk) << 2);
      const to = blockScores() + ((<usize>panel) << 2);
      looseTile(row0 + bytes, row1 + bytes, row2 + bytes, row3 + bytes, from, chunk, to, line, start > 0);
    }
  }
}

/** {@link products} of integers. */
function integerProducts(
  row0: usize,
  row1: usize,
  row2: usize,
  row3: usize,
  panels: usize,
  padded: i32,
  pairs: i32,
): void {
  const line = (<usize>padded) << 2;
  for (let panel = 0; panel < padded; panel += TILE_COLUMNS) {
    const from = panels + <usize>panel * ((<usize>pairs) << 2);
    const to = blockScores() + ((<usize>panel) << 2);
    integerTile(row0, row1, row2, row3, from, pairs, to, to + line, to + 2 * line, to + 3 * line, false);
  }
}

/** One row of {@link nearerRows}. */
function compare(
  x: usize,
  columns: i32,
  points: usize,
  line: usize,
  lengths: usize,
  products: usize,
  rowUnit: f32,
  units: usize,
  threshold: f32,
  limit: f32,
  out: usize,
): void {
  const thresholds = f32x4.splat(threshold);
  const limits = f32x4.splat(limit);
  for (let k: usize = 0; k < line; k += 16) {
    let p = v128.load(products + k);
    if (units !== 0) p = inUnits(p, f32x4.splat(rowUnit), v128.load(units + k));
    const beyond = f32x4.le(f32x4.add(p, p), f32x4.add(thresholds, v128.load(lengths + k)));
    v128.store(out + k, limits);
    let open = i32x4.bitmask(beyond) ^ 15;
    while (open !== 0) {
      const at = k + ((<usize>ctz<i32>(open)) << 2);
      open &= open - 1;
      const distance = <f32>squaredDistance(x, points + at * <usize>columns, columns);
      if (distance < limit) store<f32>(out + at, distance);
    }
  }
}

/** Adds the columns of `rows` rows, `padded` (an even number) wide, to float64 sums, row by row. */
export function sumNearer(from: usize, rows: i32, padded: i32, sums: usize): void {
  for (let column: usize = 0; column < <usize>padded; column += 2) {
    let at = from + (column << 2);
    let sum = v128.load(sums + (column << 3));
    for (let row = 0; row < rows; row++) {
      sum = f64x2.add(sum, low64(v128.load64_zero(at)));
      at += (<usize>padded) << 2;
    }
    v128.store(sums + (column << 3), sum);
  }
}

/** Copies one column of `rows` rows, `padded` wide. */
export function takeColumn(from: usize, rows: i32, padded: i32, to: usize): void {
  for (let row = 0; row < rows; row++) {
    store<f32>(to, load<f32>(from));
    from += (<usize>padded) << 2;
    to += 4;
  }
}

/**
 * The norm of each row, and a bound on the error of its coordinates. With `size` coordinates in an orthonormal basis, appends to
 * them the norm of what they leave of the row, so that they have the row's length and their distances are never longer than the
 * rows'. Without a basis (`size` 0) the coordinates are the row as integers, written unless their address is 0. `share` bounds the
 * coordinates' error as a share of the row's norm.
 */
export function sketchRows(
  x: usize,
  rows: i32,
  columns: i32,
  coordinates: usize,
  stride: usize,
  size: i32,
  share: f64,
  tiny: f64,
  norms: usize,
  slacks: usize,
): void {
  for (let row = 0; row < rows; row++) {
    const squared = squaredLength(x, columns);
    const norm = sqrt<f64>(squared);
    let slack = share * norm + tiny;
    if (size > 0) {
      const rest = sqrt<f64>(max<f64>(0, squared - squaredLength(coordinates, size)));
      store<f32>(coordinates + ((<usize>size) << 2), <f32>rest);
      // The error of a root: at most the root of the error, and at most the error by the root.
      const error = (2 * RELATIVE + 2 * share + share * share) * squared + tiny;
      slack += min<f64>(sqrt<f64>(error), error / rest) * 1.001 + 1e-7 * rest;
    } else if (coordinates !== 0) quantizeRow(x, 0, columns, integerFactor(norm), coordinates);
    store<f64>(norms, norm);
    store<f64>(slacks, slack);
    x += (<usize>columns) << 2;
    if (coordinates !== 0) coordinates += stride;
    norms += 8;
    slacks += 8;
  }
}
