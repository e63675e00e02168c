import type { Matrix } from "@wellbegun/core/backend";
import { fuseFeatures } from "../content.ts";
import { linearUniform, xavierUniform } from "../initialize.ts";
import type { ModelContext } from "../model.ts";
import type { Parameter } from "../parameters.ts";
import type { ResolvedAlignRecOptions } from "./options.ts";

/** The weights of the model by their names in the original. */
export interface AlignRecWeights {
  /** `user_embedding.weight`, U x d. */
  readonly users: Parameter;
  /** `item_id_embedding.weight`, I x d. */
  readonly items: Parameter;
  /** `mm_embedding.weight`, I x D: the features; not a parameter where they are frozen. */
  readonly features: Parameter | { readonly value: Matrix; readonly gradient: undefined };
  /** `mm_trs`: d x D and 1 x d. */
  readonly transform: { readonly weight: Parameter; readonly bias: Parameter };
  /** `gate_v.0`: d x d and 1 x d. */
  readonly gate: { readonly weight: Parameter; readonly bias: Parameter };
  /** `v_ln`: 1 x D each; left out without layer normalization. */
  readonly norm: { readonly gain: Parameter; readonly bias: Parameter } | undefined;
}

/** Makes the parameters. Frozen features are a matrix of the context. */
export async function createWeights(
  { parameters, scope, train, features, dimensions: d, seed }: ModelContext,
  options: ResolvedAlignRecOptions,
): Promise<AlignRecWeights> {
  const { columns: width, values } = fuseFeatures(features, options.prepare);
  const { userCount, itemCount } = train;
  const xavier = (name: string, rows: number): Promise<Parameter> =>
    parameters.add(name, xavierUniform(seed, name, rows, d), rows, d);
  const linear = (name: string, rows: number, columns: number, inputs: number): Promise<Parameter> =>
    parameters.add(name, linearUniform(seed, name, rows * columns, inputs), rows, columns);
  return {
    users: await xavier("user_embedding.weight", userCount),
    items: await xavier("item_id_embedding.weight", itemCount),
    features: options.freezeFeatures
      ? { value: await scope.upload(values, itemCount, width), gradient: undefined }
      : await parameters.add("mm_embedding.weight", values, itemCount, width),
    transform: {
      weight: await linear("mm_trs.weight", d, width, width),
      bias: await linear("mm_trs.bias", 1, d, width),
    },
    gate: {
      weight: await linear("gate_v.0.weight", d, d, d),
      bias: await linear("gate_v.0.bias", 1, d, d),
    },
    norm: options.layerNorm
      ? {
          gain: await parameters.add("v_ln.weight", new Float32Array(width).fill(1), 1, width),
          bias: await parameters.add("v_ln.bias", new Float32Array(width), 1, width),
        }
      : undefined,
  };
}
