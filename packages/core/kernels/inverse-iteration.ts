import { removeComponents } from "./eigen.ts";

/** The same operations in the same order as src/linalg/inverse-iteration.ts, whose comments explain them. */

/** Solves per vector. */
const SOLVES: i32 = 3;

/**
 * Row `row` of `vectors` (n float64 each), a start, becomes the eigenvector for `value`, orthogonal to all rows before
 * it, and to those from row `cluster` on at every solve. `factors` is room for 5 n float64.
 */
export function inverseIteration(
  diagonal: usize,
  offDiagonal: usize,
  n: i32,
  value: f64,
  smallest: f64,
  factors: usize,
  vectors: usize,
  row: i32,
  cluster: i32,
): void {
  const stride = (<usize>n) << 3;
  const vector = vectors + <usize>row * stride;
  factor(diagonal, offDiagonal, stride, value, smallest, factors);
  for (let round = 0; round < SOLVES; round++) {
    solve(factors, stride, vector);
    normalize(vector, stride);
    removeComponents(vector, n, vectors + <usize>cluster * stride, row - cluster);
    normalize(vector, stride);
  }
  for (let pass = 0; pass < 2; pass++) {
    removeComponents(vector, n, vectors, row);
    normalize(vector, stride);
  }
}

function normalize(vector: usize, bytes: usize): void {
  const end = vector + bytes;
  let largest: f64 = 0;
  for (let at = vector; at < end; at += 8) largest = max<f64>(largest, abs<f64>(load<f64>(at)));
  if (largest === 0) return;
  let sum: f64 = 0;
  for (let at = vector; at < end; at += 8) {
    const x = load<f64>(at) / largest;
    store<f64>(at, x);
    sum += x * x;
  }
  const scale = 1 / sqrt<f64>(sum);
  for (let at = vector; at < end; at += 8) store<f64>(at, load<f64>(at) * scale);
}

/** The LU factors of T - shift: U's diagonals, L's multipliers, and whether rows were swapped, n of each. */
function factor(
  diagonal: usize,
  offDiagonal: usize,
  stride: usize,
  shift: f64,
  smallest: f64,
  factors: usize,
): void {
  const d = factors;
  const u1 = d + stride;
  const u2 = u1 + stride;
  const l = u2 + stride;
  const swapped = l + stride;
  for (let i: usize = 0; i < stride; i += 8) {
    store<f64>(d + i, load<f64>(diagonal + i) - shift);
    store<f64>(u1 + i, load<f64>(offDiagonal + i));
    store<f64>(u2 + i, 0);
  }
  const last = stride - 8;
  for (let i: usize = 0; i < last; i += 8) {
    const below = load<f64>(offDiagonal + i);
    const pivot = load<f64>(d + i);
    const above = load<f64>(u1 + i);
    if (abs<f64>(below) > abs<f64>(pivot)) {
      const multiplier = pivot / below;
      const next = load<f64>(d + i, 8);
      const beyond = i < last - 8 ? load<f64>(u1 + i, 8) : 0;
      store<f64>(swapped + i, 1);
      store<f64>(d + i, below);
      store<f64>(u1 + i, next);
      store<f64>(d + i, above - multiplier * next, 8);
      store<f64>(u2 + i, beyond);
      store<f64>(u1 + i, -multiplier * beyond, 8);
      store<f64>(l + i, multiplier);
    } else {
      const kept = abs<f64>(pivot) < smallest ? smallest : pivot;
      const multiplier = below / kept;
      store<f64>(swapped + i, 0);
      store<f64>(d + i, kept);
      store<f64>(l + i, multiplier);
      store<f64>(d + i, load<f64>(d + i, 8) - multiplier * above, 8);
    }
  }
  if (abs<f64>(load<f64>(d + last)) < smallest) store<f64>(d + last, smallest);
}

function solve(factors: usize, stride: usize, x: usize): void {
  const d = factors;
  const u1 = d + stride;
  const u2 = u1 + stride;
  const l = u2 + stride;
  const swapped = l + stride;
  const last = stride - 8;
  for (let i: usize = 0; i < last; i += 8) {
    const upper = load<f64>(x + i);
    const lower = load<f64>(x + i, 8);
    const multiplier = load<f64>(l + i);
    if (load<f64>(swapped + i) === 1) {
      store<f64>(x + i, lower);
      store<f64>(x + i, upper - multiplier * lower, 8);
    } else store<f64>(x + i, lower - multiplier * upper, 8);
  }
  for (let at: usize = stride; at > 0; at -= 8) {
    const i = at - 8;
    const next = at < stride ? load<f64>(u1 + i) * load<f64>(x + at) : 0;
    const afterNext = at < last ? load<f64>(u2 + i) * load<f64>(x + at, 8) : 0;
    store<f64>(x + i, (load<f64>(x + i) - next - afterNext) / load<f64>(d + i));
  }
}
