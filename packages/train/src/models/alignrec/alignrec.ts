import type { TrainedContent } from "@wellbegun/core";
import type { Matrix } from "@wellbegun/core/backend";
import { type Batch, compactBatch } from "../../batch.ts";
import { type GraphPart, graphPart, multiplyTransposedPart } from "../../graphs/graph-part.ts";
import { cosineGraph, type ItemGraph, nearestItems } from "../../graphs/item-neighbors.ts";
import { propagate, propagateBackward } from "../../graphs/propagation.ts";
import { type UserItemGraph, userItemGraph } from "../../graphs/user-item.ts";
import { gather } from "../../operations/rows.ts";
import { type Scope, withScope } from "../../operations/scope.ts";
import { contentModalities, fuseFeatures } from "../content.ts";
import type { LossTerms, ModelContext, ModelDefinition, ModelTables, TrainableModel } from "../model.ts";
import type { Parameters } from "../parameters.ts";
import { columnSums, multiplyItemGraph } from "../products.ts";
import { type AlignRecTables, alignRecLosses, type SideGradients, sideFactor } from "./losses.ts";
import {
  type AlignRecOptions,
  type AlignRecTermWeights,
  type ResolvedAlignRecOptions,
  resolveAlignRecOptions,
  termWeights,
} from "./options.ts";
import { type AlignRecWeights, createWeights } from "./weights.ts";

/**
 * AlignRec (Liu et al., CIKM 2024), as in the authors' code: github.com/sjtulyf123/AlignRec_CIKM24 at bf351b6.
 * Every switch that has an effect there is an option here.
 *
 * @throws {WellbegunError} `invalid-option`, naming the option.
 */
export function alignrec(options: AlignRecOptions = {}): ModelDefinition {
  const resolved = resolveAlignRecOptions(options);
  return {
    name: "alignrec",
    readsFeatures: true,
    readsWeights: true,
    options: { ...resolved },
    schedule: { decay: 0.96, warmUpEpochs: resolved.warmUpEpochs },
    build: (context) => AlignRec.build(context, resolved),
  };
}

/** AlignRec on a backend. */
export class AlignRec implements TrainableModel {
  readonly parameters: Parameters;
  readonly starts: TrainableModel["starts"] = {
    users: "user_embedding.weight",
    items: "item_id_embedding.weight",
  };
  readonly #context: ModelContext;
  readonly #options: ResolvedAlignRecOptions;
  readonly #graph: UserItemGraph;
  readonly #itemGraph: ItemGraph;
  readonly #weights: AlignRecWeights;

  private constructor(
    context: ModelContext,
    options: ResolvedAlignRecOptions,
    graphs: { readonly userItem: UserItemGraph; readonly items: ItemGraph },
    weights: AlignRecWeights,
  ) {
    this.#context = context;
    this.#options = options;
    this.#graph = graphs.userItem;
    this.#itemGraph = graphs.items;
    this.parameters = context.parameters;
    this.#weights = weights;
  }

  static async build(context: ModelContext, options: ResolvedAlignRecOptions): Promise<AlignRec> {
    const { backend, train } = context;
    const weights = await createWeights(context, options);
    const neighbors = Math.min(options.neighbors, train.itemCount);
    const graphs = {
      userItem: userItemGraph(train),
      items: cosineGraph(await nearestItems(backend, weights.features.value, neighbors)),
    };
    return new AlignRec(context, options, graphs, weights);
  }

  /** The graph over items, S, made from the features at the start and constant afterwards. */
  get itemGraph(): ItemGraph {
    return this.#itemGraph;
  }

