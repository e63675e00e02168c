import type { Identity } from "../data/same-ids.ts";

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

/** What was read of one modality. */
export interface ModalityReport {
  readonly columns: number;
  readonly missingItems: number;
  /**
   * How it is known that row r of the features belongs to item r of the interactions: their IDs were `compared`, or the same
   * order was `assumed`, because one of them has no IDs.
   */
  readonly itemIds: Identity;
}

/** What became of one table. */
export interface TableReport {
  readonly rows: number;
  readonly columns: number;
  readonly before: NormStatistics;
  readonly after: NormStatistics;
  /** What every row was multiplied with; null where each row has its own factor (`unit`). */
  readonly factor: number | null;
}

/** What k-means found in one modality. */
export interface ClusterReport {
  readonly clusters: number;
  readonly inertia: number;
  readonly iterations: number;
  readonly converged: boolean;
  /** Which of the runs won, from 0. */
  readonly restart: number;
  /** Empty clusters that were given a new centroid in that run. */
  readonly reseeded: number;
  /** Items in each cluster. */
  readonly sizes: readonly number[];
}

/** Users who were given the mean item, because they have no item (of a modality). */
export interface FallbackReport {
  readonly count: number;
  /** Their first rows, at most ten. */
  readonly rows: readonly number[];
}

/**
 * What a warning is about:
 *
 * - `clusters-lowered`: a modality has fewer distinct rows than clusters by default, or than no table depends on.
 * - `zero-table`: all rows of a table of one modality are zero.
 * - `zero-rows`: some rows of a table are zero.
 * - `item-order-assumed`: no IDs say that the rows of the features are the items of the interactions.
 * - `users-without-history`, `users-without-modality`, `items-without-features`: rows that hold a mean in place of what is
 *   not known.
 */
export type WarningCode =
  | "clusters-lowered"
  | "zero-table"
  | "zero-rows"
  | "item-order-assumed"
  | "users-without-history"
  | "users-without-modality"
  | "items-without-features";

/** Something about a fit that its tables do not show, and that a person should know. */
export interface Warning {
  readonly code: WarningCode;
  /** The table or the modality that it is about. */
  readonly at: string;
  /** One sentence for people. */
  readonly message: string;
}

/** Everything worth knowing about a fit, as plain data that depends on the input and the options alone. */
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
  readonly clusters: Readonly<Record<string, ClusterReport>>;
  /** Share of the squared norms that the projection keeps; null where that is not defined. */
  readonly explained: Readonly<Record<string, number | null>>;
  /** By table name: `users`, `items`, `users.<modality>`. */
  readonly tables: Readonly<Record<string, TableReport>>;
  /** Users without any interaction: they hold the mean item vector. */
  readonly usersWithoutHistory: FallbackReport;
  /** Users with interactions of whom no item has the modality: that part of theirs is its mean. */
  readonly usersWithoutModality: Readonly<Record<string, FallbackReport>>;
  /** Items without any modality: they hold the mean item vector. */
  readonly itemsWithoutFeatures: FallbackReport;
  /** What a reader of the tables should know before using them; empty where there is nothing of the kind. */
  readonly warnings: readonly Warning[];
}

/** Statistics of row norms; `columns` turns norms into the entries' root mean square. */
export function normStatistics(norms: Float32Array, columns: number): NormStatistics {
  let sum = 0;
  let squares = 0;
  let min = Number.POSITIVE_INFINITY;
  let max = 0;
  let zeroRows = 0;
  // No iterator: it makes an object for every row until the loop is compiled.
  for (let row = 0; row < norms.length; row++) {
    const norm = norms[row]!;
    sum += norm;
    squares += norm * norm;
    if (norm < min) min = norm;
    if (norm > max) max = norm;
    if (norm === 0) zeroRows++;
  }
  const rows = norms.length;
  if (rows === 0) return { mean: 0, min: 0, max: 0, rms: 0, zeroRows: 0 };
  return { mean: sum / rows, min, max, rms: Math.sqrt(squares / (rows * columns)), zeroRows };
}

/** Counts rows and keeps the first ten. */
export function fallbackReport(rows: ArrayLike<number>): FallbackReport {
  return { count: rows.length, rows: Array.from({ length: Math.min(10, rows.length) }, (_, i) => rows[i]!) };
}
