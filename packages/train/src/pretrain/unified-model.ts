import type { Backend } from "@wellbegun/core";
import type { Matrix, TrainingOperations } from "@wellbegun/core/backend";
import { similarityLoss } from "../losses/similarity.ts";
import { linearUniform } from "../models/initialize.ts";
import type { FeatureTable, LossTerms } from "../models/model.ts";
import type { Parameter, Parameters } from "../models/parameters.ts";
import { clear, gather } from "../operations/rows.ts";
import { type Scope, withScope } from "../operations/scope.ts";
import type { ResolvedPretrainOptions } from "./pretrain-options.ts";
import type { View, Views } from "./views.ts";

/** Where the model is built. */
export interface UnifiedContext {
  readonly backend: Backend;
  readonly operations: TrainingOperations;
  readonly parameters: Parameters;
  /** For matrices that live as long as the model. */
  readonly scope: Scope;
  readonly options: ResolvedPretrainOptions;
}

/** One modality: its prepared features and its two maps. */
interface Modality {
  /** X_m, I x D_m: mean square 1. */
  readonly x: Matrix;
  /** 1 for each item that has the modality, else 0. */
  readonly present: Float32Array;
  /** A_m, d x D_m: from features to the unified space. */
  readonly encoder: Parameter;
  /** D_m, D_m x d: back. */
  readonly decoder: Parameter;
}

/** A batch as one view shows it. */
interface SeenBatch {
  /**
   * The rows that the encoders take: visible columns, divided by the number of modalities that show the item; undefined where
   * the modality is hidden.
   */
  readonly inputs: readonly (Matrix | undefined)[];
  /** 1 for each item of the batch that the view shows, else 0. */
  readonly shown: Float32Array;
  readonly z: Matrix;
  /** The gradient by z. */
  readonly slope: Matrix;
}

/**
 * The model of {@link pretrain}: linear maps into one space and back, with hand-written gradients.
 *
 *     z = mean over the visible modalities m of (X_m * mask) A_m^T,     X'_m = z D_m^T
 */
export class UnifiedModel {
  readonly #context: UnifiedContext;
  readonly #modalities: readonly Modality[];

  private constructor(context: UnifiedContext, modalities: readonly Modality[]) {
    this.#context = context;
    this.#modalities = modalities;
  }

  /** @param tables The prepared features by modality. */
  static async create(
    context: UnifiedContext,
    tables: Readonly<Record<string, FeatureTable>>,
  ): Promise<UnifiedModel> {
    const { parameters, scope, options } = context;
    const { dimensions: d, seed } = options;
    const modalities: Modality[] = [];
    for (const [name, { rows, columns, values, missing }] of Object.entries(tables)) {
      const linear = (kind: string, r: number, c: number): Promise<Parameter> => {
        const full = `${kind}/${name}`;
        return parameters.add(full, linearUniform(seed, `pretrain/${full}`, r * c, c), r, c);
      };
      modalities.push({
        x: await scope.upload(values, rows, columns),
        present: Float32Array.from({ length: rows }, (_, row) => (missing?.[row] === 1 ? 0 : 1)),
        encoder: await linear("encoder", d, columns),
        decoder: await linear("decoder", columns, d),
      });
    }
    return new UnifiedModel(context, modalities);
  }

  /** Writes the gradient of a batch's loss into the parameters, and returns the terms of the loss. */
  async gradients(items: Uint32Array, { whole, parts }: Views): Promise<LossTerms> {
    const { backend, operations, options, parameters } = this.#context;
    for (const [, { gradient }] of parameters.entries()) await clear(backend, gradient);
    return await withScope(backend, async (scope) => {
      const rows: Matrix[] = [];
      for (const { x } of this.#modalities) rows.push(await gather(operations, scope, x, items));
      const views = parts === undefined ? [whole] : [whole, ...parts];
      const seen: SeenBatch[] = [];
      let reconstruction = 0;
      for (const view of views) {
        const batch = await this.#see(scope, items, rows, view);
        seen.push(batch);
        reconstruction += (await this.#reconstruct(scope, items, rows, view, batch)) / views.length;
      }
      const [all, one, others] = seen;
      const contrast = one && others ? await this.#contrast(scope, one, others) : 0;
      const similarity = await this.#keepSimilarities(scope, rows, all!);
      // z = sum of inputs A_m^T: dA_m += dz^T inputs.
      for (const { inputs, slope } of seen) {
        for (const [m, { encoder }] of this.#modalities.entries()) {
          const input = inputs[m];
          if (input === undefined) continue;
          await backend.multiply(slope, input, encoder.gradient, { transposeA: true, accumulate: true });
        }
      }
      return {
        reconstruction,
        contrast: options.contrast * contrast,
        similarity: options.similarity * similarity,
      };
    });
  }

  async #see(
    scope: Scope,
    items: Uint32Array,
    rows: readonly Matrix[],
    { columns }: View,
  ): Promise<SeenBatch> {
    const { backend, operations, options } = this.#context;
    const visible = this.#modalities.map(({ present }, m) =>
      columns[m] === undefined ? undefined : Float32Array.from(items, (item) => present[item]!),
    );
    const counts = Float32Array.from(items, (_, r) => visible.reduce((sum, of) => sum + (of?.[r] ?? 0), 0));
    const z = await scope.create(items.length, options.dimensions);
    const inputs: (Matrix | undefined)[] = [];
    for (const [m, { encoder }] of this.#modalities.entries()) {
      const own = visible[m];
      inputs.push(own && (await scope.copy(rows[m]!)));
      const input = inputs[m];
      if (own === undefined || input === undefined) continue;
      await backend.transformRows(input, { scale: columns[m], unit: false });
      await backend.scaleRows(
        input,
        own.map((one, r) => one / Math.max(counts[r]!, 1)),
      );
      const token = await scope.resultLike(z);
      await operations.multiplyTransposed(input, encoder.value, token);
      await backend.addScaled(z, token, 1);
    }
    const shown = counts.map((count) => Math.min(count, 1));
    return { inputs, shown, z, slope: await scope.like(z) };
  }

