import { WellbegunError } from "@wellbegun/core";
import { float16ToFloat32 } from "@wellbegun/core/support";
import type { Pooling } from "./spec.ts";

/** A model's output. */
export interface ModelOutput {
  /** `float32` or `float16`. Default: what the class of the data says. */
  readonly type?: string;
  readonly data: unknown;
  readonly dims: readonly number[];
}

/** How {@link poolRows} makes vectors. */
export interface PoolOptions {
  readonly pooling: Pooling;
  readonly normalize: boolean;
  /** Number of positions that count in each row, from the first; the others are padding. Default: all. */
  readonly lengths?: readonly number[] | undefined;
  /** What to call the model in errors. */
  readonly label: string;
}

/**
 * One vector for each row of a model's output: rows x width as it is, rows x positions x width pooled over the positions, rows x
 * channels x height x width averaged over the image.
 *
 * @param rows Number of contents that the model was given.
 * @throws {WellbegunError} `format` if the output is not float32 or float16, has other dimensions, or not one row for each content.
 */
export function poolRows(output: ModelOutput, rows: number, options: PoolOptions): Float32Array {
  const { pooling, normalize, lengths, label } = options;
  const { dims } = output;
  const data = valuesOf(output);
  const positions = dims.length === 3 ? dims[1]! : Number.POSITIVE_INFINITY;
  const fits = lengths === undefined || lengths.every((length) => length <= positions);
  if (data === undefined || dims.length < 2 || dims.length > 4 || dims[0] !== rows || !fits) {
    throw new WellbegunError("format", {
      doing: "reading a model's output",
      expected: `float32 or float16 values with 2 to 4 dimensions, the first of them ${rows}: one row for each content`,
      found: `${output.type ?? (output.data as object)?.constructor?.name} with ${dims.join(" x ")}`,
      at: label,
      hint: "Name another output of the model in the encoder's declaration.",
    });
  }
  const vectors =
    dims.length === 2
      ? data.slice()
      : dims.length === 3
        ? poolPositions(data, dims, pooling, lengths)
        : poolImage(data, dims);
  const width = rows === 0 ? 0 : vectors.length / rows;
  if (normalize) {
    for (let row = 0; row < rows; row++) unit(vectors.subarray(row * width, (row + 1) * width));
  }
  return vectors;
}

/** The values as float32; undefined for other types. Runtimes hold float16 as its bits, or as Float16Array where that exists. */
function valuesOf({ type, data }: ModelOutput): Float32Array | undefined {
  if (data instanceof Float32Array) return data;
  if (type !== "float16") return undefined;
  if (!(data instanceof Uint16Array)) return Float32Array.from(data as ArrayLike<number>);
  const values = new Float32Array(data.length);
  float16ToFloat32(data, values);
  return values;
}

function poolPositions(
  data: Float32Array,
  [rows, positions, width]: readonly number[],
  pooling: Pooling,
  lengths: readonly number[] | undefined,
): Float32Array {
  const vectors = new Float32Array(rows! * width!);
  const sums = new Float64Array(width!);
  for (let row = 0; row < rows!; row++) {
    const count = pooling === "mean" ? (lengths?.[row] ?? positions!) : 1;
    sums.fill(0);
    for (let position = 0; position < count; position++) {
      const start = (row * positions! + position) * width!;
      for (let c = 0; c < width!; c++) sums[c]! += data[start + c]!;
    }
    for (let c = 0; c < width!; c++) vectors[row * width! + c] = sums[c]! / count;
  }
  return vectors;
}

/** The mean over the pixels of each channel. */
function poolImage(data: Float32Array, [rows, channels, height, width]: readonly number[]): Float32Array {
  const vectors = new Float32Array(rows! * channels!);
  const pixels = height! * width!;
  for (let i = 0; i < vectors.length; i++) {
    let sum = 0;
    for (let p = 0; p < pixels; p++) sum += data[i * pixels + p]!;
    vectors[i] = sum / pixels;
  }
  return vectors;
}

function unit(row: Float32Array): void {
  let squares = 0;
  for (const value of row) squares += value * value;
  if (squares === 0) return;
  const factor = 1 / Math.sqrt(squares);
  for (let c = 0; c < row.length; c++) row[c]! *= factor;
}
