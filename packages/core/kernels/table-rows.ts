/** x = x + bias in every row. */
export function addBias(x: usize, bias: usize, rows: i32, columns: i32): void {
  const stride = (<usize>columns) << 2;
  for (let row = 0; row < rows; row++) {
    addTo(x, bias, stride);
    x += stride;
  }
}

/**
 * out = the sum of `count` matrices of `length` values, each with a weight. `terms` lists the address (u32) and the
 * weight (f32) of each; `offset` is that of the first value in bytes.
 */
export function weightedSum(terms: usize, count: i32, offset: usize, length: i32, out: usize): void {
  const last = terms + ((<usize>count) << 3);
  const bytes = (<usize>length) << 2;
  let at: usize = 0;
  for (; at + 64 <= bytes; at += 64) {
    let c0 = f32x4.splat(0);
    let c1 = c0;
    let c2 = c0;
    let c3 = c0;
    for (let term = terms; term < last; term += 8) {
      const from = load<usize>(term) + offset + at;
      const w = v128.load_splat<f32>(term, 4);
      c0 = f32x4.add(c0, f32x4.mul(w, v128.load(from)));
      c1 = f32x4.add(c1, f32x4.mul(w, v128.load(from, 16)));
      c2 = f32x4.add(c2, f32x4.mul(w, v128.load(from, 32)));
      c3 = f32x4.add(c3, f32x4.mul(w, v128.load(from, 48)));
    }
    const to = out + offset + at;
    v128.store(to, c0);
    v128.store(to, c1, 16);
    v128.store(to, c2, 32);
    v128.store(to, c3, 48);
  }
  for (; at < bytes; at += 4) {
    let sum: f32 = 0;
    for (let term = terms; term < last; term += 8) {
      sum += load<f32>(term, 4) * load<f32>(load<usize>(term) + offset + at);
    }
    store<f32>(out + offset + at, sum);
  }
}

/** Row r of `out` = row `indices[r]` of `x`; rows of `stride` bytes. */
export function gatherRows(x: usize, stride: usize, indices: usize, count: i32, out: usize): void {
  for (let r = 0; r < count; r++) {
    let from = x + <usize>load<u32>(indices + ((<usize>r) << 2)) * stride;
    const end = out + (stride & ~15);
    for (; out < end; out += 16) {
      v128.store(out, v128.load(from));
      from += 16;
    }
    for (let rest = stride & 15; rest > 0; rest -= 4) {
      store<f32>(out, load<f32>(from));
      out += 4;
      from += 4;
    }
  }
}

/**
 * Adds `bytes` bytes of row r of `rows` to row `indices[r]` of `table`, from byte `first` of both on, row by row in
 * their order.
 */
export function scatterRows(
  rows: usize,
  stride: usize,
  indices: usize,
  count: i32,
  table: usize,
  first: usize,
  bytes: usize,
): void {
  let from = rows + first;
  for (let r = 0; r < count; r++) {
    addTo(table + <usize>load<u32>(indices + ((<usize>r) << 2)) * stride + first, from, bytes);
    from += stride;
  }
}

/** y = y + x for some bytes of float32 values. */
function addTo(y: usize, x: usize, bytes: usize): void {
  const end = y + (bytes & ~15);
  for (; y < end; y += 16) {
    v128.store(y, f32x4.add(v128.load(y), v128.load(x)));
    x += 16;
  }
  for (let rest = bytes & 15; rest > 0; rest -= 4) {
    store<f32>(y, load<f32>(y) + load<f32>(x));
    y += 4;
    x += 4;
  }
}
