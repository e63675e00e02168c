import { createRandom } from "@wellbegun/core/support";
import type { ResolvedOptions } from "./options.ts";
import { bell, permutation, power } from "./sampling.ts";

/** Number of latent factors of an item. */
export const FACTORS = 16;

// Spread of a taste's items about its center. The centers' factors have variance 1, so groups overlap.
const SPREAD = 0.6;
// The most popular ranks of the Zipf law are flattened (Zipf-Mandelbrot): no item is in every user's history.
const HEAD_SHARE = 0.02;

/** The planted truth about the items. */
export interface Catalog {
  /** I taste groups, each from 0 to tastes - 1; every taste has items. */
  readonly tastes: Int32Array;
  /** I weights of a power law, to which an item's probability of being drawn is proportional. */
  readonly popularity: Float64Array;
  /** I x FACTORS, row-major: the center of the item's taste plus its own deviation. */
  readonly factors: Float64Array;
}

/**
 * Plants taste groups, popularity and latent factors. They are mutually independent, except that factors depend
 * on the taste.
 */
export function plantCatalog(options: ResolvedOptions): Catalog {
  const { items, seed } = options;

  const tastes = new Int32Array(items);
  const byTaste = createRandom(seed, "tastes");
  permutation(items, byTaste).forEach((item, position) => {
    tastes[item] = position < options.tastes ? position : byTaste.integer(options.tastes);
  });

  const popularity = new Float64Array(items);
  const head = Math.max(1, HEAD_SHARE * items);
  permutation(items, createRandom(seed, "popularity")).forEach((item, rank) => {
    popularity[item] = power(rank + head, -options.popularity);
  });

  const random = createRandom(seed, "factors");
  const centers = Float64Array.from({ length: options.tastes * FACTORS }, () => bell(random));
  const factors = new Float64Array(items * FACTORS);
  for (let i = 0; i < items; i++) {
    for (let f = 0; f < FACTORS; f++) {
      factors[i * FACTORS + f] = centers[tastes[i]! * FACTORS + f]! + SPREAD * bell(random);
    }
  }
  return { tastes, popularity, factors };
}
