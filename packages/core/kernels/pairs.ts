import { high64, low64, sum64 } from "./simd.ts";

/**
 * Products of the rows of each pair, in float64: hu . (hi - hj), |hu|^2, |hi|^2, |hj|^2 and hu . hi, five numbers a
 * pair.
 */
export function pairProducts(
  hu: usize,
  hi: usize,
  hj: usize,
  rows: i32,
  columns: i32,
  products: usize,
): void {
  for (let row = 0; row < rows; row++) {
    let score = f64x2.splat(0);
    let uu = score;
    let ii = score;
    let jj = score;
    let ui = score;
    const end = hu + ((<usize>columns & ~3) << 2);
    while (hu < end) {
      const u = v128.load(hu);
      const i = v128.load(hi);
      const j = v128.load(hj);
      for (let half = 0; half < 2; half++) {
        const a = half === 0 ? low64(u) : high64(u);
        const b = half === 0 ? low64(i) : high64(i);
        const c = half === 0 ? low64(j) : high64(j);
        score = f64x2.add(score, f64x2.mul(a, f64x2.sub(b, c)));
        uu = f64x2.add(uu, f64x2.mul(a, a));
        ii = f64x2.add(ii, f64x2.mul(b, b));
        jj = f64x2.add(jj, f64x2.mul(c, c));
        ui = f64x2.add(ui, f64x2.mul(a, b));
      }
      hu += 16;
      hi += 16;
      hj += 16;
    }
    let scoreRest = sum64(score);
    let uuRest = sum64(uu);
    let iiRest = sum64(ii);
    let jjRest = sum64(jj);
    let uiRest = sum64(ui);
    for (let rest = columns & 3; rest > 0; rest--) {
      const a = <f64>load<f32>(hu);
      const b = <f64>load<f32>(hi);
      const c = <f64>load<f32>(hj);
      scoreRest += a * (b - c);
      uuRest += a * a;
      iiRest += b * b;
      jjRest += c * c;
      uiRest += a * b;
      hu += 4;
      hi += 4;
      hj += 4;
    }
    store<f64>(products, scoreRest);
    store<f64>(products, uuRest, 8);
    store<f64>(products, iiRest, 16);
    store<f64>(products, jjRest, 24);
    store<f64>(products, uiRest, 32);
    products += 40;
  }
}

/**
 * Gradients by the rows of each pair, from five float64 factors a pair, in the order of `PairSlopes`:
 * dhu = ranking (hi - hj) + alongUser hu + across hi, dhi = ranking hu + alongItem hi + across hu,
 * dhj = alongNegative hj - ranking hu.
 */
export function pairGradients(
  hu: usize,
  hi: usize,
  hj: usize,
  dhu: usize,
  dhi: usize,
  dhj: usize,
  rows: i32,
  columns: i32,
  factors: usize,
): void {
  for (let row = 0; row < rows; row++) {
    const ranking = <f32>load<f64>(factors);
    const across = <f32>load<f64>(factors, 8);
    const alongUser = <f32>load<f64>(factors, 16);
    const alongItem = <f32>load<f64>(factors, 24);
    const alongNegative = <f32>load<f64>(factors, 32);
    const both = ranking + across;
    factors += 40;
    const end = hu + ((<usize>columns & ~3) << 2);
    while (hu < end) {
      const u = v128.load(hu);
      const i = v128.load(hi);
      const j = v128.load(hj);
      const forUser = f32x4.add(
        f32x4.mul(f32x4.splat(ranking), f32x4.sub(i, j)),
        f32x4.add(f32x4.mul(f32x4.splat(alongUser), u), f32x4.mul(f32x4.splat(across), i)),
      );
      v128.store(dhu, forUser);
      v128.store(dhi, f32x4.add(f32x4.mul(f32x4.splat(both), u), f32x4.mul(f32x4.splat(alongItem), i)));
      v128.store(
        dhj,
        f32x4.sub(f32x4.mul(f32x4.splat(alongNegative), j), f32x4.mul(f32x4.splat(ranking), u)),
      );
      hu += 16;
      hi += 16;
      hj += 16;
      dhu += 16;
      dhi += 16;
      dhj += 16;
    }
    for (let rest = columns & 3; rest > 0; rest--) {
      const u = load<f32>(hu);
      const i = load<f32>(hi);
      const j = load<f32>(hj);
      store<f32>(dhu, ranking * (i - j) + (alongUser * u + across * i));
      store<f32>(dhi, both * u + alongItem * i);
      store<f32>(dhj, alongNegative * j - ranking * u);
      hu += 4;
      hi += 4;
      hj += 4;
      dhu += 4;
      dhi += 4;
      dhj += 4;
    }
  }
}
