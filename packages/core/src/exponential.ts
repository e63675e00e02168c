/**
 * exp and log from additions and products alone. `Math.exp` and `Math.log` may differ in the last bit from one JavaScript
 * engine to another; these give the same bits everywhere, which training needs to give the same model.
 */

const LN2_HIGH = 0.6931471803691238;
const LN2_LOW = 1.9082149292705877e-10;
const LEAST = -745;
const MOST = 709;
/** Steps of the exponent between two powers of 2. */
const STEPS = 32;
/** Added and subtracted, it rounds a float64 of less than 2^51 to a whole number. */
const ROUNDER = 6755399441055744;
/** 2^(j / 32). */
const roots: Float64Array = fractionalPowers();
/** 2^k at k + 1100. */
const powers: Float64Array = wholePowers();

/** e^x within a few units of the last place; 0 below -745, Infinity above 709. NaN stays NaN. */
export function exp(x: number): number {
  if (!(x >= LEAST)) return x < LEAST ? 0 : x;
  if (x > MOST) return Number.POSITIVE_INFINITY;
  // x = k ln(2) / 32 + r, |r| <= ln(2) / 64: the Taylor series to r^6 leaves out less than 2^-58.
  const k = x * (STEPS * Math.LOG2E) + ROUNDER - ROUNDER;
  const r = x - k * (LN2_HIGH / STEPS) - k * (LN2_LOW / STEPS);
  const series = 1 + r * (1 + r * (1 / 2 + r * (1 / 6 + r * (1 / 24 + r * (1 / 120 + r * (1 / 720))))));
  return series * roots[k & 31]! * powers[(k >> 5) + 1100]!;
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

function fractionalPowers(): Float64Array {
  const table = new Float64Array(STEPS).fill(1);
  let root = 2;
  for (let bit = STEPS / 2; bit >= 1; bit /= 2) {
    root = Math.sqrt(root);
    for (let j = 0; j < STEPS; j++) if ((j & bit) !== 0) table[j]! *= root;
  }
  return table;
}

function wholePowers(): Float64Array {
  const table = new Float64Array(2200);
  table[1100] = 1;
  for (let k = 1; k < 1100; k++) {
    table[1100 + k] = table[1099 + k]! * 2;
    table[1100 - k] = table[1101 - k]! / 2;
  }
  return table;
}
