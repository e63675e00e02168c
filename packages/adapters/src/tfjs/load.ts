import { type LoadingOptions, planLoading } from "../vectors/loading.ts";
import type { Norms } from "../vectors/norms.ts";
import type { Vectors } from "../vectors/vectors.ts";
import { refusedPlace, verifyValues } from "../vectors/verify.ts";
import type { TfCore, TfLayer, TfModel, TfTensor } from "./tensorflow.ts";

/** Options of {@link loadVectors}. */
export interface LoadVectorsOptions extends LoadingOptions {
  /**
   * Whether to freeze the layer. This must be set before the model is compiled, since TensorFlow.js collects
   * the trainable weights then. Default: false; the layer's own `trainable` is unchanged.
   */
  readonly freeze?: boolean | undefined;
}

/** The result of {@link loadVectors}. */
export interface LoadedVectors {
  /** The layer's name. */
  readonly layer: string;
  /** Number of rows that were written, without padding. */
  readonly rows: number;
  readonly columns: number;
  /** The factor by which the vectors were multiplied. */
  readonly factor: number;
  /** Sizes of the values that were replaced. */
  readonly before: Norms;
  /** Sizes of the vectors that replaced them. */
  readonly after: Norms;
  /**
   * Compares the layer with the written vectors, value by value. Call it after all initializers ran, right
   * before training.
   *
   * @throws {WellbegunError} `mismatch` naming the first row and column that differ.
   */
  verify(): Promise<void>;
}

const DOING = "placing vectors in a TensorFlow.js layer";
const refused = refusedPlace.bind(undefined, DOING);

/**
 * Puts vectors into the embedding layer of a built model, and reads them back. The layer's variable stays the same object,
 * on the same device. Call it after the model is built and before it is compiled.
 *
 * @param tf `@tensorflow/tfjs` or `@tensorflow/tfjs-core`: the instance that the model is made with.
 * @param layer A `tf.layers.embedding`, or a model and the layer's name.
 * @throws {WellbegunError} In all cases nothing is overwritten. `invalid-option` if there is no such layer, it
 * is not an embedding, has no weights yet, masks row 0 without padding, or is to be frozen in a compiled model, or there is no such option;
 * `mismatch` naming the first difference of widths, counts or IDs; `invalid-data` if the vectors are not
 * finite, or have no scale.
 */
export async function loadVectors(
  tf: TfCore,
  layer: TfLayer | { readonly model: TfModel; readonly name: string },
  vectors: Vectors,
  options: LoadVectorsOptions = {},
): Promise<LoadedVectors> {
  const { freeze, ...loading } = options;
  const target = "model" in layer ? layerNamed(layer.model, layer.name) : layer;
  const at = `layer ${JSON.stringify(target.name)}`;
  const compiled = "model" in layer && layer.model.optimizer != null;
  if (freeze === true && compiled) {
    throw refused("a model that is not compiled yet, to freeze a layer", "a compiled one", at);
  }
  const [rows, columns] = tableOf(target, at).shape as [number, number];
  if (target.getConfig().maskZero === true && (loading.padding ?? 0) < 1) {
    throw refused("padding of at least 1 row, since the layer masks row 0", "none", at);
  }
  const data = await tableOf(target, at).data();
  const plan = await planLoading({ at, doing: DOING, rows, columns, data }, vectors, loading);
  const tensor = tf.tensor2d(plan.values, [rows, columns]);
  try {
    target.setWeights([tensor]);
  } finally {
    tensor.dispose();
  }
  if (freeze === true) target.trainable = false;
  const verify = async (): Promise<void> => {
    verifyValues(await tableOf(target, at).data(), plan.values, columns, {
      doing: "verifying placed vectors",
      at,
      hint: "Something wrote to the layer after the vectors were placed.",
    });
  };
  await verify();
  const { factor, before, after } = plan;
  return { layer: target.name, rows: vectors.rows, columns, factor, before, after, verify };
}

function layerNamed(model: TfModel, name: string): TfLayer {
  const found = model.layers.find((layer) => layer.name === name);
  if (found !== undefined) return found;
  const names = model.layers.map((layer) => layer.name).join(", ");
  throw refused(`one of the layers ${names}`, JSON.stringify(name), "the model");
}

/** The layer's only weight. It is not a copy: the layer disposes of it. */
function tableOf(layer: TfLayer, at: string): TfTensor {
  if (layer.getClassName() !== "Embedding") throw refused("an Embedding layer", layer.getClassName(), at);
  const [table] = layer.getWeights();
  if (table === undefined) {
    const found = "a layer without weights";
    throw refused("a built layer", found, at, "Place once the model is made, or use tableInitializer.");
  }
  if (table.dtype !== "float32") throw refused("float32 weights", table.dtype, at);
  return table;
}
