import type { Batch } from "../batch.ts";
import { type Scope, withScope } from "../operations/scope.ts";
import { batchPairLoss, regularizeRows, scatterRows } from "./batch-rows.ts";
import { expectWeights } from "./check-options.ts";
import { type FeaturePreparation, fuseFeatures } from "./content.ts";
import { xavierNormal, xavierUniform } from "./initialize.ts";
import type { LossTerms, ModelContext, ModelDefinition, TrainableModel } from "./model.ts";
import { clear, columnSums } from "./products.ts";

/** Options of {@link vbpr}. */
export interface VbprOptions {
  /** Weight of the norms of a batch's vectors. Default: 1e-2; MMRec searches 2 to 1e-5. */
  readonly regularization?: number | undefined;
  /**
   * How modalities are prepared before they are put side by side. Default: `center+l2`; MMRec leaves them
   * unchanged.
   */
  readonly prepare?: FeaturePreparation | undefined;
}

/**
 * VBPR (He and McAuley, AAAI 2016) as MMRec trains it: an item is its embedding next to a linear map of its
 * features, a user has an embedding of both widths, and the features stay as they are.
 *
 * @throws {WellbegunError} `invalid-option`, naming the option.
 */
export function vbpr(options: VbprOptions = {}): ModelDefinition {
  const resolved = {
    regularization: options.regularization ?? 1e-2,
    prepare: options.prepare ?? "center+l2",
  };
  expectWeights("vbpr", resolved, ["regularization"]);
  return {
    name: "vbpr",
    readsFeatures: true,
    options: resolved,
    build: (context) => build(context, resolved),
  };
}

async function build(
  {
    backend,
    operations: op,
    parameters,
    scope: constants,
    train,
    features,
    dimensions: d,
    seed,
  }: ModelContext,
  { regularization, prepare }: { readonly regularization: number; readonly prepare: FeaturePreparation },
): Promise<TrainableModel> {
  const starts = { users: "u_embedding", items: "i_embedding" };
  const { userCount, itemCount } = train;
  const { columns: width, values } = fuseFeatures(features, prepare);
  const uniform = (name: string, rows: number, columns: number) =>
    parameters.add(name, xavierUniform(seed, name, rows, columns), rows, columns);
  const users = await uniform(starts.users, userCount, 2 * d);
  const items = await uniform(starts.items, itemCount, d);
  const weight = await parameters.add(
    "item_linear.weight",
    xavierNormal(seed, "item_linear.weight", d, width),
    d,
    width,
  );
  const bias = await parameters.add("item_linear.bias", new Float32Array(d), 1, d);
  const x = await constants.upload(values, itemCount, width);
  const halves = [await half(constants, d, 0), await half(constants, d, 1)] as const;

  /** Items: [Q, X W^T + b]. */
  const forward = async (scope: Scope) => {
    const content = await scope.resultLike(items.value);
    await op.multiplyTransposed(x, weight.value, content);
    await op.addBias(content, bias.value);
    const both = await scope.create(itemCount, 2 * d);
    await backend.addScaled(both, items.value, 1);
    await backend.addScaled(both, content, 1, d);
    return { users: users.value, items: both };
  };

  const gradients = (batch: Batch): Promise<LossTerms> =>
    withScope(backend, async (scope) => {
      const tables = await forward(scope);
      const pairs = await batchPairLoss(op, scope, tables, batch, {
        ranking: 1,
        floor: 1e-10,
        squares: 0,
        cosine: 0,
      });
      const norms = await regularizeRows(backend, pairs, regularization);
      const slopes = { users: users.gradient, items: await scope.like(tables.items) };
      await clear(backend, slopes.users);
      await scatterRows(op, slopes, pairs, batch);
      await backend.multiply(slopes.items, halves[0], items.gradient);
      const dm = await scope.resultLike(items.value);
      await backend.multiply(slopes.items, halves[1], dm);
      await backend.multiply(dm, x, weight.gradient, { transposeA: true });
      await columnSums(backend, dm, bias.gradient);
      return { bpr: pairs.losses.ranking, regularization: norms };
    });

  return {
    parameters,
    starts,
    gradients,
    tables: async (scope) => ({ ...(await forward(scope)), users: await scope.copy(users.value) }),
  };
}

/** The 2d x d matrix that selects the first or the second d columns. */
async function half(scope: Scope, d: number, which: 0 | 1) {
  const values = new Float32Array(2 * d * d);
  for (let c = 0; c < d; c++) values[(which * d + c) * d + c] = 1;
  return await scope.upload(values, 2 * d, d);
}
