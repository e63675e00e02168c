import type { Backend, Matrix } from "@wellbegun/core";
import type { Batch } from "../batch.ts";
import { scatterMatrix } from "../graphs/sparse.ts";
import type { PairLosses, PairWeights, TrainingOperations } from "../operations/operations.ts";
import type { Scope } from "../operations/scope.ts";

/** Adds row r of `rows` to row `targets[r]` of `table`, times `alpha`. */
export async function scatterAdd(
  backend: Backend,
  table: Matrix,
  targets: Uint32Array,
  rows: Matrix,
  alpha: number = 1,
): Promise<void> {
  const scatter = scatterMatrix(targets, table.rows);
  const values = alpha === 1 ? undefined : new Float32Array(targets.length).fill(alpha);
  await backend.multiplySparse({ ...scatter, values }, rows, table, { accumulate: true });
}

/** A batch's rows of a table. They belong to `scope`. */
export async function gather(
  operations: TrainingOperations,
  scope: Scope,
  table: Matrix,
  rows: Uint32Array,
): Promise<Matrix> {
  const gathered = await scope.create(rows.length, table.columns);
  await operations.gatherRows(table, rows, gathered);
  return gathered;
}

/** Where the gradients of {@link batchPairLoss} are added. */
export interface PairTables {
  readonly users: Matrix;
  readonly items: Matrix;
}

/** The pair losses of a batch over whole tables; adds their gradient to `gradient`. */
export async function batchPairLoss(
  backend: Backend,
  operations: TrainingOperations,
  scope: Scope,
  tables: PairTables,
  gradient: PairTables,
  { users, positives, negatives }: Batch,
  weights: PairWeights,
): Promise<PairLosses> {
  const hu = await gather(operations, scope, tables.users, users);
  const hi = await gather(operations, scope, tables.items, positives);
  const hj = await gather(operations, scope, tables.items, negatives);
  const [dhu, dhi, dhj] = [await scope.like(hu), await scope.like(hi), await scope.like(hj)];
  const losses = await operations.pairLoss(hu, hi, hj, dhu, dhi, dhj, weights);
  await scatterAdd(backend, gradient.users, users, dhu);
  await scatterAdd(backend, gradient.items, positives, dhi);
  await scatterAdd(backend, gradient.items, negatives, dhj);
  return losses;
}
