import type { Matrix } from "@wellbegun/core/backend";
import { addRows, blocks, type Context, lend, runRows } from "./context.ts";

/** Rows of both sides of `a^T b` that are summed in float32 before their sum is added in float64. */
const SUMMED_ROWS = 2048;
/** Most values of `a^T b` whose float64 sums are kept. */
const MAX_SUMS: number = 2 ** 24;

/** Number of multiplications that a product takes. */
export function workOf(a: Matrix, out: Matrix, transposeA: boolean): number {
  return (transposeA ? a.rows : a.columns) * out.rows * out.columns;
}

/** Whether the sums of a transposed product are few enough to be kept beside it. */
export function sumsFit(out: Matrix): boolean {
  return out.rows * out.columns <= MAX_SUMS;
}

/** out = a b (+ out), a block of rows at a time, written directly into `out`. */
export async function multiply(
  { host, sessions }: Context,
  a: Matrix,
  b: Matrix,
  out: Matrix,
  accumulate: boolean,
): Promise<void> {
  for (const [first, rows] of blocks(a.rows, runRows(a.columns + out.columns))) {
    const { columns } = out;
    const partial = accumulate ? new Float32Array(rows * columns) : undefined;
    await lend(host, b, 0, b.rows, (right) =>
      lend(host, a, first, rows, async (left) => {
        if (partial !== undefined)
          await sessions.run("product", left, right, { values: partial, rows, columns });
        else {
          await host.write(out, first, rows, (values) =>
            sessions.run("product", left, right, { values, rows, columns }),
          );
        }
      }),
    );
    if (partial !== undefined) await addRows(host, out, first, rows, partial);
  }
}

/** out = a^T b (+ out). Blocks of rows are added in float64: float32 sums over millions of rows would be inexact. */
export async function multiplyTransposed(
  { host, sessions }: Context,
  a: Matrix,
  b: Matrix,
  out: Matrix,
  accumulate: boolean,
): Promise<void> {
  const { rows, columns } = out;
  const sums = new Float64Array(rows * columns);
  const partial = new Float32Array(sums.length);
  for (const [first, count] of blocks(a.rows, Math.min(SUMMED_ROWS, runRows(a.columns + b.columns)))) {
    await lend(host, a, first, count, (left) =>
      lend(host, b, first, count, (right) =>
        sessions.run("productTransposed", left, right, { values: partial, rows, columns }),
      ),
    );
    for (let p = 0; p < sums.length; p++) sums[p]! += partial[p]!;
  }
  if (accumulate) await addRows(host, out, 0, rows, sums);
  else await host.write(out, 0, rows, (into) => into.set(sums));
}
