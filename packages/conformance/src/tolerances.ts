import type { Capabilities } from "@wellbegun/core";

/**
 * How far a backend may be from the float64 reference.
 *
 * `values` and `sums` bound an entry's error relative to that entry's own scale: the sum of the absolute values
 * of the terms that it is made of (for an entry of a product, the sum of |a_ik b_kj| over k). Rounding errors
 * are bounded in this measure: it allows for cancellation within an entry, and a large neighbor does not loosen
 * it. Values below the smallest normal float32 (1.2e-38) are not checked, since devices may flush them to zero.
 */
export interface Tolerances {
  /** Products, sparse products, transformed rows, norms, distances, scores. Default 1e-5. */
  readonly values: number;
  /**
   * Results that the interface accumulates in float64: `columnMoments`, `gram` and the sums of `assign`.
   * Default 1e-7 (float32 terms, summed without loss); 1e-5 where the backend's capabilities say
   * `accumulation: "float32"`.
   */
  readonly sums: number;
  /**
   * A label may differ from the nearest centroid's only where the two float64 squared distances agree to this,
   * relative to the smaller. Default 1e-6. Between centroids that are equal to the bit, the lower index always
   * wins.
   */
  readonly ties: number;
  /**
   * Tables of a whole fit, row by row: the L2 norm of the difference, relative to that of the row (or to a hundredth of
   * the table's RMS row norm, where a row is shorter). Default 1e-4. Labels of a fit must be equal.
   */
  readonly tables: number;
}

/** The tolerances for a backend: the defaults for its capabilities, replaced by those in `given`. */
export function tolerancesFor(capabilities: Capabilities, given: Partial<Tolerances> = {}): Tolerances {
  const sums = capabilities.accumulation === "float32" ? 1e-5 : 1e-7;
  return { values: 1e-5, sums, ties: 1e-6, tables: 1e-4, ...given };
}
