import type { Random } from "@wellbegun/core/support";

/**
 * Random draws that are identical on every runtime: they use only operations that IEEE 754 rounds exactly (+,
 * -, *, /, square root), because engines may differ in the last bits of Math.pow, Math.log and Math.sin, and
 * one such bit can move an interaction to another item.
 */

// An error of 2^-40 in an exponent changes no draw noticeably.
const EXPONENT_BITS = 40;

/** `base ** exponent` for a base above 0, through repeated square roots: the same bits on every runtime. */
export function power(base: number, exponent: number): number {
  const magnitude = Math.abs(exponent);
  const whole = Math.floor(magnitude);
  let result = 1;
  for (let i = 0; i < whole; i++) result *= base;
  let fraction = magnitude - whole;
  let root = base;
  for (let bit = 0; bit < EXPONENT_BITS && fraction > 0; bit++) {
    root = Math.sqrt(root);
    fraction *= 2;
    if (fraction >= 1) {
      result *= root;
      fraction -= 1;
    }
  }
  return exponent < 0 ? 1 / result : result;
}

/** A bell-shaped number with mean 0 and variance 1: the sum of four uniforms (Irwin-Hall), within +-3.47. */
export function bell(random: Random): number {
  const sum = random.uniform() + random.uniform() + random.uniform() + random.uniform();
  return (sum - 2) * BELL_SCALE;
}

const BELL_SCALE: number = Math.sqrt(3);

/** A random order of 0 .. count - 1 (Fisher-Yates). */
export function permutation(count: number, random: Random): Uint32Array {
  const order = new Uint32Array(count);
  for (let i = 0; i < count; i++) order[i] = i;
  shuffle(order, random);
  return order;
}

/** Puts the values into a random order, in place. */
export function shuffle(values: Uint32Array, random: Random): void {
  for (let i = values.length - 1; i > 0; i--) {
    const j = random.integer(i + 1);
    const kept = values[i]!;
    values[i] = values[j]!;
    values[j] = kept;
  }
}

/** Draws members with probabilities proportional to their weights. */
export class WeightedSampler {
  readonly #members: Uint32Array;
  readonly #cumulative: Float64Array;

  /** @param weights the weight of every possible member, indexed by member; all above 0. */
  constructor(members: Uint32Array, weights: Float64Array) {
    this.#members = members;
    this.#cumulative = new Float64Array(members.length);
    let sum = 0;
    for (let m = 0; m < members.length; m++) {
      sum += weights[members[m]!]!;
      this.#cumulative[m] = sum;
    }
  }

  draw(random: Random): number {
    const cumulative = this.#cumulative;
    const last = cumulative.length - 1;
    const target = random.uniform() * cumulative[last]!;
    let low = 0;
    let high = last;
    while (low < high) {
      const middle = (low + high) >>> 1;
      if (cumulative[middle]! > target) high = middle;
      else low = middle + 1;
    }
    return this.#members[low]!;
  }
}
