import { type Batch, compactBatch } from "../batch.ts";
import { graphPart } from "../graphs/graph-part.ts";
import { propagate, propagateBackward } from "../graphs/propagation.ts";
import { userItemGraph } from "../graphs/user-item.ts";
import { addNormRegularizer } from "../losses/norm-regularizer.ts";
import { gather } from "../operations/rows.ts";
import { withScope } from "../operations/scope.ts";
import { addRankingGradients } from "./batch-rows.ts";
import { expectCounts, expectNames, expectWeights } from "./check-options.ts";
import { xavierUniform } from "./initialize.ts";
import type { LossTerms, ModelContext, ModelDefinition, TrainableModel } from "./model.ts";

/** Options of {@link lightgcn}. */
export interface LightGcnOptions {
  /** Layers of the propagation. Default: 2; MMRec searches 1 to 4. */
  readonly layers?: number | undefined;
  /** Weight of the norms of a batch's embeddings. Default: 1e-4; MMRec searches 1e-2 to 1e-6. */
  readonly regularization?: number | undefined;
}

/**
 * LightGCN (He et al., SIGIR 2020) as MMRec trains it: BPR over propagated vectors, with 1e-10 added to the sigmoid, and the
 * norm of the batch's embeddings, not squared.
 *
 * @throws {WellbegunError} `invalid-option`, naming the option.
 */
export function lightgcn(options: LightGcnOptions = {}): ModelDefinition {
  const resolved = { layers: options.layers ?? 2, regularization: options.regularization ?? 1e-4 };
  expectNames("lightgcn", options, Object.keys(resolved));
  expectCounts("lightgcn", resolved, { layers: 0 });
  expectWeights("lightgcn", resolved, ["regularization"]);
  return {
    name: "lightgcn",
    readsFeatures: false,
    readsWeights: true,
    options: resolved,
    build: (context) => build(context, resolved),
  };
}

async function build(
  context: ModelContext,
  { layers, regularization }: { readonly layers: number; readonly regularization: number },
): Promise<TrainableModel> {
  const { backend, operations: op, parameters, train, dimensions: d, seed } = context;
  const starts = { users: "embedding_dict.user_emb", items: "embedding_dict.item_emb" };
  const add = (name: string, rows: number) =>
    parameters.add(name, xavierUniform(seed, name, rows, d), rows, d);
  const users = await add(starts.users, train.userCount);
  const items = await add(starts.items, train.itemCount);
  const embeddings = { users: users.value, items: items.value };
  const graph = userItemGraph(train);

  const gradients = (batch: Batch): Promise<LossTerms> =>
    withScope(backend, async (scope) => {
      const { rows, batch: compact } = compactBatch(batch);
      const part = graphPart(graph, rows);
      const mean = await propagate(context, scope, graph, embeddings, layers, part);
      const slopes = { users: await scope.like(mean.users), items: await scope.like(mean.items) };
      const ranking = await addRankingGradients(context, mean, slopes, compact, { floor: 1e-10 });
      const gradient = { users: users.gradient, items: items.gradient };
      await propagateBackward(context, part, slopes, layers, gradient);
      // The regularizer is on the embeddings themselves.
      let norms = 0;
      for (const [parameter, indices] of [
        [users, batch.users],
        [items, batch.positives],
        [items, batch.negatives],
      ] as const) {
        const own = await gather(op, scope, parameter.value, indices);
        const slope = await scope.like(own);
        norms += await addNormRegularizer(backend, own, regularization, slope);
        await op.scatterRows(slope, indices, parameter.gradient);
      }
      return { bpr: ranking, regularization: norms };
    });

  return {
    parameters,
    starts,
    gradients,
    tables: async (scope) => {
      const mean = await propagate(context, scope, graph, embeddings, layers);
      return { users: mean.users, items: mean.items, foldIn: await mean.itemLayers() };
    },
  };
}
