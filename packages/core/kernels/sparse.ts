import { blockScores } from "./layout.ts";
import { madd } from "./simd.ts";

/**
 * Entries that are summed in registers before their sum is added to the row: the error grows with this, and then
 * with the number of parts, not with the number of entries.
 */
const PART: u32 = 256;

/**
 * Sets `wrong` (u32) if any of `rows` rows ends before it starts or beyond `count` entries, or any of their
 * entries has a column out of range.
 */
export function checkEntries(
  offsets: usize,
  indices: usize,
  rows: i32,
  count: u32,
  columns: u32,
  wrong: usize,
): void {
  store<u32>(wrong, 1);
  const first = load<u32>(offsets);
  let end = first;
  for (let row = 0; row < rows; row++) {
    const next = load<u32>(offsets + ((<usize>row) << 2), 4);
    if (next < end || next > count) return;
    end = next;
  }
  for (let entry = first; entry < end; entry++) {
    if (load<u32>(indices + ((<usize>entry) << 2)) >= columns) return;
  }
  store<u32>(wrong, 0);
}

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
  for (let row = first; row < last; row++) {
    const begin = load<u32>(offsets + ((<usize>row) << 2));
    const end = load<u32>(offsets + ((<usize>row) << 2), 4);
    const scale = rowScale === 0 ? <f32>1 : load<f32>(rowScale + ((<usize>row) << 2));
    const to = out + <usize>row * stride;
    if (begin === end && !accumulate) memory.fill(to, 0, stride);
    for (let start = begin; start < end; start += PART) {
      const count = min<u32>(end - start, PART);
      list(indices, values, columnScale, start, count, scale, x, stride);
      sumListed(count, stride, to, accumulate || start > begin);
    }
  }
}

/** Writes the address and the weight of each entry to scratch memory. */
function list(
  indices: usize,
  values: usize,
  columnScale: usize,
  start: u32,
  count: u32,
  scale: f32,
  x: usize,
  stride: usize,
): void {
  let to = blockScores();
  for (let entry = start; entry < start + count; entry++) {
    const index = load<u32>(indices + ((<usize>entry) << 2));
    let weight = scale;
    if (values !== 0) weight *= load<f32>(values + ((<usize>entry) << 2));
    if (columnScale !== 0) weight *= load<f32>(columnScale + ((<usize>index) << 2));
    store<usize>(to, x + <usize>index * stride);
    store<f32>(to, weight, 4);
    to += 8;
  }
}

/** Sums the listed rows: 32 columns of all of them at a time in eight registers, then 4, then 1. */
function sumListed(count: u32, stride: usize, to: usize, add: bool): void {
  const begin = blockScores();
  const end = begin + ((<usize>count) << 3);
  let at: usize = 0;
  for (; at + 128 <= stride; at += 128) {
    let c0 = f32x4.splat(0);
    let c1 = c0;
    let c2 = c0;
    let c3 = c0;
    let c4 = c0;
    let c5 = c0;
    let c6 = c0;
    let c7 = c0;
    for (let entry = begin; entry < end; entry += 8) {
      const from = load<usize>(entry) + at;
      const w = v128.load_splat<f32>(entry, 4);
      c0 = madd(w, v128.load(from), c0);
      c1 = madd(w, v128.load(from, 16), c1);
      c2 = madd(w, v128.load(from, 32), c2);
      c3 = madd(w, v128.load(from, 48), c3);
      c4 = madd(w, v128.load(from, 64), c4);
      c5 = madd(w, v128.load(from, 80), c5);
      c6 = madd(w, v128.load(from, 96), c6);
      c7 = madd(w, v128.load(from, 112), c7);
    }
    put(to + at, c0, add);
    put(to + at + 16, c1, add);
    put(to + at + 32, c2, add);
    put(to + at + 48, c3, add);
    put(to + at + 64, c4, add);
    put(to + at + 80, c5, add);
    put(to + at + 96, c6, add);
    put(to + at + 112, c7, add);
  }
  for (; at + 16 <= stride; at += 16) {
    let sum = f32x4.splat(0);
    for (let entry = begin; entry < end; entry += 8) {
      sum = madd(v128.load_splat<f32>(entry, 4), v128.load(load<usize>(entry) + at), sum);
    }
    put(to + at, sum, add);
  }
  for (; at < stride; at += 4) {
    let sum: f32 = 0;
    for (let entry = begin; entry < end; entry += 8) {
      sum += load<f32>(entry, 4) * load<f32>(load<usize>(entry) + at);
    }
    store<f32>(to + at, add ? load<f32>(to + at) + sum : sum);
  }
}

function put(to: usize, sum: v128, add: bool): void {
  v128.store(to, add ? f32x4.add(v128.load(to), sum) : sum);
}
