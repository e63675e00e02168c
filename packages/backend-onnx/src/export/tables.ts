import type { Initializer, ModalityTables, Normalization } from "@wellbegun/core";

/** What one modality of an exported model is made of. */
export interface ExportedModality extends ModalityTables {
  readonly name: string;
  /** Weight of the local term. */
  readonly lambda: number;
  readonly normalization: Normalization;
}

/** What an exported model is made of. */
export interface Tables {
  readonly dim: number;
  readonly itemCount: number;
  readonly itemDegrees: Float64Array;
  /** What user vectors are multiplied with, or `unit` for 1 / norm. */
  readonly userFactor: number | "unit";
  readonly modalities: readonly ExportedModality[];
}

/** The tables of an initializer; none is copied. */
export function tablesOf({ options, itemCount, state }: Initializer): Tables {
  const { dim, itemDegrees, userFactor } = state;
  const modalities = Object.entries(state.modalities).map(([name, tables]): ExportedModality => {
    return { ...tables, name, lambda: options.lambda[name]!, normalization: options.normalization[name]! };
  });
  return { dim, itemCount, itemDegrees, userFactor, modalities };
}
