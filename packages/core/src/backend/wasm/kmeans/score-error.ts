import { integerRounding } from "../products/integer-rounding.ts";
import { DEPTH, INTEGER_LENGTH } from "../runtime/layout.ts";
import type { Numbers } from "./pass.ts";

/** Unit roundoff of float32, its smallest step above zero, and the unit roundoff of float64. */
const UNIT = 2 ** -24;
const SMALLEST = 2 ** -149;
const UNIT64 = 2 ** -53;

/** Sizes of one centroid, all rounded by float64 arithmetic only. */
export interface CentroidSizes {
  /** |c - origin|. */
  readonly norm: number;
  /** The constant of its scores, ||c|^2 - |origin|^2|. */
  readonly constant: number;
  /** |c + origin|. */
  readonly sum: number;
}

/** A centroid's coordinates a in a basis of `size` directions. */
export interface CoordinateSizes {
  /** |a| and the sum of |a_j|. */
  readonly norm: number;
  readonly absolute: number;
  /** Norm of the part of the centroid outside the basis. */
  readonly residual: number;
}

/** Bound on the error of the scores of one centroid: at most `outside * |rest of x| + inside * |x| + base`. */
export interface ScoreError {
  readonly outside: number;
  readonly inside: number;
}

/**
 * Relative error of a product of `depth` terms against the product of the norms: chunks of 128 terms are summed, then
 * the chunks (Higham, Accuracy and Stability of Numerical Algorithms, section 3.1, with Cauchy-Schwarz).
 */
export function productError(depth: number): number {
  return 1.01 * UNIT * (Math.min(depth, DEPTH) + Math.ceil(depth / DEPTH) + 2);
}

/**
 * Bound on a basis's distance from orthonormality: the norm of its Gram matrix minus the identity
 * (kernels/basis.ts).
 */
export function basisError(size: number): number {
  return size * 2 ** -21;
}

/** The error of scores from float32 products of the rows as they are, and some roundings of x (c - origin). */
export function directError(columns: number, { norm }: CentroidSizes): ScoreError {
  return {
    outside: 0,
    inside: roundUp32(2 * (productError(columns) + 8 * UNIT) * norm + 8 * columns * SMALLEST),
  };
}

/** Norms outside of this range have no unit: their products are NaN, and distances decide. */
const [LEAST_NORM, LARGEST_NORM] = [1e-12, 1e12];

/** What 1 means in the 16-bit integers of a vector of that norm. */
export function integerUnit(norm: number): number {
  if (!(norm >= LEAST_NORM && norm <= LARGEST_NORM)) return Number.NaN;
  return 1 / Math.fround(INTEGER_LENGTH / norm);
}

/**
 * The error of scores from 16-bit integers, whose vectors are both INTEGER_LENGTH long: by Cauchy-Schwarz a vector's roundings
 * change a product by at most their own length times that of the other vector. Their sums are exact; the units and the conversion
 * to float32 add some roundings.
 */
export function integerError(columns: number, { norm }: CentroidSizes): ScoreError {
  const share = integerRounding(columns) / INTEGER_LENGTH;
  return { outside: 0, inside: roundUp32(2 * 1.001 * (share * (2 + share) + 16 * UNIT) * norm) };
}

/**
 * The error of scores from float32 products of rows, each in eight parts (kernels/four-products.ts). Rows whose norms are known
 * less the origin are at most that much longer.
 */
export function productScoreError(
  columns: number,
  sizes: readonly CentroidSizes[],
  originNorm: number,
): Pick<Numbers, "base" | "reach" | "largest" | "tiny"> & { readonly inside: Float32Array } {
  const common = commonError(columns, sizes, 0);
  const share = 2.04 * UNIT * (columns / 8 + 32);
  const inside = Float32Array.from(sizes, ({ norm }) => roundUp32(share * norm));
  return {
    ...common,
    base: roundUp32(common.base + Math.max(...inside) * originNorm),
    largest: common.largest + common.reach * originNorm,
    inside,
  };
}

/**
 * The error of scores from coordinates. With B the basis, t the computed B x, and c = B^T a + r for any a: x c
 * = t a + (B x - t) a + x r. The middle term is the rounding of t. In the last term, the part of x outside the
 * basis is multiplied by at most |r|, and the part inside by B r, which is small where a is close to B c and B
 * is close to orthonormal. r is computed in float32, so its norm has an error of its own.
 */
export function basisScoreError(
  columns: number,
  size: number,
  { norm }: CentroidSizes,
  { norm: length, absolute, residual }: CoordinateSizes,
): ScoreError {
  const wide = productError(columns);
  const narrow = productError(size);
  const rounding = (narrow + 2 * UNIT) * (1.01 * absolute + norm) + 1.01 * UNIT * norm;
  const outside = 2 * (1.000001 * residual + rounding + columns * size * SMALLEST);
  const coordinates = wide * absolute + narrow * length + (wide + 2 * UNIT) * Math.sqrt(size) * norm;
  const inside = 2.05 * (coordinates + basisError(size) * length + 8 * UNIT * norm);
  return { outside: roundUp32(outside), inside: roundUp32(inside + 16 * (columns + size) * SMALLEST) };
}

/** The error that all scores share: rounding of the constants, float64 sums, and underflow. */
export function commonError(
  columns: number,
  sizes: readonly CentroidSizes[],
  largestAbsolute: number,
): Pick<Numbers, "base" | "reach" | "largest" | "tiny"> {
  let norm = 0;
  let constant = 0;
  let sum = 0;
  for (const size of sizes) {
    norm = Math.max(norm, size.norm);
    constant = Math.max(constant, size.constant);
    sum = Math.max(sum, size.sum);
  }
  const sum64 = 1.01 * (columns + 4) * UNIT64 * norm * sum;
  return {
    base: roundUp32(4.04 * UNIT * constant + sum64 + 16 * columns * SMALLEST * (2 + largestAbsolute)),
    reach: Math.max(2.1 * norm, 2.1),
    largest: Math.max(1.1 * constant, norm),
    tiny: 2 * columns * SMALLEST,
  };
}

/** A float32 number not below `value`, with a margin for the roundings of the kernel's sum. */
export function roundUp32(value: number): number {
  return Math.fround(value * (1 + 2 ** -20)) + SMALLEST;
}
