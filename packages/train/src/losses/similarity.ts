import type { Backend } from "@wellbegun/core";
import type { Matrix, TrainingOperations } from "@wellbegun/core/backend";
import { download, type Scope, withScope } from "../operations/scope.ts";

/** Input of {@link similarityLoss}. */
export interface SimilarityBatch {
  /** Vectors of the batch's distinct items, n x d, not normalized. */
  readonly vectors: Matrix;
  /** Their features, n x D, rows of length 1. */
  readonly features: Matrix;
  /** Number of occurrences of each item in the batch. */
  readonly counts: Float64Array;
}

/**
 * AlignRec's regularizer: |E E^T - f f^T|_F / B over the batch's B items, repeated ones included. Writes `weight` times its
 * gradient by the distinct rows of E into `slope`, and returns the loss; f is a constant.
 *
 * Neither B x B product is taken. With E' = sqrt(c) E and f' = sqrt(c) f,
 * N^2 = |E'^T E'|^2 - 2 |f'^T E'|^2 + |f'^T f'|^2, and dE_r = 2 c_r / (N B) [E (E'^T E') - f (f'^T E')]_r.
 */
export async function similarityLoss(
  backend: Backend,
  operations: TrainingOperations,
  { vectors, features, counts }: SimilarityBatch,
  weight: number,
  slope: Matrix,
): Promise<number> {
  return await withScope(backend, async (scope) => {
    const roots = Float32Array.from(counts, Math.sqrt);
    const [e, f] = [await scope.copy(vectors), await scope.copy(features)];
    await backend.scaleRows(e, roots);
    await backend.scaleRows(f, roots);
    const own = await backend.gram(e);
    const cross = await scope.result(f.columns, e.columns);
    await backend.multiply(f, e, cross, { transposeA: true });
    const squared =
      squares(own) -
      2 * squares(await download(backend, cross)) +
      (await gramSquares(backend, operations, scope, f));
    const norm = Math.sqrt(Math.max(squared, 0));
    const total = counts.reduce((sum, count) => sum + count, 0);

    // If the similarities of a batch are met exactly, the gradient is 0.
    const scale = norm > 0 ? (2 * weight) / (norm * total) : 0;
    const gram = await scope.upload(own, e.columns, e.columns);
    await backend.scaleRows(cross, -1);
    await backend.multiply(vectors, gram, slope);
    await backend.multiply(features, cross, slope, { accumulate: true });
    await backend.scaleRows(
      slope,
      Float32Array.from(counts, (count) => count * scale),
    );
    return norm / total;
  });
}

/** |f^T f|_F^2, which is |f f^T|_F^2: the smaller of the two products is computed. */
async function gramSquares(
  backend: Backend,
  operations: TrainingOperations,
  scope: Scope,
  f: Matrix,
): Promise<number> {
  if (f.columns <= f.rows) return squares(await backend.gram(f));
  const outer = await scope.result(f.rows, f.rows);
  await operations.multiplyTransposed(f, f, outer);
  return squares(await download(backend, outer));
}

function squares(values: Float32Array | Float64Array): number {
  let sum = 0;
  for (let i = 0; i < values.length; i++) sum += values[i]! * values[i]!;
  return sum;
}
