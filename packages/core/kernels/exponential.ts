/**
 * e^x of four float32 lanes within two units of the last place, from additions and products alone, so that every
 * runtime gives the same bits. Below -87 the result is e^-87, above 88 it is e^88; NaN stays NaN.
 */
export function exp32(x: v128): v128 {
  // Both keep their first operand where a comparison fails, so that NaN stays, and are one instruction of the processor each.
  const bounded = f32x4.pmin(f32x4.pmax(x, f32x4.splat(-87)), f32x4.splat(88));
  // x = k ln(2) + r, |r| <= ln(2) / 2, with ln(2) in two parts so that k times the first is exact. A sum with 1.5 x 2^23 is rounded
  // to a whole number, which its last bits hold.
  const whole = f32x4.splat(12582912);
  const rounded = f32x4.add(f32x4.mul(bounded, f32x4.splat(<f32>Math.LOG2E)), whole);
  const k = f32x4.sub(rounded, whole);
  let r = f32x4.sub(bounded, f32x4.mul(k, f32x4.splat(<f32>0.693359375)));
  r = f32x4.sub(r, f32x4.mul(k, f32x4.splat(<f32>-2.1219444e-4)));
  // The polynomial of Cephes' expf: 1 + r + r^2 p(r).
  let p = f32x4.splat(<f32>1.98756915e-4);
  p = f32x4.add(f32x4.mul(p, r), f32x4.splat(<f32>1.3981999507e-3));
  p = f32x4.add(f32x4.mul(p, r), f32x4.splat(<f32>8.3334519073e-3));
  p = f32x4.add(f32x4.mul(p, r), f32x4.splat(<f32>4.1665795894e-2));
  p = f32x4.add(f32x4.mul(p, r), f32x4.splat(<f32>1.6666665459e-1));
  p = f32x4.add(f32x4.mul(p, r), f32x4.splat(<f32>5.0000001201e-1));
  p = f32x4.add(f32x4.add(f32x4.mul(p, f32x4.mul(r, r)), r), f32x4.splat(1));
  // 2^k by its bits; the shift drops those of 1.5 x 2^23.
  const power = i32x4.shl(i32x4.add(rounded, i32x4.splat(127)), 23);
  return f32x4.mul(p, power);
}

/** 1 / (1 + e^-x) of four float32 lanes. */
export function sigmoid32(x: v128): v128 {
  const one = f32x4.splat(1);
  return f32x4.div(one, f32x4.add(one, exp32(f32x4.neg(x))));
}
