import {
  type Initializer,
  type InitializerState,
  type ModalityTables,
  type Normalization,
  type TrainedInitializer,
  WellbegunError,
} from "@wellbegun/core";

/** One modality of an initializer, with the options that its users are aggregated by. */
export interface ExportedModality extends Omit<ModalityTables, "content"> {
  readonly name: string;
  readonly lambda: number;
  readonly normalization: Normalization;
}

/** The tables of an exported model. */
export interface ExportedTables extends Pick<InitializerState, "dim" | "itemDegrees" | "userFactor"> {
  readonly itemCount: number;
  readonly modalities: readonly ExportedModality[];
  /** The vector of a user without known items, in words. */
  readonly unknown: string;
}

/**
 * The tables of an initializer. Exports start from an initializer, not from the records of a fit, because it
 * can also come from a file, after the fit's backend was disposed of.
 *
 * @throws {WellbegunError} `unavailable` for an initializer that has no ONNX form.
 */
export function tablesOf(initializer: Initializer | TrainedInitializer): ExportedTables {
  if ("state" in initializer) return fittedTables(initializer);
  if ("propagated" in initializer && initializer.propagated !== undefined)
    return trainedTables(initializer, initializer.propagated);
  throw new WellbegunError("unavailable", {
    doing: "exporting an initializer",
    expected: "that of a fit, or of a trained model that propagates: alignrec, lightgcn or freedom",
    found: "another one",
  });
}

function fittedTables({ state, itemCount }: Initializer): ExportedTables {
  const { dim, itemDegrees, userFactor, options } = state;
  const modalities = Object.entries(state.modalities).map(
    ([name, tables]): ExportedModality => ({
      ...tables,
      name,
      lambda: options.lambda[name]!,
      normalization: options.normalization[name]!,
    }),
  );
  return { dim, itemCount, itemDegrees, userFactor, modalities, unknown: "the mean item" };
}

/** A trained model's propagation is the local term of one modality: the sum of w T_i / sqrt(d_u d_i). */
function trainedTables({ items, itemDegrees }: TrainedInitializer, propagated: Float32Array): ExportedTables {
  const { rows: itemCount, columns: dim } = items;
  // A fit counts an item without users as of degree 1; here it adds nothing.
  const table = propagated.map((value, at) => (itemDegrees[Math.floor(at / dim)]! > 0 ? value : 0));
  const propagation: ExportedModality = {
    name: "propagated",
    items: table,
    column: 0,
    columns: dim,
    weight: 1,
    lambda: 1,
    normalization: "sym",
    missing: undefined,
    clusters: 0,
    labels: new Int32Array(itemCount).fill(-1),
    points: new Float32Array(dim),
  };
  return { dim, itemCount, itemDegrees, userFactor: 1, modalities: [propagation], unknown: "0" };
}
