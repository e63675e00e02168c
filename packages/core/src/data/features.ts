import type { IdIndex } from "./ids.ts";

/**
 * The content features of one modality: one row for each item, read in blocks of rows, so that a file on disk, a
 * fetch or an array in memory all serve. Row r belongs to item row r of the interactions: where both have IDs these are
 * compared, and where one has none, the same order is assumed and the fit's report says so.
 */
export interface FeatureSource {
  /** Number of items. */
  readonly rows: number;
  /** Width of the features, D_m. */
  readonly columns: number;
  /** 1 for each item that has no features of this modality, else 0; left out when none is missing. */
  readonly missing?: Uint8Array | undefined;
  /** The raw item ID of each row. Default: unknown. */
  readonly ids?: IdIndex | undefined;
  /** What to call this source in errors, such as a file path. */
  readonly label?: string | undefined;
  /**
   * Writes rows `firstRow .. firstRow + rows - 1`, row-major, as float32 into `into` (rows x columns long). Called
   * again for the same rows when a stage needs another pass. What it writes for a missing row does not matter.
   */
  read(firstRow: number, rows: number, into: Float32Array): void | Promise<void>;
}