  async gradients(batch: Batch, epoch: number): Promise<LossTerms> {
    return await this.weightedGradients(batch, termWeights(this.#options, this.#context.batchSize, epoch));
  }

  /** As {@link gradients}, with the given weights of the terms. */
  async weightedGradients(batch: Batch, weights: AlignRecTermWeights): Promise<LossTerms> {
    return await withScope(this.#context.backend, async (scope) => {
      const compact = compactBatch(batch);
      const part = graphPart(this.#graph, compact.rows);
      const tables = await this.forward(scope, part);
      const slopes = {
        c: { users: await scope.like(tables.c.users), items: await scope.like(tables.c.items) },
        z: { users: await scope.resultLike(tables.z.users), items: await scope.resultLike(tables.z.items) },
      };
      const terms = await alignRecLosses(
        this.#context,
        this.#options,
        scope,
        tables,
        this.#weights.features.value,
        slopes,
        compact,
        weights,
      );
      await this.#backward(scope, part, tables, slopes);
      return terms;
    });
  }

  /** @param part The rows that a step needs; without it, the tables of users and items are whole. */
  async forward(scope: Scope, part?: GraphPart): Promise<AlignRecTables> {
    const { backend, operations: op } = this.#context;
    const { users, items, transform, gate } = this.#weights;
    // X = F, or LayerNorm(F).
    const x = await this.#normalized(scope);
    // M = X Wt^T + bt.
    const m = await scope.resultLike(items.value);
    await op.multiplyTransposed(x, transform.weight.value, m);
    await op.addBias(m, transform.bias.value);
    // G = sigmoid(M Wg^T + bg), Z0 = Q * G.
    const [a, g, z0] = [await scope.resultLike(m), await scope.resultLike(m), await scope.resultLike(m)];
    await op.multiplyTransposed(m, gate.weight.value, a);
    await op.gate(a, gate.bias.value, items.value, g, z0);
    // ZI = S^n Z0, ZU = R^ ZI.
    const { graph } = this.#itemGraph;
    const zi = await multiplyItemGraph(backend, scope, graph, z0, this.#options.itemLayers);
    const { toUsers } = part ?? this.#graph;
    const zu = await scope.result(toUsers.rows, zi.columns);
    await backend.multiplySparse(toUsers, zi, zu);
    const z = { users: zu, items: part === undefined ? zi : await gather(op, scope, zi, part.rows.items) };
    // C = mean(E_0 .. E_L).
    const embeddings = { users: users.value, items: items.value };
    const c = await propagate(this.#context, scope, this.#graph, embeddings, this.#options.layers, part);
    // H = C + Z / divisor.
    const h = { users: await scope.resultLike(c.users), items: await scope.resultLike(c.items) };
    const weights = [1, sideFactor(this.#options)];
    await op.weightedSum([c.users, z.users], weights, h.users);
    await op.weightedSum([c.items, z.items], weights, h.items);
    return { x, m, g, z0, z, c, h };
  }

  async tables(scope: Scope): Promise<ModelTables> {
    const { backend } = this.#context;
    const { h, z, z0, c } = await this.forward(scope);
    const { itemLayers } = this.#options;
    // A folded-in user has no embedding: its vector is R^_u (ZI / divisor + the item layers).
    const foldIn = await c.itemLayers();
    await backend.addScaled(foldIn, z.items, sideFactor(this.#options));
    if (itemLayers === 0) return { ...h, foldIn };
    const { graph } = this.#itemGraph;
    return { ...h, foldIn, content: [await multiplyItemGraph(backend, scope, graph, z0, itemLayers - 1)] };
  }

  /** A new item has no embedding, so that neither C nor its own gate has a part: its vector is its row of S times S^(n-1) Z0. */
  content([learned]: readonly Float32Array[]): TrainedContent {
    const { features, train, dimensions } = this.#context;
    const { prepare, neighbors } = this.#options;
    const roots = this.#itemGraph.graph.columnScale!;
    const side = sideFactor(this.#options);
    return {
      kind: "neighbors",
      modalities: contentModalities(features, prepare),
      graphs: [
        {
          modalities: Object.keys(features),
          k: Math.min(neighbors, train.itemCount),
          weighting: "cosine",
          weight: side,
        },
      ],
      features: fuseFeatures(features, prepare).values,
      table: learned!.map((value, at) => value * roots[Math.floor(at / dimensions)]!),
    };
  }

  async #normalized(scope: Scope): Promise<Matrix> {
    const { features, norm } = this.#weights;
    if (norm === undefined) return features.value;
    const x = await scope.resultLike(features.value);
    await this.#context.operations.layerNorm(features.value, norm.gain.value, norm.bias.value, x);
    return x;
  }

  /** Computes the gradients of the parameters from those by C and Z. */
  async #backward(
    scope: Scope,
    part: GraphPart,
    { x, m, g }: AlignRecTables,
    { c, z }: SideGradients,
  ): Promise<void> {
    const { backend, operations: op } = this.#context;
    const { users, items, features, transform, gate, norm } = this.#weights;
    // C = mean(E_0 .. E_L), E_0 = [P; Q].
    const gradient = { users: users.gradient, items: items.gradient };
    await propagateBackward(this.#context, part, c, this.#options.layers, gradient);
    // ZU = R^ ZI: dZI = dZI + R^T dZU. ZI = S^n Z0: dZ0 = (S^T)^n dZI.
    const dzi = await scope.resultLike(items.value);
    await multiplyTransposedPart(this.#context, scope, part, "users", z.users, dzi);
    await op.scatterRows(z.items, part.rows.items, dzi);
    const { transposed } = this.#itemGraph;
    const dz0 = await multiplyItemGraph(backend, scope, transposed, dzi, this.#options.itemLayers);
    // Z0 = Q * G, with G = sigmoid(A): dQ += dZ0 * G, dA = dZ0 * Q * G * (1 - G).
    const da = await scope.resultLike(dz0);
    await op.gateBackward(dz0, items.value, g, items.gradient, da);
    // A = M Wg^T + bg.
    await backend.multiply(da, m, gate.weight.gradient, { transposeA: true });
    await columnSums(backend, da, gate.bias.gradient);
    const dm = await scope.resultLike(m);
    await backend.multiply(da, gate.weight.value, dm);
    // M = X Wt^T + bt.
    await backend.multiply(dm, x, transform.weight.gradient, { transposeA: true });
    await columnSums(backend, dm, transform.bias.gradient);
    if (norm === undefined) {
      if (features.gradient !== undefined) {
        await backend.multiply(dm, transform.weight.value, features.gradient);
      }
      return;
    }
    // X = LayerNorm(F).
    const dx = await scope.resultLike(x);
    await backend.multiply(dm, transform.weight.value, dx);
    const df = features.gradient ?? (await scope.resultLike(x));
    const { gain, bias } = norm;
    await op.layerNormBackward(dx, features.value, gain.value, df, gain.gradient, bias.gradient);
  }
}
