/**
 * Numbers of twice float32's precision, as unevaluated sums of two: Knuth's two_sum, Dekker's two_product and their
 * compositions (Dekker 1971; Hida, Li and Bailey 2001), for sums that float32 alone would spoil.
 *
 * They depend on the exact rounding of each operation, but WGSL allows compilers to reassociate and fuse, and
 * the Metal and D3D compilers do. `hold` computes the exclusive or of a value with a zero that only the caller
 * knows, so that a compiler cannot optimize across it.
 */
export const double: string = /* wgsl */ `
fn hold(a: f32) -> f32 { return bitcast<f32>(bitcast<u32>(a) ^ p.zero); }

// a + b exactly, as its rounding and the error of that.
fn two_sum(a: f32, b: f32) -> vec2f {
  let s = hold(a + b);
  let v = hold(s - a);
  let w = hold(s - v);
  return vec2f(s, hold(a - w) + hold(b - v));
}

// The same for |a| >= |b|.
fn quick_two_sum(a: f32, b: f32) -> vec2f {
  let s = hold(a + b);
  return vec2f(s, b - hold(s - a));
}

// The upper 12 bits of a number, and the rest.
fn split(a: f32) -> vec2f {
  let t = hold(4097.0 * a);
  let high = hold(t - hold(t - a));
  return vec2f(high, a - high);
}

// a b exactly, as its rounding and the error of that; without the error where its parts are so small that devices
// may flush them to zero.
fn two_product(a: f32, b: f32) -> vec2f {
  let high = hold(a * b);
  let u = split(a);
  let v = split(b);
  let e = hold(hold(u.x * v.x - high) + u.x * v.y);
  return vec2f(high, select(hold(e + u.y * v.x) + u.y * v.y, 0.0, abs(high) < 1e-30));
}

// A running sum (Neumaier 1974): the lower half collects the errors, and is added at the end.
fn add_term(sum: vec2f, term: f32) -> vec2f {
  let s = two_sum(sum.x, term);
  return vec2f(s.x, sum.y + s.y);
}

fn add_pair(sum: vec2f, term: vec2f) -> vec2f {
  let s = two_sum(sum.x, term.x);
  return vec2f(s.x, sum.y + (s.y + term.y));
}

fn times(a: vec2f, b: vec2f) -> vec2f {
  let product = two_product(a.x, b.x);
  return quick_two_sum(product.x, product.y + (a.x * b.y + a.y * b.x));
}

fn square(a: vec2f) -> vec2f {
  let product = two_product(a.x, a.x);
  return vec2f(product.x, product.y + 2.0 * a.x * a.y);
}

// Square root by one step of Newton's iteration, since sqrt alone may be off in its last bits.
fn root(a: vec2f) -> vec2f {
  let whole = quick_two_sum(a.x, a.y);
  if (whole.x <= 0.0) { return vec2f(0.0, 0.0); }
  let guess = hold(sqrt(whole.x));
  let taken = two_product(guess, guess);
  let rest = hold(hold(whole.x - taken.x) - taken.y) + whole.y;
  return quick_two_sum(guess, rest / (2.0 * guess));
}

// a / b, rounded once.
fn quotient(a: vec2f, b: vec2f) -> f32 {
  let guess = hold(a.x / b.x);
  let taken = two_product(guess, b.x);
  let rest = hold(hold(a.x - taken.x) - taken.y) + (a.y - guess * b.y);
  return guess + rest / b.x;
}
`;

/**
 * Powers of two that bring numbers whose largest has the bits `top` to about 1, where squares neither overflow nor
 * vanish; and back. Multiplying by them is exact.
 */
export const powers: string = /* wgsl */ `
const INFINITE = 0x7f800000u;

fn magnitude(a: f32) -> u32 { return bitcast<u32>(a) & 0x7fffffffu; }
fn exponent(top: u32) -> u32 { return clamp(top >> 23u, 1u, 253u); }
fn shrink(top: u32) -> f32 { return bitcast<f32>((254u - exponent(top)) << 23u); }
fn restore(top: u32) -> f32 { return bitcast<f32>(exponent(top) << 23u); }
`;
