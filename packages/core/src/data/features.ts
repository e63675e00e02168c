import { WellbegunError } from "../errors.ts";
import { float16ToFloat32 } from "./float16.ts";
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

/** Arrays that {@link denseFeatures} takes; `Uint16Array` holds the bits of float16 values. */
export type FeatureArray = Float32Array | Float64Array | Uint16Array;

/** Options of {@link denseFeatures}. */
export interface DenseFeaturesOptions {
  /** 1 for each row without features. Default: none is missing. */
  readonly missing?: Uint8Array | undefined;
  /** The raw item ID of each row. Default: unknown, so that the order of the interactions' items is assumed. */
  readonly ids?: IdIndex | undefined;
  /** What to call the features in errors. */
  readonly label?: string | undefined;
}

/**
 * Features from an array in memory, rows x columns, row-major. float64 is rounded to float32 and float16 (as bits
 * in a Uint16Array) is widened, block by block as they are read; the array itself is not copied.
 *
 * @throws {WellbegunError} `mismatch` if the array's length is not rows * columns, or there are not as many IDs as rows.
 */
export function denseFeatures(
  data: FeatureArray,
  rows: number,
  columns: number,
  options: DenseFeaturesOptions = {},
): FeatureSource {
  const at = options.label;
  if (!Number.isInteger(rows) || !Number.isInteger(columns) || rows < 0 || columns < 1) {
    throw new WellbegunError("invalid-data", {
      doing: "reading features",
      expected: "a whole number of rows (>= 0) and columns (>= 1)",
      found: `${rows} x ${columns}`,
      ...(at === undefined ? {} : { at }),
    });
  }
  if (data.length !== rows * columns) {
    throw new WellbegunError("mismatch", {
      doing: "reading features",
      expected: `${rows} x ${columns} = ${rows * columns} values`,
      found: `${data.length}`,
      ...(at === undefined ? {} : { at }),
    });
  }
  if (options.missing !== undefined && options.missing.length !== rows) {
    throw new WellbegunError("mismatch", {
      doing: "reading the mask of missing rows",
      expected: `${rows} entries, one for each row`,
      found: `${options.missing.length}`,
      ...(at === undefined ? {} : { at }),
    });
  }
  if (options.ids !== undefined && options.ids.size !== rows) {
    throw new WellbegunError("mismatch", {
      doing: "reading the IDs of features",
      expected: `${rows} IDs, one for each row`,
      found: `${options.ids.size}`,
      ...(at === undefined ? {} : { at }),
    });
  }
  return {
    rows,
    columns,
    ids: options.ids,
    missing: options.missing,
    label: options.label,
    read(firstRow, count, into) {
      const block = data.subarray(firstRow * columns, (firstRow + count) * columns);
      if (block instanceof Uint16Array) float16ToFloat32(block, into);
      else into.set(block);
    },
  };
}
