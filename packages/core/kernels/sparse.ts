import { blockScores } from "./layout.ts";
import { madd } from "./simd.ts";

/** Entries that are summed in float32. Rows with more are summed in parts, which are added in float64. */
export const PART: u32 = 256;
/** Bytes of the columns of such a row that are summed at a time. */
const STRIPE: usize = 1 << 16;
/** Bytes from which rows are read from end to end. */
const WIDE: usize = 512;
/** Bytes of their sums that are written at a time, so that these stay in the nearest cache. */
const RUN: usize = 1 << 13;

/**
 * Rows `first .. last - 1` of the sparse product into `out` (which points at row 0). `values`, `rowScale` and
 * `columnScale` may be 0: all ones. Entries are added in their order, in float32 within {@link PART} entries and in float64 across.
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
    if (begin === end) {
      if (!accumulate) zeroRow(to, stride);
      continue;
    }
    if (end - begin <= PART) {
      list(indices, values, columnScale, begin, end - begin, scale, x, stride);
      sumListed(end - begin, 0, stride, to, accumulate);
      continue;
    }
    for (let from: usize = 0; from < stride; from += STRIPE) {
      const until = min<usize>(from + STRIPE, stride);
      const sums = stripeSums();
      clear(sums, to + from, until - from, accumulate);
      for (let start = begin; start < end; start += PART) {
        const count = min<u32>(end - start, PART);
        list(indices, values, columnScale, start, count, scale, x, stride);
        sumListed(count, from, until, stripePart() - from, false);
        addPart(sums, until - from);
      }
      for (let at: usize = 0; at < until - from; at += 4)
        store<f32>(to + from + at, <f32>load<f64>(sums + (at << 1)));
    }
  }
}

/** Sets a row to 0. Engines fill memory by a call, which takes longer than to store a narrow row. */
export function zeroRow(to: usize, stride: usize): void {
  if (stride >= WIDE) {
    memory.fill(to, 0, stride);
    return;
  }
  const end = to + stride;
  for (; to + 16 <= end; to += 16) v128.store(to, f32x4.splat(0));
  for (; to < end; to += 4) store<f32>(to, 0);
}

/** Where the float32 sums of a part go, behind the list. */
export function stripePart(): usize {
  return blockScores() + ((<usize>PART) << 3);
}

/** The float64 sums of a row's parts. */
export function stripeSums(): usize {
  return stripePart() + STRIPE;
}

/** Sets the sums of `bytes` bytes of columns to what the row holds, or to 0. */
export function clear(sums: usize, row: usize, bytes: usize, keep: bool): void {
  for (let at: usize = 0; at < bytes; at += 4)
    store<f64>(sums + (at << 1), keep ? <f64>load<f32>(row + at) : 0);
}

export function addPart(sums: usize, bytes: usize): void {
  const part = stripePart();
  for (let at: usize = 0; at < bytes; at += 4) {
    const sum = sums + (at << 1);
    store<f64>(sum, load<f64>(sum) + <f64>load<f32>(part + at));
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

/**
 * Sums the bytes `first .. last - 1` of the listed rows, each column in the order of the list. Wide rows are read four at a time
 * from end to end, which a processor's prefetching follows.
 */
function sumListed(count: u32, first: usize, last: usize, to: usize, add: bool): void {
  if (add || count < 4 || last - first < WIDE) {
    sumColumns(count, first, last, to, add);
    return;
  }
  for (let from = first; from < last; from += RUN) {
    const until = min<usize>(from + RUN, last);
    const whole = count & ~3;
    for (let entry: u32 = 0; entry < whole; entry += 4)
      addFour(blockScores() + ((<usize>entry) << 3), from, until, to, entry === 0);
    for (let entry = whole; entry < count; entry++)
      addOne(blockScores() + ((<usize>entry) << 3), from, until, to);
  }
}

/** Adds four listed rows, after the sums so far or after 0. */
function addFour(list: usize, first: usize, last: usize, to: usize, anew: bool): void {
  const a = load<usize>(list);
  const b = load<usize>(list, 8);
  const c = load<usize>(list, 16);
  const d = load<usize>(list, 24);
  const u = v128.load_splat<f32>(list, 4);
  const v = v128.load_splat<f32>(list, 12);
  const w = v128.load_splat<f32>(list, 20);
  const x = v128.load_splat<f32>(list, 28);
  const zero = f32x4.splat(0);
  let at = first;
  for (; at + 16 <= last; at += 16) {
    let sum = anew ? zero : v128.load(to + at);
    sum = madd(u, v128.load(a + at), sum);
    sum = madd(v, v128.load(b + at), sum);
    sum = madd(w, v128.load(c + at), sum);
    v128.store(to + at, madd(x, v128.load(d + at), sum));
  }
  for (; at < last; at += 4) {
    let sum: f32 = anew ? 0 : load<f32>(to + at);
    sum += load<f32>(list, 4) * load<f32>(a + at);
    sum += load<f32>(list, 12) * load<f32>(b + at);
    sum += load<f32>(list, 20) * load<f32>(c + at);
    store<f32>(to + at, sum + load<f32>(list, 28) * load<f32>(d + at));
  }
}

/** Adds one listed row. */
function addOne(list: usize, first: usize, last: usize, to: usize): void {
  const row = load<usize>(list);
  const weight = v128.load_splat<f32>(list, 4);
  let at = first;
  for (; at + 16 <= last; at += 16) {
    v128.store(to + at, madd(weight, v128.load(row + at), v128.load(to + at)));
  }
  for (; at < last; at += 4) {
    store<f32>(to + at, load<f32>(to + at) + load<f32>(list, 4) * load<f32>(row + at));
  }
}

/**
 * Sums the bytes `first .. last - 1` of the listed rows: 32 columns of all of them at a time in eight registers, then 4, then 1.
 */
function sumColumns(count: u32, first: usize, last: usize, to: usize, add: bool): void {
  const begin = blockScores();
  const end = begin + ((<usize>count) << 3);
  let at = first;
  for (; at + 128 <= last; at += 128) {
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
  for (; at + 16 <= last; at += 16) {
    let sum = f32x4.splat(0);
    for (let entry = begin; entry < end; entry += 8) {
      sum = madd(v128.load_splat<f32>(entry, 4), v128.load(load<usize>(entry) + at), sum);
    }
    put(to + at, sum, add);
  }
  for (; at < last; at += 4) {
    let sum: f32 = 0;
    for (let entry = begin; entry < end; entry += 8) {
      sum += load<f32>(entry, 4) * load<f32>(load<usize>(entry) + at);
    }
    store<f32>(to + at, add ? load<f32>(to + at) + sum : sum);
  }
}

export function put(to: usize, sum: v128, add: bool): void {
  v128.store(to, add ? f32x4.add(v128.load(to), sum) : sum);
}
