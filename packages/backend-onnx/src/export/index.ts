import { type Initializer, type TrainedInitializer, WellbegunError } from "@wellbegun/core";
import { namesOf, refuseUnknownKeys } from "@wellbegun/core/support";
import { encodeModel } from "../protobuf/encode.ts";
import type { Model } from "../protobuf/model.ts";
import { type ExternalData, externalData, placeConstants } from "./external-data.ts";
import { foldInGraph } from "./fold-in.ts";
import type { HistoryForm } from "./history.ts";
import { tablesOf } from "./tables.ts";

export type { ExternalData } from "./external-data.ts";
export type { HistoryForm } from "./history.ts";

/** Options of {@link exportInitializer}. */
export interface ExportOptions {
  /**
   * How the model takes histories.
   *
   * - `offsets`: `items`, int64 [entries], all users' item rows one after the other, and `offsets`, int64 [users + 1].
   * - `padded`: `items`, int64 [users, length], one row a user, and `lengths`, int64 [users].
   */
  readonly form: HistoryForm;
  /** Operator set, from 18 to 21. Default: 18, which ONNX Runtime has known since 1.14. */
  readonly opset?: number | undefined;
  /**
   * Whether the model has a third input, `weights`, float32 in the shape of `items`. Default: false; all
   * weights are 1.
   */
  readonly weighted?: boolean | undefined;
  /**
   * Name of a file beside the model that holds the tables. Default: the tables are part of the model; if that
   * exceeds protobuf's limit of 2 GB, `initializer.onnx.data`.
   */
  readonly externalData?: string | undefined;
}

/** An exported model. */
export interface ExportedModel {
  /** The content of the `.onnx` file. */
  readonly model: Uint8Array;
  /** The name and content of a file in the same folder; undefined if the model holds its tables. */
  readonly externalData?: ExternalData;
}

const optionNames = namesOf<ExportOptions>({ form: true, opset: true, weighted: true, externalData: true });
const doing = "exporting an initializer";
const oldest = 18;
const newest = 21;

/**
 * The initializer of a fit, or of a trained model that propagates, as one ONNX model, so that a server in any language can fold in
 * users: histories of item rows go in, `vectors` (float32 [users, d]) and `used` (int64 [users], items that were known) come out.
 * Histories are treated as in `foldIn` with `unknownItems: "skip"`: repeated items count once, and a user without known items
 * gets the mean item of a fit, or the vector 0 of a trained model. Vectors equal those of `foldIn` to float32 rounding.
 *
 * The model takes no negatives: `foldIn` of core and of `readInitializer` does. It takes rows, not raw IDs: row i is the fit's item i (`initializer.itemIds` maps IDs to rows).
 *
 * @example
 * ```ts
 * import { exportInitializer } from "@wellbegun/backend-onnx/export";
 * import { denseFeatures, fit, interactionsFromPairs } from "@wellbegun/core";
 *
 * const train = interactionsFromPairs([["ann", "tea"], ["ann", "jam"], ["bob", "oil"]], {
 *   itemIds: ["jam", "oil", "tea"],
 * });
 * const image = denseFeatures(new Float32Array([1, 0, 0, 3, 2, 1]), 3, 2);
 * const { initializer } = await fit({ train, features: { image } }, { clusters: 2 });
 * const { model } = exportInitializer(initializer, { form: "padded" });
 * console.log(model.length > 1000); // true
 * ```
 *
 * @throws {WellbegunError} `invalid-option` for another form or opset, or an option that there is not; `unavailable` for an initializer of another kind, and for a
 * trained model without propagation, such as VBPR.
 */
export function exportInitializer(
  initializer: Initializer | TrainedInitializer,
  options: ExportOptions,
): ExportedModel {
  refuseUnknownKeys(doing, options, optionNames);
  const { form, opset = oldest, weighted = false } = options;
  if (form !== "offsets" && form !== "padded") refuse("form", '"offsets" or "padded"', `${form}`);
  if (!(Number.isInteger(opset) && opset >= oldest && opset <= newest)) {
    refuse("opset", `a whole number from ${oldest} to ${newest}`, `${opset}`);
  }
  if (options.externalData !== undefined && !/^[^/\\]+$/.test(options.externalData)) {
    refuse("externalData", "the name of a file, without a folder", JSON.stringify(options.externalData));
  }
  const tables = tablesOf(initializer);
  const graph = foldInGraph(tables, form, weighted);
  const model: Model = {
    graph,
    opset,
    doc: "Folds in users of a recommender by their histories (wellbegun).",
    metadata: {
      "wellbegun.form": form,
      "wellbegun.items": `${tables.itemCount}`,
      "wellbegun.dim": `${tables.dim}`,
    },
  };
  const placed = placeConstants(graph.constants, options.externalData);
  if (placed === undefined) return { model: encodeModel(model) };
  return { model: encodeModel(model, placed), externalData: externalData(graph.constants, placed) };
}

function refuse(at: string, expected: string, found: string): never {
  throw new WellbegunError("invalid-option", { doing, expected, found, at });
}