  /**
   * The mean over modalities of the weighted mean of (X' - X)^2, where hidden entries weigh 1 and visible ones `visible`; adds
   * the gradient of its share in the mean over views.
   */
  async #reconstruct(
    scope: Scope,
    items: Uint32Array,
    rows: readonly Matrix[],
    { columns }: View,
    { shown, z, slope }: SeenBatch,
  ): Promise<number> {
    const { backend, operations, options } = this.#context;
    const modalities = this.#modalities;
    const views = modalities.length < 2 ? 1 : 3;
    let loss = 0;
    for (const [m, { present, decoder }] of modalities.entries()) {
      const own = Float32Array.from(items, (item, r) => present[item]! * shown[r]!);
      const weights = Float64Array.from({ length: rows[m]!.columns }, (_, c) =>
        columns[m]?.[c] ? options.visible : 1,
      );
      const total = own.reduce((sum, one) => sum + one, 0) * weights.reduce((sum, weight) => sum + weight, 0);
      if (total === 0) continue;
      const error = await scope.resultLike(rows[m]!);
      await operations.multiplyTransposed(z, decoder.value, error);
      await backend.addScaled(error, rows[m]!, -1);
      await backend.scaleRows(error, own);
      const { sumOfSquares } = await backend.columnMoments(error);
      const share = 1 / (total * modalities.length);
      loss += share * sumOfSquares.reduce((sum, square, c) => sum + weights[c]! * square, 0);
      // dX' = 2 weight error / total; dD_m += dX'^T z, dz += dX' D_m.
      const scale = weights.map((weight) => (2 * weight * share) / views);
      await backend.transformRows(error, { scale, unit: false });
      await backend.multiply(error, z, decoder.gradient, { transposeA: true, accumulate: true });
      await backend.multiply(error, decoder.value, slope, { accumulate: true });
    }
    return loss;
  }

  /** InfoNCE between the two views, both ways, over the items that both show; adds its gradient. */
  async #contrast(scope: Scope, one: SeenBatch, others: SeenBatch): Promise<number> {
    const { operations, options } = this.#context;
    const both = Uint32Array.from(one.shown.keys()).filter((r) => one.shown[r]! * others.shown[r]! === 1);
    if (both.length === 0) return 0;
    const given = {
      counts: new Float64Array(both.length).fill(1),
      temperature: options.temperature,
      weight: options.contrast / 2,
    };
    let loss = 0;
    for (const [from, to] of [
      [one, others],
      [others, one],
    ] as const) {
      const a = await gather(operations, scope, from.z, both);
      const v = await gather(operations, scope, to.z, both);
      const [da, dv] = [await scope.resultLike(a), await scope.resultLike(v)];
      loss += (await operations.infoNce(a, v, da, dv, given)) / 2;
      await operations.scatterRows(da, both, from.slope);
      await operations.scatterRows(dv, both, to.slope);
    }
    return loss;
  }

  /** AlignRec's regularizer: z z^T against the cosines of the features side by side; adds its gradient. */
  async #keepSimilarities(scope: Scope, rows: readonly Matrix[], { z, slope }: SeenBatch): Promise<number> {
    const { backend, operations, options } = this.#context;
    const width = rows.reduce((sum, { columns }) => sum + columns, 0);
    const features = await scope.create(z.rows, width);
    let first = 0;
    for (const x of rows) {
      // Rows of length 1 in every modality, whatever its width.
      await backend.addScaled(features, x, 1 / Math.sqrt(x.columns), first);
      first += x.columns;
    }
    await backend.transformRows(features, { unit: true });
    const kept = { vectors: z, features, counts: new Float64Array(z.rows).fill(1) };
    const gradient = await scope.resultLike(z);
    const loss = await similarityLoss(backend, operations, kept, options.similarity, gradient);
    await backend.addScaled(slope, gradient, 1);
    return loss;
  }
}
