import type { Backend } from "@wellbegun/core";
import type { Matrix, PairLosses, PairWeights, TrainingOperations } from "@wellbegun/core/backend";
import type { Batch } from "../batch.ts";
import type { TablePair } from "../graphs/propagation.ts";
import { addNormRegularizer } from "../losses/norm-regularizer.ts";
import type { Device } from "../operations/device.ts";
import { gather } from "../operations/rows.ts";
import { type Scope, withScope } from "../operations/scope.ts";

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

/** Values of a block of gathered rows at most, 4 MB: rows of 4096 columns are gathered for 256 pairs at a time. */
export const BLOCK_VALUES: number = 2 ** 20;

/**
 * Adds `weight` times the gradient of a batch's ranking loss to those of the tables; returns the loss, without its weight. Wide
 * rows are gathered in blocks of pairs. `weight` is 1 by default, and `floor` is that of {@link PairWeights}.
 */
export async function addRankingGradients(
  { backend, operations }: Device,
  tables: TablePair,
  gradient: TablePair,
  batch: Batch,
  { weight = 1, floor }: { readonly weight?: number; readonly floor?: number },
): Promise<number> {
  const pairs = batch.users.length;
  const most = Math.max(1, Math.floor(BLOCK_VALUES / tables.users.columns));
  let loss = 0;
  for (let first = 0; first < pairs; first += most) {
    const block = {
      users: batch.users.subarray(first, first + most),
      positives: batch.positives.subarray(first, first + most),
      negatives: batch.negatives.subarray(first, first + most),
    };
    const share = block.users.length / pairs;
    const weights = { ranking: weight * share, floor, squares: 0, cosine: 0 };
    await withScope(backend, async (scope) => {
      const found = await batchPairLoss(operations, scope, tables, block, weights);
      await scatterRows(operations, gradient, found, block);
      loss += share * found.losses.ranking;
    });
  }
  return loss;
}

/** Adds MMRec's regularizer of a batch's rows to their gradients; returns it, with its weight. */
export async function regularizeRows(backend: Backend, rows: BatchRows, weight: number): Promise<number> {
  let sum = 0;
  for (const part of [rows.users, rows.positives, rows.negatives]) {
    sum += await addNormRegularizer(backend, part.rows, weight, part.gradient);
  }
  return sum;
}
