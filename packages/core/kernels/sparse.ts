import { blockScores, SCORE_BYTES } from "./layout.ts";
import { madd } from "./simd.ts";

/** Up to this width (in bytes) a row's sums stay in registers, 32 columns at a time; wider rows are passed over whole. */
const NARROW: usize = 128 * 4;
/** Entries that are summed before their sum is added to the row. */
const SUMMED: u32 = 256;

/**
 * Rows `first .. last - 1` of the sparse product into `out` (which points at row 0). `values`, `rowScale` and
 * `columnScale` may be 0: all ones. Entries are added in their order.
 */
export function sparseRows(
  offsets: usize,
  indices: usize,
  values: usize,
  rowScale: usize,
  columnScale: usize,
  first: i32,
  last: i32,
  x: usize,
  columns: i32,
  out: usize,
  accumulate: bool,
): void {
  const stride = (<usize>columns) << 2;
  const part = blockScores();
  for (let row = first; row < last; row++) {
    const begin = load<u32>(offsets + ((<usize>row) << 2));
    const end = load<u32>(offsets + ((<usize>row) << 2), 4);
    const scale = rowScale === 0 ? <f32>1 : load<f32>(rowScale + ((<usize>row) << 2));
    const to = out + <usize>row * stride;
    if (!accumulate) memory.fill(to, 0, stride);
    if (end - begin <= SUMMED || stride > SCORE_BYTES) {
      addEntries(indices, values, columnScale, begin, end, scale, x, stride, to);
    } else {
      // A long row is summed in parts, so that the error grows with the parts and not with the entries.
      for (let start = begin; start < end; start += SUMMED) {
        memory.fill(part, 0, stride);
        addEntries(
          indices,
          values,
          columnScale,
          start,
          min<u32>(start + SUMMED, end),
          scale,
          x,
          stride,
          part,
        );
        addOne(to, stride, part, 1);
      }
    }
  }
}

function addEntries(
  indices: usize,
  values: usize,
  columnScale: usize,
  begin: u32,
  end: u32,
  scale: f32,
  x: usize,
  stride: usize,
  to: usize,
): void {
  if (stride <= NARROW) narrowRow(indices, values, columnScale, begin, end, scale, x, stride, to);
  else wideRow(indices, values, columnScale, begin, end, scale, x, stride, to);
}

function weight(values: usize, columnScale: usize, entry: u32, column: u32, scale: f32): f32 {
  if (values !== 0) scale *= load<f32>(values + ((<usize>entry) << 2));
  if (columnScale !== 0) scale *= load<f32>(columnScale + ((<usize>column) << 2));
  return scale;
}

/** Four entries pass over the whole row together: four streams that the hardware fetches ahead. */
function wideRow(
  indices: usize,
  values: usize,
  columnScale: usize,
  begin: u32,
  end: u32,
  scale: f32,
  x: usize,
  stride: usize,
  to: usize,
): void {
  let entry = begin;
  for (; entry + 4 <= end; entry += 4) {
    const i0 = load<u32>(indices + ((<usize>entry) << 2));
    const i1 = load<u32>(indices + ((<usize>entry) << 2), 4);
    const i2 = load<u32>(indices + ((<usize>entry) << 2), 8);
    const i3 = load<u32>(indices + ((<usize>entry) << 2), 12);
    addFour(
      to,
      stride,
      x + i0 * stride,
      x + i1 * stride,
      x + i2 * stride,
      x + i3 * stride,
      weight(values, columnScale, entry, i0, scale),
      weight(values, columnScale, entry + 1, i1, scale),
      weight(values, columnScale, entry + 2, i2, scale),
      weight(values, columnScale, entry + 3, i3, scale),
    );
  }
  for (; entry < end; entry++) {
    const index = load<u32>(indices + ((<usize>entry) << 2));
    addOne(to, stride, x + index * stride, weight(values, columnScale, entry, index, scale));
  }
}

