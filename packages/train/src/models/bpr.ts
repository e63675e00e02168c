import type { Batch } from "../batch.ts";
import { clear } from "../operations/rows.ts";
import { withScope } from "../operations/scope.ts";
import { batchPairLoss, regularizeRows, scatterRows } from "./batch-rows.ts";
import { expectNames, expectWeights } from "./check-options.ts";
import { xavierNormal } from "./initialize.ts";
import type { LossTerms, ModelContext, ModelDefinition, TrainableModel } from "./model.ts";

/** Options of {@link bpr}. */
export interface BprOptions {
  /** Weight of the norms of a batch's embeddings. Default: 1e-2; MMRec searches 2 to 1e-5. */
  readonly regularization?: number | undefined;
}

/**
 * Matrix factorization with the BPR loss (Rendle et al., UAI 2009) as MMRec trains it: 1e-10 is added to the sigmoid, and the
 * norm of the batch's embeddings is not squared.
 *
 * @throws {WellbegunError} `invalid-option`, naming the option.
 */
export function bpr(options: BprOptions = {}): ModelDefinition {
  const resolved = { regularization: options.regularization ?? 1e-2 };
  expectNames("bpr", options, Object.keys(resolved));
  expectWeights("bpr", resolved, ["regularization"]);
  return {
    name: "bpr",
    readsFeatures: false,
    readsWeights: false,
    options: resolved,
    build: (context) => build(context, resolved),
  };
}

async function build(
  { backend, operations: op, parameters, train, dimensions: d, seed }: ModelContext,
  { regularization }: { readonly regularization: number },
): Promise<TrainableModel> {
  const starts = { users: "user_embedding.weight", items: "item_embedding.weight" };
  const add = (name: string, rows: number) =>
    parameters.add(name, xavierNormal(seed, name, rows, d), rows, d);
  const users = await add(starts.users, train.userCount);
  const items = await add(starts.items, train.itemCount);
  const tables = { users: users.value, items: items.value };
  const slopes = { users: users.gradient, items: items.gradient };

  const gradients = (batch: Batch): Promise<LossTerms> =>
    withScope(backend, async (scope) => {
      const pairs = await batchPairLoss(op, scope, tables, batch, {
        ranking: 1,
        floor: 1e-10,
        squares: 0,
        cosine: 0,
      });
      const norms = await regularizeRows(backend, pairs, regularization);
      await clear(backend, slopes.users);
      await clear(backend, slopes.items);
      await scatterRows(op, slopes, pairs, batch);
      return { bpr: pairs.losses.ranking, regularization: norms };
    });

  return {
    parameters,
    starts,
    gradients,
    tables: async (scope) => ({ users: await scope.copy(users.value), items: await scope.copy(items.value) }),
  };
}
