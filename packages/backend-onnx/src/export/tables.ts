import type { Initializer, InitializerState, ModalityTables, Normalization } from "@wellbegun/core";

/** One modality of a fitted initializer, with the options that its users are aggregated by. */
export interface ExportedModality extends ModalityTables {
  readonly name: string;
  readonly lambda: number;
  readonly normalization: Normalization;
}

/** The tables of an exported model. */
export interface ExportedTables extends Pick<InitializerState, "dim" | "itemDegrees" | "userFactor"> {
  readonly itemCount: number;
  readonly modalities: readonly ExportedModality[];
}

/**
 * The tables of an initializer. Exports start from an initializer, not from the records of a fit, because it
 * can also come from a file, after the fit's backend was disposed of.
 */
export function tablesOf({ state, itemCount }: Initializer): ExportedTables {
  const { dim, itemDegrees, userFactor, options } = state;
  const modalities = Object.entries(state.modalities).map(
    ([name, tables]): ExportedModality => ({
      ...tables,
      name,
      lambda: options.lambda[name]!,
      normalization: options.normalization[name]!,
    }),
  );
  return { dim, itemCount, itemDegrees, userFactor, modalities };
}
