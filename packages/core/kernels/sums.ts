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
    if (before >= 0) {
      addRow(source, sums + (<usize>before * <usize>columns + <usize>first) * 8, last - first, -1);
    }
    addRow(source, sums + (<usize>after * <usize>columns + <usize>first) * 8, last - first, 1);
  }
}

function addRow(x: usize, sum: usize, columns: i32, sign: f64): void {
  const s = f64x2.splat(sign);
  const end = x + ((<usize>columns & ~3) << 2);
  while (x < end) {
    const v = v128.load(x);
    v128.store(sum, f64x2.add(v128.load(sum), f64x2.mul(s, low64(v))));
    v128.store(sum, f64x2.add(v128.load(sum, 16), f64x2.mul(s, high64(v))), 16);
    x += 16;
    sum += 32;
  }
  for (let rest = columns & 3; rest > 0; rest--) {
    store<f64>(sum, load<f64>(sum) + sign * <f64>load<f32>(x));
    x += 4;
    sum += 8;
  }
}
