import type { Identity } from "../data/same-ids.ts";
import type { NormTotals } from "../stages/norm-totals.ts";
import type { ScaleFactor } from "../stages/scale.ts";

/** Row norms of a table, as numbers to compare before and after scaling. */
export interface NormStatistics {
  /** Mean L2 norm of the rows. */
  readonly mean: number;
  readonly min: number;
  readonly max: number;
  /** Root mean square of the entries. */
  readonly rms: number;
  /** Rows that are zero. */
  readonly zeroRows: number;
}

/** The report of one modality's features. */
export interface ModalityReport {
  readonly columns: number;
  readonly missingItems: number;
  /**
   * How row r of the features was matched with item r of the interactions: their IDs were `compared`, or the
   * same order was `assumed` because one of them has no IDs.
   */
  readonly itemIds: Identity;
}

/** The report of one table. */
export interface TableReport {
  readonly rows: number;
  readonly columns: number;
  readonly before: NormStatistics;
  readonly after: NormStatistics;
  /** The factor of every row; null where each row has its own (`unit`). */
  readonly factor: number | null;
}

/** The report of k-means in one modality. */
export interface ClusterReport {
  readonly clusters: number;
  readonly inertia: number;
  readonly iterations: number;
  readonly converged: boolean;
  /** Index of the run that was kept, from 0. */
  readonly restart: number;
  /** Empty clusters that were given a new centroid in that run. */
  readonly reseeded: number;
  /** Items in each cluster. */
  readonly sizes: readonly number[];
  /** Where the centroids come from a sample of the items (`sampleSize`). */
  readonly sample?: ClusterSample;
}

/** What a sample of the items costs k-means. */
export interface ClusterSample {
  /** Items that the kept run iterated over. */
  readonly items: number;
  /**
   * The share of the inertia that one more iteration over all items would save at least: the squared distances between centroids
   * and the means of their items, over the inertia.
   */
  readonly excess: number;
}

/** How the modalities' weights came from the validation rows. */
export interface WeightingReport {
  /** The cut K of the recall. */
  readonly k: number;
  /** Number of users whose validation rows were read. */
  readonly users: number;
  /** Recall@K of each modality alone. */
  readonly recall: Readonly<Record<string, number>>;
  /** Weight of each modality: sqrt(recall / the best modality's recall). */
  readonly weights: Readonly<Record<string, number>>;
}

/** Users who got the mean item because they have no item (of a modality). */
export interface FallbackReport {
  readonly count: number;
  /** Their first rows, at most ten. */
  readonly rows: readonly number[];
}

/**
 * What a warning is about:
 *
 * - `clusters-lowered`: a modality has fewer distinct rows than clusters, or the items drawn by `initSize` and `sampleSize` have,
 *   and the number of clusters was the default or no table depends on it.
 * - `zero-table`: all rows of a table of one modality are zero.
 * - `zero-rows`: some rows of a table are zero.
 * - `item-order-assumed`: no IDs say that the rows of the features are the items of the interactions.
 * - `users-without-history`, `users-without-modality`, `items-without-features`: rows that hold a mean because
 *   their own data are missing.
 */
export type WarningCode =
  | "clusters-lowered"
  | "zero-table"
  | "zero-rows"
  | "item-order-assumed"
  | "users-without-history"
  | "users-without-modality"
  | "items-without-features";

/** A fact about a fit that its tables do not show and that the user should know. */
export interface Warning {
  readonly code: WarningCode;
  /** The table or modality concerned. */
  readonly at: string;
  /** One sentence for the user. */
  readonly message: string;
}

/** The report of a fit, as plain data that depends on the input and the options alone. */
export interface Report {
  readonly input: {
    readonly users: number;
    readonly items: number;
    readonly interactions: number;
    /** 1 - interactions / (users x items). */
    readonly sparsity: number;
    readonly weighted: boolean;
    /** Items that no user touched. */
    readonly itemsWithoutUsers: number;
    readonly modalities: Readonly<Record<string, ModalityReport>>;
  };
  /** Null unless the weights came from the validation rows. */
  readonly weighting: WeightingReport | null;
  readonly clusters: Readonly<Record<string, ClusterReport>>;
  /** Share of the squared norms that the projection keeps; null where that is not defined. */
  readonly explained: Readonly<Record<string, number | null>>;
  /** By table name: `users`, `items`, `users.<modality>`. */
  readonly tables: Readonly<Record<string, TableReport>>;
  /** Users without any interaction: they hold the mean item vector. */
  readonly usersWithoutHistory: FallbackReport;
  /**
   * Users with interactions, none of whose items has the modality: the modality's part of their vectors is its
   * mean item.
   */
  readonly usersWithoutModality: Readonly<Record<string, FallbackReport>>;
  /** Items without any modality: they hold the mean item vector. */
  readonly itemsWithoutFeatures: FallbackReport;
  /** Facts to know before using the tables; empty if there are none. */
  readonly warnings: readonly Warning[];
}

/** Statistics of row norms; `columns` turns norms into the entries' root mean square. */
export function normStatistics(totals: NormTotals, columns: number): NormStatistics {
  const { rows, sum, squares, min, max, zeroRows } = totals;
  if (rows === 0) return { mean: 0, min: 0, max: 0, rms: 0, zeroRows: 0 };
  return { mean: sum / rows, min, max, rms: Math.sqrt(squares / (rows * columns)), zeroRows };
}

/** The statistics of the norms after scaling. */
export function scaledStatistics(totals: NormTotals, columns: number, factor: ScaleFactor): NormStatistics {
  if (factor === "unit") {
    const ones = totals.rows - totals.zeroRows;
    const unit = { sum: ones, squares: ones, min: totals.zeroRows > 0 ? 0 : 1, max: ones > 0 ? 1 : 0 };
    return normStatistics({ ...totals, ...unit }, columns);
  }
  const { mean, min, max, rms, zeroRows } = normStatistics(totals, columns);
  return { mean: mean * factor, min: min * factor, max: max * factor, rms: rms * factor, zeroRows };
}
