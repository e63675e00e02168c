import { addPart, clear, PART, put, stripePart, stripeSums, zeroRow } from "./sparse.ts";

/**
 * Rows `first .. last - 1` of the product with a sparse matrix of ones into `out` (which points at row 0): sums of rows of `x`, times
 * `rowScale`, which may be 0: all ones. An addition an entry, where `sparseRows` also has a product and a list of weights.
 * Entries are added in their order, in float32 within {@link PART} entries and in float64 across. A row of `x` takes at most a stripe.
 */
export function sparseSums(
  offsets: usize,
  indices: usize,
  rowScale: usize,
  first: i32,
  last: i32,
  x: usize,
  columns: i32,
  out: usize,
  accumulate: bool,
): void {
  const stride = (<usize>columns) << 2;
  for (let row = first; row < last; row++) {
    const begin = load<u32>(offsets + ((<usize>row) << 2));
    const end = load<u32>(offsets + ((<usize>row) << 2), 4);
    const scale = rowScale === 0 ? <f32>1 : load<f32>(rowScale + ((<usize>row) << 2));
    const to = out + <usize>row * stride;
    if (begin === end) {
      if (!accumulate) zeroRow(to, stride);
      continue;
    }
    if (end - begin <= PART) {
      sumRows(indices, begin, end, x, stride, scale, to, accumulate);
      continue;
    }
    const sums = stripeSums();
    clear(sums, to, stride, false);
    for (let start = begin; start < end; start += PART) {
      sumRows(indices, start, start + min<u32>(end - start, PART), x, stride, 1, stripePart(), false);
      addPart(sums, stride);
    }
    for (let at: usize = 0; at < stride; at += 4) {
      const sum = <f64>scale * load<f64>(sums + (at << 1));
      const before: f64 = accumulate ? <f64>load<f32>(to + at) : 0;
      store<f32>(to + at, <f32>(before + sum));
    }
  }
}

/** Row r of `out` = row r of `x` times its factor. */
export function scaledRows(x: usize, stride: usize, rows: i32, factors: usize, out: usize): void {
  for (let row = 0; row < rows; row++) {
    const factor = load<f32>(factors + ((<usize>row) << 2));
    const s = f32x4.splat(factor);
    const end = x + (stride & ~15);
    for (; x < end; x += 16) {
      v128.store(out, f32x4.mul(s, v128.load(x)));
      out += 16;
    }
    for (let rest = stride & 15; rest > 0; rest -= 4) {
      store<f32>(out, factor * load<f32>(x));
      x += 4;
      out += 4;
    }
  }
}

/** Sums the rows of some entries, times `scale`: 32 columns of all of them at a time in eight registers, then 4, then 1. */
function sumRows(
  indices: usize,
  begin: u32,
  end: u32,
  x: usize,
  stride: usize,
  scale: f32,
  to: usize,
  add: bool,
): void {
  const start = indices + ((<usize>begin) << 2);
  const stop = indices + ((<usize>end) << 2);
  const s = f32x4.splat(scale);
  let at: usize = 0;
  for (; at + 128 <= stride; at += 128) {
    const base = x + at;
    let c0 = f32x4.splat(0);
    let c1 = c0;
    let c2 = c0;
    let c3 = c0;
    let c4 = c0;
    let c5 = c0;
    let c6 = c0;
    let c7 = c0;
    for (let entry = start; entry < stop; entry += 4) {
      const row = base + <usize>load<u32>(entry) * stride;
      c0 = f32x4.add(c0, v128.load(row));
      c1 = f32x4.add(c1, v128.load(row, 16));
      c2 = f32x4.add(c2, v128.load(row, 32));
      c3 = f32x4.add(c3, v128.load(row, 48));
      c4 = f32x4.add(c4, v128.load(row, 64));
      c5 = f32x4.add(c5, v128.load(row, 80));
      c6 = f32x4.add(c6, v128.load(row, 96));
      c7 = f32x4.add(c7, v128.load(row, 112));
    }
    put(to + at, f32x4.mul(s, c0), add);
    put(to + at + 16, f32x4.mul(s, c1), add);
    put(to + at + 32, f32x4.mul(s, c2), add);
    put(to + at + 48, f32x4.mul(s, c3), add);
    put(to + at + 64, f32x4.mul(s, c4), add);
    put(to + at + 80, f32x4.mul(s, c5), add);
    put(to + at + 96, f32x4.mul(s, c6), add);
    put(to + at + 112, f32x4.mul(s, c7), add);
  }
  for (; at + 16 <= stride; at += 16) {
    let sum = f32x4.splat(0);
    for (let entry = start; entry < stop; entry += 4) {
      sum = f32x4.add(sum, v128.load(x + <usize>load<u32>(entry) * stride + at));
    }
    put(to + at, f32x4.mul(s, sum), add);
  }
  for (; at < stride; at += 4) {
    let sum: f32 = 0;
    for (let entry = start; entry < stop; entry += 4)
      sum += load<f32>(x + <usize>load<u32>(entry) * stride + at);
    store<f32>(to + at, add ? load<f32>(to + at) + scale * sum : scale * sum);
  }
}
