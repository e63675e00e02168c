import { madd } from "./simd.ts";

/** Products of a row with four others. Each sum has eight parts; the columns after the last sixteen follow one by one. */
export function fourProducts(x: usize, a: usize, b: usize, c: usize, d: usize, columns: i32): v128 {
  let a0 = f32x4.splat(0);
  let a1 = a0;
  let b0 = a0;
  let b1 = a0;
  let c0 = a0;
  let c1 = a0;
  let d0 = a0;
  let d1 = a0;
  const end = x + ((<usize>columns & ~15) << 2);
  while (x < end) {
    let x0 = v128.load(x);
    let x1 = v128.load(x, 16);
    a0 = madd(x0, v128.load(a), a0);
    a1 = madd(x1, v128.load(a, 16), a1);
    b0 = madd(x0, v128.load(b), b0);
    b1 = madd(x1, v128.load(b, 16), b1);
    c0 = madd(x0, v128.load(c), c0);
    c1 = madd(x1, v128.load(c, 16), c1);
    d0 = madd(x0, v128.load(d), d0);
    d1 = madd(x1, v128.load(d, 16), d1);
    x0 = v128.load(x, 32);
    x1 = v128.load(x, 48);
    a0 = madd(x0, v128.load(a, 32), a0);
    a1 = madd(x1, v128.load(a, 48), a1);
    b0 = madd(x0, v128.load(b, 32), b0);
    b1 = madd(x1, v128.load(b, 48), b1);
    c0 = madd(x0, v128.load(c, 32), c0);
    c1 = madd(x1, v128.load(c, 48), c1);
    d0 = madd(x0, v128.load(d, 32), d0);
    d1 = madd(x1, v128.load(d, 48), d1);
    x += 64;
    a += 64;
    b += 64;
    c += 64;
    d += 64;
  }
  a0 = f32x4.add(a0, a1);
  b0 = f32x4.add(b0, b1);
  c0 = f32x4.add(c0, c1);
  d0 = f32x4.add(d0, d1);
  const ab = f32x4.add(v128.shuffle<i32>(a0, b0, 0, 4, 1, 5), v128.shuffle<i32>(a0, b0, 2, 6, 3, 7));
  const cd = f32x4.add(v128.shuffle<i32>(c0, d0, 0, 4, 1, 5), v128.shuffle<i32>(c0, d0, 2, 6, 3, 7));
  let sums = f32x4.add(v128.shuffle<i64>(ab, cd, 0, 2), v128.shuffle<i64>(ab, cd, 1, 3));
  for (let rest = columns & 15; rest > 0; rest--) {
    let values = v128.load32_zero(a);
    values = v128.load_lane<f32>(b, values, 1);
    values = v128.load_lane<f32>(c, values, 2);
    values = v128.load_lane<f32>(d, values, 3);
    sums = madd(v128.load_splat<f32>(x), values, sums);
    x += 4;
    a += 4;
    b += 4;
    c += 4;
    d += 4;
  }
  return sums;
}
