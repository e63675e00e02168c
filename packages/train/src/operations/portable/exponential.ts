/**
 * exp and log from additions and products alone. `Math.exp` and `Math.log` may differ in the last bit from one JavaScript
 * engine to another; these give the same bits everywhere, which training needs to give the same model.
 */

const LN2_HIGH = 0.6931471803691238;
const LN2_LOW = 1.9082149292705877e-10;
const LEAST = -745;
const MOST = 709;
/** 2^k at k + 1100. */
const powers: Float64Array = powersOfTwo();

/** e^x within two units of the last place; 0 below -745, Infinity above 709. NaN stays NaN. */
export function exp(x: number): number {
  if (!(x >= LEAST)) return x < LEAST ? 0 : x;
  if (x > MOST) return Number.POSITIVE_INFINITY;
  const k = Math.round(x * Math.LOG2E);
  const r = x - k * LN2_HIGH - k * LN2_LOW;
  // The Taylor series to r^13; |r| <= ln(2) / 2, so that what is left out is below 2^-57.
  const high = 1 / 5040 + r * (1 / 40320 + r * (1 / 362880 + r * (1 / 3628800 + r * lastTerms(r))));
  const low =
    1 + r * (1 + r * (1 / 2 + r * (1 / 6 + r * (1 / 24 + r * (1 / 120 + r * (1 / 720 + r * high))))));
  return low * powers[k + 1100]!;
}

/** The natural logarithm of a positive, finite number. */
export function log(x: number): number {
  let exponent = 0;
  let mantissa = x;
  while (mantissa > Math.SQRT2) {
    mantissa *= 0.5;
    exponent++;
  }
  while (mantissa < Math.SQRT1_2) {
    mantissa *= 2;
    exponent--;
  }
  return exponent * LN2_HIGH + (logOfRatio((mantissa - 1) / (mantissa + 1)) + exponent * LN2_LOW);
}

/** log(1 + y) for y from 0 to 1, exact near 0. */
export function log1p(y: number): number {
  return logOfRatio(y / (2 + y));
}

/** base^exponent of a positive base. */
export function power(base: number, exponent: number): number {
  return exp(exponent * log(base));
}

/** 1 / (1 + e^-x). */
export function sigmoid(x: number): number {
  return 1 / (1 + exp(-x));
}

/** log((1 + s) / (1 - s)) = 2 (s + s^3/3 + s^5/5 + ...) for |s| <= 1/3. */
function logOfRatio(s: number): number {
  const square = s * s;
  let sum = 0;
  for (let k = 33; k >= 3; k -= 2) sum = (sum + 1 / k) * square;
  return 2 * s * (1 + sum);
}

function lastTerms(r: number): number {
  return 1 / 39916800 + r * (1 / 479001600 + r / 6227020800);
}

function powersOfTwo(): Float64Array {
  const table = new Float64Array(2200);
  table[1100] = 1;
  for (let k = 1; k < 1100; k++) {
    table[1100 + k] = table[1099 + k]! * 2;
    table[1100 - k] = table[1101 - k]! / 2;
  }
  return table;
}
