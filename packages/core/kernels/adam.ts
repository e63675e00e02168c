/** A mean gradient below it is 0; `src/backend/training.ts` says why. */
const LEAST_MEAN: f32 = 1e-30;

/**
 * One step of Adam for `length` values: m = beta1 m + fresh1 g, v = beta2 v + fresh2 g^2,
 * p = p - rate m / (root sqrt(v) + epsilon).
 */
export function adam(
  p: usize,
  m: usize,
  v: usize,
  g: usize,
  length: i32,
  beta1: f32,
  fresh1: f32,
  beta2: f32,
  fresh2: f32,
  rate: f32,
  root: f32,
  epsilon: f32,
): void {
  const end = p + ((<usize>length & ~3) << 2);
  while (p < end) {
    const d = v128.load(g);
    const moved = f32x4.add(f32x4.mul(f32x4.splat(beta1), v128.load(m)), f32x4.mul(f32x4.splat(fresh1), d));
    const mean = v128.andnot(moved, f32x4.lt(f32x4.abs(moved), f32x4.splat(LEAST_MEAN)));
    const square = f32x4.add(
      f32x4.mul(f32x4.splat(beta2), v128.load(v)),
      f32x4.mul(f32x4.mul(f32x4.splat(fresh2), d), d),
    );
    v128.store(m, mean);
    v128.store(v, square);
    const divisor = f32x4.add(f32x4.mul(f32x4.sqrt(square), f32x4.splat(root)), f32x4.splat(epsilon));
    const step = f32x4.div(f32x4.mul(f32x4.splat(rate), mean), divisor);
    v128.store(p, f32x4.sub(v128.load(p), step));
    p += 16;
    m += 16;
    v += 16;
    g += 16;
  }
  for (let rest = length & 3; rest > 0; rest--) {
    const d = load<f32>(g);
    const moved = beta1 * load<f32>(m) + fresh1 * d;
    const mean: f32 = abs<f32>(moved) < LEAST_MEAN ? 0 : moved;
    const square = beta2 * load<f32>(v) + fresh2 * d * d;
    store<f32>(m, mean);
    store<f32>(v, square);
    store<f32>(p, load<f32>(p) - (rate * mean) / (sqrt<f32>(square) * root + epsilon));
    p += 4;
    m += 4;
    v += 4;
    g += 4;
  }
}
