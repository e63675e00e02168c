import type { SparseMatrix } from "@wellbegun/core/backend";

/**
 * The rows x n matrix with a 1 at (`targets[c]`, c): its product with n rows adds row c to row `targets[c]`, as
 * for adding the gradients of a batch to a table. Rows are added in the order of the batch.
 */
export function scatterMatrix(targets: Uint32Array, rows: number): SparseMatrix {
  const offsets = new Uint32Array(rows + 1);
  for (let c = 0; c < targets.length; c++) offsets[targets[c]! + 1]!++;
  for (let r = 0; r < rows; r++) offsets[r + 1]! += offsets[r]!;
  const next = offsets.slice(0, rows);
  const indices = new Uint32Array(targets.length);
  for (let c = 0; c < targets.length; c++) indices[next[targets[c]!]!++] = c;
  return { rows, columns: targets.length, offsets, indices };
}
