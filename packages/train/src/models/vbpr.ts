import type { Matrix } from "@wellbegun/core/backend";
import { type Batch, compactBatch } from "../batch.ts";
import { clear, gather } from "../operations/rows.ts";
import { type Scope, withScope } from "../operations/scope.ts";
import { batchPairLoss, regularizeRows, scatterRows } from "./batch-rows.ts";
import { expectChoice, expectNames, expectWeights } from "./check-options.ts";
import { contentModalities, type FeaturePreparation, fuseFeatures, preparations } from "./content.ts";
import { xavierNormal, xavierUniform } from "./initialize.ts";
import type { LossTerms, ModelContext, ModelDefinition, TrainableModel } from "./model.ts";
import { columnSums } from "./products.ts";

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
  expectNames("vbpr", options, Object.keys(resolved));
  expectWeights("vbpr", resolved, ["regularization"]);
  expectChoice("vbpr", resolved, "prepare", preparations);
  return {
    name: "vbpr",
    readsFeatures: true,
    readsWeights: false,
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

  /** [Q, X W^T + b], of all items or of some. */
  const itemVectors = async (scope: Scope, q: Matrix, features: Matrix): Promise<Matrix> => {
    const content = await scope.resultLike(q);
    await op.multiplyTransposed(features, weight.value, content);
    await op.addBias(content, bias.value);
    const both = await scope.create(q.rows, 2 * d);
    await backend.addScaled(both, q, 1);
    await backend.addScaled(both, content, 1, d);
    return both;
  };

  const gradients = (batch: Batch): Promise<LossTerms> =>
    withScope(backend, async (scope) => {
      // The vectors of the batch's own items.
      const { rows, batch: compact } = compactBatch(batch);
      const ofItems = { ...compact, users: batch.users };
      const features = await gather(op, scope, x, rows.items);
      const own = await itemVectors(scope, await gather(op, scope, items.value, rows.items), features);
      const tables = { users: users.value, items: own };
      const pairs = await batchPairLoss(op, scope, tables, ofItems, {
        ranking: 1,
        floor: 1e-10,
        squares: 0,
        cosine: 0,
      });
      const norms = await regularizeRows(backend, pairs, regularization);
      const slopes = { users: users.gradient, items: await scope.like(own) };
      await clear(backend, slopes.users);
      await scatterRows(op, slopes, pairs, ofItems);
      const [dq, dm] = [await scope.result(own.rows, d), await scope.result(own.rows, d)];
      await backend.multiply(slopes.items, halves[0], dq);
      await clear(backend, items.gradient);
      await op.scatterRows(dq, rows.items, items.gradient);
      await backend.multiply(slopes.items, halves[1], dm);
      await backend.multiply(dm, features, weight.gradient, { transposeA: true });
      await columnSums(backend, dm, bias.gradient);
      return { bpr: pairs.losses.ranking, regularization: norms };
    });

  return {
    parameters,
    starts,
    gradients,
    tables: async (scope) => ({
      users: await scope.copy(users.value),
      items: await itemVectors(scope, items.value, x),
      content: [weight.value, bias.value],
    }),
    content: ([learnedWeight, learnedBias]) => ({
      kind: "linear",
      modalities: contentModalities(features, prepare),
      weight: learnedWeight!,
      bias: learnedBias!,
    }),
  };
}

/** The 2d x d matrix that selects the first or the second d columns. */
async function half(scope: Scope, d: number, which: 0 | 1) {
  const values = new Float32Array(2 * d * d);
  for (let c = 0; c < d; c++) values[(which * d + c) * d + c] = 1;
  return await scope.upload(values, 2 * d, d);
}
