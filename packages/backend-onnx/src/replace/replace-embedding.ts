import {
  type LoadingOptions,
  type Norms,
  planLoading,
  refusedPlace,
  type Vectors,
  verifyValues,
} from "@wellbegun/adapters/vectors";
import { WellbegunError } from "@wellbegun/core";
import { spliced } from "../protobuf/fields.ts";
import { type Initializer, type ModelGraph, readGraph, readingModel, type Use } from "./read-graph.ts";
import { floatTypes, tensorValues, withValues } from "./tensor.ts";

/** Options of {@link replaceEmbedding}. */
export interface ReplaceEmbeddingOptions extends LoadingOptions {
  /** The initializer's name. Default: the one table that a Gather of the main graph takes rows from. */
  readonly name?: string | undefined;
}

/** The result of {@link replaceEmbedding}. */
export interface ReplacedEmbedding {
  /** The model with the new table, its bytes otherwise as they were. */
  readonly model: Uint8Array;
  /** The initializer's name. */
  readonly name: string;
  /** Rows that were replaced, without padding. */
  readonly rows: number;
  readonly columns: number;
  /** Every node of the main graph that takes the table, such as `Gather embed`: a tied output layer shows here. */
  readonly uses: readonly string[];
  /** The factor of the vectors. */
  readonly factor: number;
  /** Sizes of the values that were replaced. */
  readonly before: Norms;
  /** Sizes of the new vectors. */
  readonly after: Norms;
}

const DOING = "replacing an embedding of an ONNX model";
const refused = refusedPlace.bind(undefined, DOING);

/**
 * Replaces an embedding table of an ONNX model. Only that tensor is written anew, as raw_data; every other byte
 * stays, so metadata, opsets and unknown fields do not change. The new model is read back before it is
 * returned.
 *
 * @param model The bytes of a `.onnx` file. Memory holds them twice.
 * @throws {WellbegunError} `format` if they are not an ONNX model; `invalid-option` if no initializer has the name, none or
 * several feed a Gather, its type is neither float32 nor float64, or its values lie in an external file; `mismatch` naming
 * the first difference of dims, counts or IDs; `invalid-data` if the vectors are not finite, or have no scale.
 */
export async function replaceEmbedding(
  model: Uint8Array,
  vectors: Vectors,
  options: ReplaceEmbeddingOptions = {},
): Promise<ReplacedEmbedding> {
  const graph = readGraph(model, DOING);
  const { name: wanted, ...loading } = options;
  const target = wanted === undefined ? theEmbedding(graph) : named(graph, wanted);
  const { name, dims, field } = target;
  const at = `initializer ${JSON.stringify(name)}`;
  const type = floatTypes.get(target.type);
  if (type === undefined) throw refused("float32 or float64", `TensorProto data type ${target.type}`, at);
  if (target.external) {
    const hint =
      "Save the model with its weights inside: onnx.save_model(model, path, save_as_external_data=False).";
    throw refused("values inside the model", "values in an external file", at, hint);
  }
  const [rows, columns] = dims;
  if (rows === undefined || columns === undefined || dims.length !== 2 || !dims.every((dim) => dim > 0)) {
    throw refused("two dimensions, rows and columns", `dims ${dims.join(" x ")}`, at);
  }
  const data = readingModel(DOING, () => tensorValues(field.value, type));
  if (data.length !== rows * columns) {
    throw new WellbegunError("format", {
      doing: DOING,
      expected: `${rows} x ${columns} values`,
      found: `${data.length}`,
      at,
    });
  }
  const plan = await planLoading({ at, doing: DOING, rows, columns, data }, vectors, loading);
  const tensor = withValues(field.value, type, plan.values);
  const made = spliced(model, graph.field, spliced(graph.field.value, field, tensor));
  verify(made, name, type, plan.values, columns);
  const { factor, before, after } = plan;
  const uses = (graph.uses.get(name) ?? []).map(({ operator, node }) => `${operator} ${node}`.trim());
  return { model: made, name, rows: vectors.rows, columns, uses, factor, before, after };
}

function named({ initializers }: ModelGraph, name: string): Initializer {
  const found = initializers.find((initializer) => initializer.name === name);
  if (found !== undefined) return found;
  const names = initializers.map((initializer) => initializer.name).join(", ") || "none";
  throw refused(`one of the initializers ${names}`, JSON.stringify(name), "option name");
}

/** The only initializer that a Gather takes rows from. */
function theEmbedding({ initializers, uses }: ModelGraph): Initializer {
  const takesRows = ({ operator, input, axis }: Use): boolean =>
    operator === "Gather" && input === 0 && axis === 0;
  const found = initializers.filter(
    ({ name, dims, type }) => dims.length === 2 && floatTypes.has(type) && uses.get(name)?.some(takesRows),
  );
  const [only] = found;
  if (only !== undefined && found.length === 1) return only;
  const tables = found.map(({ name, dims }) => `${name} (${dims.join(" x ")})`).join(", ");
  throw refused(
    "one table that a Gather takes rows from",
    found.length === 0 ? "none" : tables,
    "the main graph",
    "Name the initializer: option name.",
  );
}

function verify(
  model: Uint8Array,
  name: string,
  type: "float32" | "float64",
  values: Float32Array,
  columns: number,
): void {
  const found = tensorValues(named(readGraph(model, DOING), name).field.value, type);
  const at = `initializer ${JSON.stringify(name)}`;
  verifyValues(found, values, columns, { doing: "verifying a replaced embedding", at });
}
