import { INTEGER_LENGTH } from "../runtime/layout.ts";

/**
 * The most by which a vector of 16-bit integers differs from the vector that it stands for, in its unit: h sqrt(d), where h is 1/2
 * and a little for the float32 roundings before (the origin taken off, the factor, the product).
 */
export function integerRounding(depth: number): number {
  return (0.5 + INTEGER_LENGTH * 2 ** -22) * Math.sqrt(depth);
}
