/**
 * Sums of 4 rows x 8 columns over `pairs` pairs of 16-bit integers: exact in 32 bits, and twice as many products a step as in
 * float32. The rows are as `quantizeRow` leaves them, the columns as `quantizeRows` does.
 */
export function integerTile(
  row0: usize,
  row1: usize,
  row2: usize,
  row3: usize,
  b: usize,
  pairs: i32,
  out0: usize,
  out1: usize,
  out2: usize,
  out3: usize,
  add: bool,
): void {
  let c00 = i32x4.splat(0);
  let c01 = c00;
  let c10 = c00;
  let c11 = c00;
  let c20 = c00;
  let c21 = c00;
  let c30 = c00;
  let c31 = c00;
  const end = b + ((<usize>pairs) << 5);
  while (b < end) {
    const b0 = v128.load(b);
    const b1 = v128.load(b, 16);
    let x = v128.load_splat<i32>(row0);
    c00 = i32x4.add(c00, i32x4.dot_i16x8_s(x, b0));
    c01 = i32x4.add(c01, i32x4.dot_i16x8_s(x, b1));
    x = v128.load_splat<i32>(row1);
    c10 = i32x4.add(c10, i32x4.dot_i16x8_s(x, b0));
    c11 = i32x4.add(c11, i32x4.dot_i16x8_s(x, b1));
    x = v128.load_splat<i32>(row2);
    c20 = i32x4.add(c20, i32x4.dot_i16x8_s(x, b0));
    c21 = i32x4.add(c21, i32x4.dot_i16x8_s(x, b1));
    x = v128.load_splat<i32>(row3);
    c30 = i32x4.add(c30, i32x4.dot_i16x8_s(x, b0));
    c31 = i32x4.add(c31, i32x4.dot_i16x8_s(x, b1));
    row0 += 4;
    row1 += 4;
    row2 += 4;
    row3 += 4;
    b += 32;
  }
  storeRow(out0, c00, c01, add);
  storeRow(out1, c10, c11, add);
  storeRow(out2, c20, c21, add);
  storeRow(out3, c30, c31, add);
}

function storeRow(out: usize, low: v128, high: v128, add: bool): void {
  if (add) {
    low = i32x4.add(v128.load(out), low);
    high = i32x4.add(v128.load(out, 16), high);
  }
  v128.store(out, low);
  v128.store(out, high, 16);
}
