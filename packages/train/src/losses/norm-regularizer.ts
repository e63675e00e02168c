import type { Backend } from "@wellbegun/core";
import type { Matrix } from "@wellbegun/core/backend";

/**
 * MMRec's regularizer: the Frobenius norm of a batch's rows, not squared, divided by the size of the batch. Adds `weight`
 * times its gradient to `slope`, and returns `weight` times the loss.
 */
export async function addNormRegularizer(
  backend: Backend,
  rows: Matrix,
  weight: number,
  slope: Matrix,
): Promise<number> {
  if (weight === 0) return 0;
  const norms = await backend.rowNorms(rows);
  let squares = 0;
  for (const norm of norms) squares += norm * norm;
  const norm = Math.sqrt(squares);
  // Rows of zeros have no direction in which to shrink.
  if (norm > 0) await backend.addScaled(slope, rows, weight / (rows.rows * norm));
  return (weight * norm) / rows.rows;
}
