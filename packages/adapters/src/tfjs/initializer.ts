import { WellbegunError } from "@wellbegun/core";
import { namesOf, refuseUnknownKeys } from "@wellbegun/core/support";
import { wholeTable } from "../vectors/batches.ts";
import { tableNorms } from "../vectors/norms.ts";
import type { Vectors } from "../vectors/vectors.ts";
import type { TfCore, TfInitializers, TfTensor } from "./tensorflow.ts";

/** Options of {@link tableInitializer}. */
export interface TableInitializerOptions {
  /** Rows of zeros at the table's start, such as a mask's row 0. Default: 0. */
  readonly padding?: number | undefined;
  /**
   * Root mean square to which one factor scales the vectors. Default: not scaled. TensorFlow.js's own
   * initializer of an embedding, uniform on ±0.05, has 0.05 / sqrt(3) = 0.0289.
   */
  readonly rms?: number | undefined;
}

const DOING = "initializing a TensorFlow.js layer";
const optionNames = namesOf<TableInitializerOptions>({ padding: true, rms: true });

/**
 * An initializer for a layer that is yet to be built: `tf.layers.embedding({ embeddingsInitializer, ... })`.
 * Counts of rows are checked, but not IDs, since a layer has none.
 *
 * It is derived from TensorFlow.js's own zeros initializer, since a layer accepts only TensorFlow.js's
 * initializer classes. A saved model therefore names the zeros initializer; its weights are saved with it, and
 * it loads without this package.
 *
 * @param tf `@tensorflow/tfjs`, or `{ ...tfCore, ...tfLayers }`.
 * @throws {WellbegunError} `invalid-option` for invalid numbers, or an option that there is not; `invalid-data` if the vectors are not finite,
 * or all zero and `rms` is given. When the layer is built: `mismatch` if its shape is not that of the table.
 */
export async function tableInitializer<Initializer extends object>(
  tf: TfCore & TfInitializers<Initializer>,
  vectors: Vectors,
  options: TableInitializerOptions = {},
): Promise<Initializer> {
  refuseUnknownKeys(DOING, options, optionNames);
  const { padding = 0, rms } = options;
  const fail = (option: string, expected: string, found: number): WellbegunError =>
    new WellbegunError("invalid-option", {
      doing: DOING,
      expected,
      found: `${found}`,
      at: `option ${option}`,
    });
  if (!Number.isSafeInteger(padding) || padding < 0) throw fail("padding", "a number of rows", padding);
  if (rms !== undefined && !(rms > 0 && rms < Infinity)) throw fail("rms", "a number above 0", rms);
  const { columns } = vectors;
  const table = await wholeTable(vectors, DOING);
  const own = tableNorms(table, columns).rms;
  if (rms !== undefined && own === 0) {
    const expected = "values other than zero, to scale";
    throw new WellbegunError("invalid-data", { doing: DOING, expected, found: "zeros", at: vectors.kind });
  }
  const factor = rms === undefined ? 1 : rms / own;
  const rows = padding + vectors.rows;
  const values = new Float32Array(rows * columns);
  for (let i = 0; i < table.length; i++) values[padding * columns + i] = table[i]! * factor;
  const apply = (shape: readonly (number | null)[]): TfTensor => {
    if (shape.length === 2 && shape[0] === rows && shape[1] === columns) {
      return tf.tensor2d(values, [rows, columns]);
    }
    throw new WellbegunError("mismatch", {
      doing: DOING,
      expected: `a layer of ${rows} x ${columns}`,
      found: shape.join(" x "),
      at: vectors.kind,
      hint: `Give it inputDim ${rows} and outputDim ${columns}.`,
    });
  };
  return Object.assign(tf.initializers.zeros(), { apply });
}
