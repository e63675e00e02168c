import type { Matrix } from "@wellbegun/core/backend";
import { type CompactBatch, distinct } from "../../batch.ts";
import type { Propagation, TablePair } from "../../graphs/propagation.ts";
import { similarityLoss } from "../../losses/similarity.ts";
import { gather } from "../../operations/rows.ts";
import type { Scope } from "../../operations/scope.ts";
import { batchPairLoss, scatterRows } from "../batch-rows.ts";
import type { LossTerms, ModelContext } from "../model.ts";
import type { AlignRecTermWeights, ResolvedAlignRecOptions } from "./options.ts";

/** The tables of one forward pass, named as in the formulas. */
export interface AlignRecTables {
  /** Features, after layer normalization where that is on: I x D. */
  readonly x: Matrix;
  /** M = X Wt^T + bt, I x d. */
  readonly m: Matrix;
  /** G = sigmoid(M Wg^T + bg), I x d. */
  readonly g: Matrix;
  /** Z0 = Q * G, I x d. */
  readonly z0: Matrix;
  /** ZI = S^n Z0 and ZU = R^ ZI: the content side. The tables from here on hold the rows of a step, or all. */
  readonly z: TablePair;
  /** C: the collaborative side, LightGCN's mean. */
  readonly c: Propagation;
  /** H = C + Z / divisor. */
  readonly h: TablePair;
}

/** Gradients by the collaborative side C and the content side Z. */
export interface SideGradients {
  readonly c: TablePair;
  readonly z: TablePair;
}

/**
 * The terms of the loss of a batch. Adds their gradients to `slopes.c`, and writes them into `slopes.z`.
 *
 * @param features The features as they are now: the target of the similarity term, which has no gradient by the
 * features.
 */
export async function alignRecLosses(
  { backend, operations: op }: ModelContext,
  options: ResolvedAlignRecOptions,
  scope: Scope,
  { z, c, h }: AlignRecTables,
  features: Matrix,
  slopes: SideGradients,
  { rows: { items: itemRows }, batch }: CompactBatch,
  weights: AlignRecTermWeights,
): Promise<LossTerms> {
  const side = sideFactor(options);
  // H = C + Z / divisor: dC += dH, dZ += dH / divisor.
  const pairs = await batchPairLoss(op, scope, h, batch, {
    ranking: weights.bpr,
    squares: weights.squares,
    cosine: weights.userItem,
  });
  await scatterRows(op, slopes.c, pairs, batch);
  await op.weightedSum([slopes.c.users], [side], slopes.z.users);
  await op.weightedSum([slopes.c.items], [side], slopes.z.items);

  const [users, items] = [distinct(batch.users), distinct(batch.positives)];
  const contrast = async (of: keyof TablePair, weight: number): Promise<number> => {
    const { rows, counts } = of === "users" ? users : items;
    const content = await gather(op, scope, z[of], rows);
    const collaborative = await gather(op, scope, c[of], rows);
    const [dz, dc] = [await scope.resultLike(content), await scope.resultLike(collaborative)];
    const { temperature } = options;
    const loss = await op.infoNce(content, collaborative, dz, dc, { counts, temperature, weight });
    await op.scatterRows(dz, rows, slopes.z[of]);
    await op.scatterRows(dc, rows, slopes.c[of]);
    return weight * loss;
  };
  const contrastItems = await contrast("items", weights.contrastItems);
  const contrastUsers = await contrast("users", weights.contrastUsers);

  const vectors = await gather(op, scope, z.items, items.rows);
  // The target is the features as they are now, without a gradient.
  const target = await gather(
    op,
    scope,
    features,
    items.rows.map((position) => itemRows[position]!),
  );
  await backend.transformRows(target, { unit: true });
  const slope = await scope.resultLike(vectors);
  const kept = { vectors, features: target, counts: items.counts };
  const similarity = await similarityLoss(backend, op, kept, weights.similarity, slope);
  await op.scatterRows(slope, items.rows, slopes.z.items);
  return {
    bpr: weights.bpr * pairs.losses.ranking,
    regularization: weights.squares * pairs.losses.squares,
    userItem: weights.userItem * pairs.losses.cosine,
    contrastItems,
    contrastUsers,
    similarity: weights.similarity * similarity,
  };
}

/** The factor of the content side in the sum. */
export function sideFactor({ sideDivisor }: ResolvedAlignRecOptions): number {
  return 1 / (sideDivisor || 1);
}
