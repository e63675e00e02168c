/** a * b + c; one rounding where the relaxed instructions are there, else two. */
export function madd(a: v128, b: v128, c: v128): v128 {
  if (ASC_FEATURE_RELAXED_SIMD) return f32x4.relaxed_madd(a, b, c);
  return f32x4.add(f32x4.mul(a, b), c);
}

/** {@link madd} for float64 lanes. */
export function madd64(a: v128, b: v128, c: v128): v128 {
  if (ASC_FEATURE_RELAXED_SIMD) return f64x2.relaxed_madd(a, b, c);
  return f64x2.add(f64x2.mul(a, b), c);
}

/** The lower two of four float32 lanes as float64. */
export function low64(x: v128): v128 {
  return f64x2.promote_low_f32x4(x);
}

/** The upper two of four float32 lanes as float64. */
export function high64(x: v128): v128 {
  return f64x2.promote_low_f32x4(i8x16.shuffle(x, x, 8, 9, 10, 11, 12, 13, 14, 15, 0, 1, 2, 3, 4, 5, 6, 7));
}

/** Sum of the two float64 lanes. */
export function sum64(x: v128): f64 {
  return f64x2.extract_lane(x, 0) + f64x2.extract_lane(x, 1);
}

/** Sum of the four float32 lanes, in float64. */
export function sum32(x: v128): f64 {
  return sum64(f64x2.add(low64(x), high64(x)));
}