function addFour(
  to: usize,
  stride: usize,
  x0: usize,
  x1: usize,
  x2: usize,
  x3: usize,
  w0: f32,
  w1: f32,
  w2: f32,
  w3: f32,
): void {
  const s0 = f32x4.splat(w0);
  const s1 = f32x4.splat(w1);
  const s2 = f32x4.splat(w2);
  const s3 = f32x4.splat(w3);
  const end = to + (stride & ~31);
  while (to < end) {
    let low = madd(s0, v128.load(x0), v128.load(to));
    let high = madd(s0, v128.load(x0, 16), v128.load(to, 16));
    low = madd(s1, v128.load(x1), low);
    high = madd(s1, v128.load(x1, 16), high);
    low = madd(s2, v128.load(x2), low);
    high = madd(s2, v128.load(x2, 16), high);
    low = madd(s3, v128.load(x3), low);
    high = madd(s3, v128.load(x3, 16), high);
    v128.store(to, low);
    v128.store(to, high, 16);
    x0 += 32;
    x1 += 32;
    x2 += 32;
    x3 += 32;
    to += 32;
  }
  for (let rest = stride & 31; rest > 0; rest -= 4) {
    let sum = load<f32>(to) + w0 * load<f32>(x0);
    sum += w1 * load<f32>(x1);
    sum += w2 * load<f32>(x2);
    store<f32>(to, sum + w3 * load<f32>(x3));
    x0 += 4;
    x1 += 4;
    x2 += 4;
    x3 += 4;
    to += 4;
  }
}

function addOne(to: usize, stride: usize, x: usize, w: f32): void {
  const s = f32x4.splat(w);
  const end = to + (stride & ~15);
  while (to < end) {
    v128.store(to, madd(s, v128.load(x), v128.load(to)));
    x += 16;
    to += 16;
  }
  for (let rest = stride & 15; rest > 0; rest -= 4) {
    store<f32>(to, load<f32>(to) + w * load<f32>(x));
    x += 4;
    to += 4;
  }
}

/** 32 columns of all entries at a time in eight registers, then 4, then 1. */
function narrowRow(
  indices: usize,
  values: usize,
  columnScale: usize,
  begin: u32,
  end: u32,
  scale: f32,
  x: usize,
  stride: usize,
  to: usize,
): void {
  let at: usize = 0;
  for (; at + 128 <= stride; at += 128) {
    let c0 = v128.load(to + at);
    let c1 = v128.load(to + at, 16);
    let c2 = v128.load(to + at, 32);
    let c3 = v128.load(to + at, 48);
    let c4 = v128.load(to + at, 64);
    let c5 = v128.load(to + at, 80);
    let c6 = v128.load(to + at, 96);
    let c7 = v128.load(to + at, 112);
    for (let entry = begin; entry < end; entry++) {
      const index = load<u32>(indices + ((<usize>entry) << 2));
      const w = f32x4.splat(weight(values, columnScale, entry, index, scale));
      const from = x + at + index * stride;
      c0 = madd(w, v128.load(from), c0);
      c1 = madd(w, v128.load(from, 16), c1);
      c2 = madd(w, v128.load(from, 32), c2);
      c3 = madd(w, v128.load(from, 48), c3);
      c4 = madd(w, v128.load(from, 64), c4);
      c5 = madd(w, v128.load(from, 80), c5);
      c6 = madd(w, v128.load(from, 96), c6);
      c7 = madd(w, v128.load(from, 112), c7);
    }
    v128.store(to + at, c0);
    v128.store(to + at, c1, 16);
    v128.store(to + at, c2, 32);
    v128.store(to + at, c3, 48);
    v128.store(to + at, c4, 64);
    v128.store(to + at, c5, 80);
    v128.store(to + at, c6, 96);
    v128.store(to + at, c7, 112);
  }
  for (; at + 16 <= stride; at += 16) {
    let sum = v128.load(to + at);
    for (let entry = begin; entry < end; entry++) {
      const index = load<u32>(indices + ((<usize>entry) << 2));
      const w = f32x4.splat(weight(values, columnScale, entry, index, scale));
      sum = madd(w, v128.load(x + at + index * stride), sum);
    }
    v128.store(to + at, sum);
  }
  for (; at < stride; at += 4) {
    let sum = load<f32>(to + at);
    for (let entry = begin; entry < end; entry++) {
      const index = load<u32>(indices + ((<usize>entry) << 2));
      sum += weight(values, columnScale, entry, index, scale) * load<f32>(x + at + index * stride);
    }
    store<f32>(to + at, sum);
  }
}
