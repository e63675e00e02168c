import { type Batch, compactBatch } from "../batch.ts";
import { graphPart } from "../graphs/graph-part.ts";
import {
  type ItemGraph,
  nearestItems,
  uniformGraph,
  type WeightedNeighbors,
} from "../graphs/item-neighbors.ts";
import { propagate, propagateBackward } from "../graphs/propagation.ts";
import { prunedGraph } from "../graphs/prune.ts";
import { userItemGraph } from "../graphs/user-item.ts";
import { withScope } from "../operations/scope.ts";
import { addRankingGradients } from "./batch-rows.ts";
import { contentModalities, expectModalities, fuseFeatures } from "./content.ts";
import { addContentGradients } from "./content-ranking.ts";
import {
  type FreedomOptions,
  modalityWeights,
  type ResolvedFreedomOptions,
  resolveFreedomOptions,
} from "./freedom-options.ts";
import { linearUniform, xavierUniform } from "./initialize.ts";
import type { LossTerms, ModelContext, ModelDefinition, TrainableModel } from "./model.ts";
import type { Parameter } from "./parameters.ts";
import { addItemGraphBackward, itemGraphPart, itemGraphRows, multiplyItemGraph } from "./products.ts";

/**
 * FREEDOM (Zhou and Shen, ACM MM 2023) as MMRec trains it: LightGCN over a graph whose edges are pruned anew in every epoch,
 * items joined by a frozen graph of their nearest content, and BPR against the content of each modality.
 *
 * @throws {WellbegunError} `invalid-option`, naming the option.
 */
export function freedom(options: FreedomOptions = {}): ModelDefinition {
  const resolved = resolveFreedomOptions(options);
  return {
    name: "freedom",
    readsFeatures: true,
    readsWeights: false,
    options: { ...resolved },
    build: (context) => build(context, resolved),
  };
}

/** A modality: its features and the linear map to the vectors' width, named as in MMRec. */
interface Modality {
  readonly features: Parameter;
  readonly weight: Parameter;
  /** Stays as it starts: no loss and no score depends on it. */
  readonly bias: Parameter;
}

async function build(context: ModelContext, options: ResolvedFreedomOptions): Promise<TrainableModel> {
  const { backend, operations: op, parameters, train, features, dimensions: d, seed } = context;
  const { layers, itemLayers, regularization, dropout } = options;
  const starts = { users: "user_embedding.weight", items: "item_id_embedding.weight" };
  const add = (name: string, rows: number) =>
    parameters.add(name, xavierUniform(seed, name, rows, d), rows, d);
  const users = await add(starts.users, train.userCount);
  const items = await add(starts.items, train.itemCount);
  const embeddings = { users: users.value, items: items.value };
  const { modalities, itemGraph } = await buildModalities(context, options);
  const fullGraph = userItemGraph(train);
  let graph = fullGraph;

  const gradients = (batch: Batch): Promise<LossTerms> =>
    withScope(backend, async (scope) => {
      // C = mean(E_0 .. E_L) over the pruned graph; users C_U, items C_I + A^n Q.
      const compact = compactBatch(batch);
      const { rows } = compact;
      const part = graphPart(graph, rows);
      const c = await propagate(context, scope, graph, embeddings, layers, part);
      const near = itemGraphPart(itemGraph, rows.items);
      const own = await itemGraphRows(context, scope, near, items.value, itemLayers);
      const h = { users: c.users, items: await scope.resultLike(c.items) };
      await op.weightedSum([c.items, own], [1, 1], h.items);
      const slopes = { users: await scope.like(h.users), items: await scope.like(h.items) };
      const bpr = await addRankingGradients(context, h, slopes, compact.batch, {});
      let content = 0;
      for (const modality of modalities) {
        const of = { users: c.users, slope: slopes.users, batch, compact, weight: regularization };
        content += await addContentGradients(context, modality, of);
      }
      const gradient = { users: users.gradient, items: items.gradient };
      await propagateBackward(context, part, slopes, layers, gradient);
      await addItemGraphBackward(context, near, slopes.items, itemLayers, items.gradient);
      return { bpr, content };
    });

  return {
    parameters,
    starts,
    startEpoch: async (epoch) => {
      if (dropout > 0) graph = prunedGraph(train, dropout, seed, epoch);
    },
    gradients,
    tables: async (scope) => {
      const c = await propagate(context, scope, fullGraph, embeddings, layers);
      const own = await multiplyItemGraph(backend, scope, itemGraph.graph, items.value, itemLayers);
      await backend.addScaled(c.items, own, 1);
      return {
        users: c.users,
        items: c.items,
        foldIn: await c.itemLayers(),
        ...(itemLayers === 0
          ? {}
          : {
              content: [
                await multiplyItemGraph(backend, scope, itemGraph.graph, items.value, itemLayers - 1),
              ],
            }),
      };
    },
    // A new item has no embedding: its vector is its row of A times A^(n - 1) Q.
    content: ([table]) => ({
      kind: "neighbors",
      modalities: contentModalities(features, options.prepare),
      graphs: Object.entries(modalityWeights(options, Object.keys(features))).map(([name, weight]) => {
        return {
          modalities: [name],
          k: Math.min(options.neighbors, train.itemCount),
          weighting: "uniform",
          weight,
        };
      }),
      features: fuseFeatures(features, options.prepare).values,
      table: table!,
    }),
  };
}

/** The parameters of each modality, and the graph of their nearest items. */
async function buildModalities(
  { backend, parameters, features, dimensions: d, seed, train }: ModelContext,
  options: ResolvedFreedomOptions,
): Promise<{ readonly modalities: readonly Modality[]; readonly itemGraph: ItemGraph }> {
  const modalities: Modality[] = [];
  const graphs: WeightedNeighbors[] = [];
  expectModalities(features);
  const weights = modalityWeights(options, Object.keys(features));
  for (const [name, table] of Object.entries(features)) {
    const { values, rows, columns } = fuseFeatures({ [name]: table }, options.prepare);
    const linear = (part: string, height: number, width: number) => {
      const of = `${name}_trs.${part}`;
      return parameters.add(of, linearUniform(seed, of, height * width, columns), height, width);
    };
    const modality = {
      features: await parameters.add(`${name}_embedding.weight`, values, rows, columns),
      weight: await linear("weight", d, columns),
      bias: await linear("bias", 1, d),
    };
    modalities.push(modality);
    const k = Math.min(options.neighbors, train.itemCount);
    const neighbors = await nearestItems(backend, modality.features.value, k);
    graphs.push({ neighbors, weight: weights[name]! });
  }
  return { modalities, itemGraph: uniformGraph(graphs) };
}
