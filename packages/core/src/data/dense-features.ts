import { describe } from "../describe.ts";
import { WellbegunError } from "../errors.ts";
import { namesOf, refuseUnknownKeys } from "../options/known-keys.ts";
import type { FeatureSource } from "./features.ts";
import { float16ToFloat32 } from "./float16.ts";
import type { IdIndex } from "./ids.ts";
import { type Mask, readMask } from "./mask.ts";

/**
 * Arrays that {@link denseFeatures} takes: plain or typed arrays of numbers. `Uint16Array` holds the bits of
 * float16 values; integers of 64 bits are rounded to the nearest float32.
 */
export type FeatureArray = ArrayLike<number> | BigInt64Array | BigUint64Array;

/** Options of {@link denseFeatures}. */
export interface DenseFeaturesOptions {
  /** 1 or true for each row without features, 0 or false for the others. Default: none is missing. */
  readonly missing?: Mask | undefined;
  /**
   * The raw item ID of each row. Default: unknown; rows are then assumed to be in the order of the
   * interactions' items.
   */
  readonly ids?: IdIndex | undefined;
  /** The name of the features in errors. */
  readonly label?: string | undefined;
}

const doing = "reading features";
const optionNames = namesOf<DenseFeaturesOptions>({ missing: true, ids: true, label: true });

/**
 * Features from an array in memory, rows x columns, row-major. float64 is rounded to float32 and float16 (as
 * bits in a Uint16Array) is widened, block by block as they are read. A typed array is not copied; a plain
 * array is.
 *
 * @throws {WellbegunError} `mismatch` if the array's length is not rows * columns, or there are not as many IDs
 * or mask entries as rows; `invalid-data` naming the row and column of a value of a plain array that is not
 * a number, the row of a mask entry other than 0, 1, false and true, or sizes that are not whole numbers;
 * `invalid-option` for an unknown option.
 */
export function denseFeatures(
  data: FeatureArray,
  rows: number,
  columns: number,
  options: DenseFeaturesOptions = {},
): FeatureSource {
  refuseUnknownKeys(doing, options, optionNames);
  const { ids, label } = options;
  const at = label === undefined ? {} : { at: label };
  if (!Number.isInteger(rows) || !Number.isInteger(columns) || rows < 0 || columns < 1) {
    const expected = "a whole number of rows (>= 0) and columns (>= 1)";
    throw new WellbegunError("invalid-data", { doing, expected, found: `${rows} x ${columns}`, ...at });
  }
  if (data?.length !== rows * columns) {
    const nested = Array.isArray(data) && data.length === rows && Array.isArray(data[0]);
    throw new WellbegunError("mismatch", {
      doing,
      expected: `${rows} x ${columns} = ${rows * columns} values`,
      found: typeof data?.length === "number" ? `${data.length}` : describe(data),
      ...at,
      ...(nested ? { hint: "Give all rows in one array, one after the other: rows.flat()." } : {}),
    });
  }
  if (ids !== undefined && ids.size !== rows) {
    throw new WellbegunError("mismatch", {
      doing: "reading the IDs of features",
      expected: `${rows} IDs, one for each row`,
      found: `${ids.size}`,
      ...at,
    });
  }
  const values = isTyped(data) ? data : plainValues(data, columns, label);
  return {
    rows,
    columns,
    ids,
    missing: options.missing === undefined ? undefined : readMask(options.missing, rows, label),
    label,
    read: (firstRow, count, into) => copyValues(values, firstRow * columns, count * columns, into),
  };
}

/** A typed array of numbers, whose `subarray` is a view. */
interface TypedNumbers extends ArrayLike<number> {
  subarray(start: number, end: number): ArrayLike<number>;
}

type Values = TypedNumbers | BigInt64Array | BigUint64Array;

function copyValues(values: Values, first: number, count: number, into: Float32Array): void {
  const part = values.subarray(first, first + count);
  if (part instanceof Uint16Array) float16ToFloat32(part, into);
  else if (part instanceof BigInt64Array || part instanceof BigUint64Array)
    into.set(Array.from(part, Number));
  else into.set(part);
}

function isTyped(data: FeatureArray): data is Values {
  return ArrayBuffer.isView(data);
}

/** The values of a plain array, which may hold anything in a JavaScript program. */
function plainValues(data: FeatureArray, columns: number, label: string | undefined): Float32Array {
  const values = new Float32Array(data.length);
  for (let i = 0; i < data.length; i++) {
    const value: unknown = data[i];
    if (typeof value !== "number") {
      const place = `row ${Math.floor(i / columns)}, column ${i % columns}`;
      throw new WellbegunError("invalid-data", {
        doing,
        expected: "a number",
        found: describe(value),
        at: label === undefined ? place : `${label}, ${place}`,
      });
    }
    values[i] = value;
  }
  return values;
}
