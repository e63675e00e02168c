import type { EncoderIdentity } from "./encoder-identity.ts";
import type { IdIndex } from "./ids.ts";

/**
 * The content features of one modality: one row for each item, read in blocks of rows, so that the source can
 * be a file, a fetch or an array in memory. Row r belongs to item row r of the interactions. Where both have
 * IDs, the IDs are compared; otherwise the same order is assumed, and the fit's report says so.
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
  /**
   * Whether the rows were placed by the items' IDs where these are the row numbers, so that there is no list to compare. Default:
   * false.
   */
  readonly placedById?: boolean | undefined;
  /** What made the features from content, which bundles record and compare. Default: unknown. */
  readonly encoder?: EncoderIdentity | undefined;
  /** The source's name in errors, such as a file path. */
  readonly label?: string | undefined;
  /**
   * Writes rows `firstRow .. firstRow + rows - 1`, row-major, as float32 into `into` (rows x columns long).
   * Called again for the same rows when a stage needs another pass. The values of a missing row are ignored.
   */
  read(firstRow: number, rows: number, into: Float32Array): void | Promise<void>;
}
