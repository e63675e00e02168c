import { high64, low64 } from "./simd.ts";

/**
 * Moves listed rows between the float64 sums of the clusters, columns `first .. last - 1`: out of the cluster
 * in `from` (none if it is -1) and into the cluster of its label, row by row in the order of the list.
 */
export function moveSums(
  x: usize,
  columns: i32,
  rows: usize,
  from: usize,
  labels: usize,
  count: i32,
  first: i32,
  last: i32,
  sums: usize,
): void {
  for (let i = 0; i < count; i++) {
    const row = load<u32>(rows + ((<usize>i) << 2));
    const source = x + (<usize>row * <usize>columns + <usize>first) * 4;
    const before = load<i32>(from + ((<usize>i) << 2));
    const after = load<i32>(labels + ((<usize>row) << 2));
    const to = sums + (<usize>after * <usize>columns + <usize>first) * 8;
    if (before < 0) addRow(source, to, last - first);
    else moveRow(source, sums + (<usize>before * <usize>columns + <usize>first) * 8, to, last - first);
  }
}

function addRow(x: usize, sum: usize, columns: i32): void {
  const end = x + ((<usize>columns & ~3) << 2);
  while (x < end) {
    const v = v128.load(x);
    v128.store(sum, f64x2.add(v128.load(sum), low64(v)));
    v128.store(sum, f64x2.add(v128.load(sum, 16), high64(v)), 16);
    x += 16;
    sum += 32;
  }
  for (let rest = columns & 3; rest > 0; rest--) {
    store<f64>(sum, load<f64>(sum) + <f64>load<f32>(x));
    x += 4;
    sum += 8;
  }
}

function moveRow(x: usize, from: usize, to: usize, columns: i32): void {
  const end = x + ((<usize>columns & ~3) << 2);
  while (x < end) {
    const v = v128.load(x);
    const low = low64(v);
    const high = high64(v);
    v128.store(from, f64x2.sub(v128.load(from), low));
    v128.store(from, f64x2.sub(v128.load(from, 16), high), 16);
    v128.store(to, f64x2.add(v128.load(to), low));
    v128.store(to, f64x2.add(v128.load(to, 16), high), 16);
    x += 16;
    from += 32;
    to += 32;
  }
  for (let rest = columns & 3; rest > 0; rest--) {
    const v = <f64>load<f32>(x);
    store<f64>(from, load<f64>(from) - v);
    store<f64>(to, load<f64>(to) + v);
    x += 4;
    from += 8;
    to += 8;
  }
}
