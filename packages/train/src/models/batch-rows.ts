import type { Backend } from "@wellbegun/core";
import type { Matrix, PairLosses, PairWeights, TrainingOperations } from "@wellbegun/core/backend";
import type { Batch } from "../batch.ts";
import type { TablePair } from "../graphs/propagation.ts";
import { addNormRegularizer } from "../losses/norm-regularizer.ts";
import { gather } from "../operations/rows.ts";
import type { Scope } from "../operations/scope.ts";

/** A batch's rows of a user and an item table, and memory for the gradients by them. */
export interface BatchRows {
  readonly users: RowsAndGradient;
  readonly positives: RowsAndGradient;
  readonly negatives: RowsAndGradient;
}

/** Gathered rows, and the gradient by them. */
export interface RowsAndGradient {
  readonly rows: Matrix;
  readonly gradient: Matrix;
}

/** The pair losses of a batch over whole tables. The rows belong to `scope`; their gradients wait for {@link scatterRows}. */
export async function batchPairLoss(
  operations: TrainingOperations,
  scope: Scope,
  tables: TablePair,
  { users, positives, negatives }: Batch,
  weights: PairWeights,
): Promise<BatchRows & { readonly losses: PairLosses }> {
  const part = async (table: Matrix, indices: Uint32Array): Promise<RowsAndGradient> => {
    const rows = await gather(operations, scope, table, indices);
    return { rows, gradient: await scope.resultLike(rows) };
  };
  const u = await part(tables.users, users);
  const i = await part(tables.items, positives);
  const j = await part(tables.items, negatives);
  const losses = await operations.pairLoss(
    u.rows,
    i.rows,
    j.rows,
    u.gradient,
    i.gradient,
    j.gradient,
    weights,
  );
  return { users: u, positives: i, negatives: j, losses };
}

/** Adds the gradients of a batch's rows to those of the tables. */
export async function scatterRows(
  operations: TrainingOperations,
  gradient: TablePair,
  rows: BatchRows,
  { users, positives, negatives }: Batch,
): Promise<void> {
  await operations.scatterRows(rows.users.gradient, users, gradient.users);
  await operations.scatterRows(rows.positives.gradient, positives, gradient.items);
  await operations.scatterRows(rows.negatives.gradient, negatives, gradient.items);
}

/** Adds MMRec's regularizer of a batch's rows to their gradients; returns it, with its weight. */
export async function regularizeRows(backend: Backend, rows: BatchRows, weight: number): Promise<number> {
  let sum = 0;
  for (const part of [rows.users, rows.positives, rows.negatives]) {
    sum += await addNormRegularizer(backend, part.rows, weight, part.gradient);
  }
  return sum;
}
