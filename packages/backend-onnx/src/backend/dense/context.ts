import type { Device, Matrix } from "@wellbegun/core/backend";
import type { Sessions, View } from "../sessions.ts";

/** The context of the dense operations: the device that holds the matrices, and the sessions. */
export interface Context {
  readonly host: Device;
  readonly sessions: Sessions;
}

/** Approximate bytes of rows in one run: enough to keep every thread busy, few enough for any device. */
const RUN_BYTES: number = 16 * 2 ** 20;

/** Rows of `columns` float32 values that one run takes. */
export function runRows(columns: number): number {
  return Math.max(1, Math.floor(RUN_BYTES / (columns * 4)));
}

/** The blocks of `size` that cover `count` things: `[first, length]` each. */
export function* blocks(count: number, size: number): Generator<[first: number, length: number]> {
  for (let first = 0; first < count; first += size) yield [first, Math.min(size, count - first)];
}

/** Lends rows of a matrix, without a copy, while `use` runs. */
export async function lend<T>(
  host: Device,
  matrix: Matrix,
  first: number,
  rows: number,
  use: (view: View) => Promise<T>,
): Promise<T> {
  return await host.read(matrix, first, rows, (values) => use({ values, rows, columns: matrix.columns }));
}

/** Adds `values` to rows of a matrix. */
export async function addRows(
  host: Device,
  matrix: Matrix,
  first: number,
  rows: number,
  values: Float32Array | Float64Array,
): Promise<void> {
  // The array of `write` has undefined content, so the old values come from `read`.
  await host.read(matrix, first, rows, (old) =>
    host.write(matrix, first, rows, (into) => {
      for (let p = 0; p < into.length; p++) into[p] = old[p]! + values[p]!;
    }),
  );
}
