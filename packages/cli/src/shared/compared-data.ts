import type { ComparedData, Control } from "@wellbegun/adapters/bundle";
import { type Bundle, compareData } from "@wellbegun/adapters/node";
import type { Observer } from "@wellbegun/core";
import type { OpenDataset } from "./dataset.ts";

/** The note for the user about a control. */
export const CONTROL_NOTE =
  "The tables are a control: their rows are permuted, or their training started from permuted rows. Real tables must exceed them.";

/** A command's options for comparing a bundle with a dataset. */
export interface CompareSettings {
  readonly otherData?: boolean | undefined;
  readonly modalities?: readonly string[] | undefined;
}

/** Compares a bundle with a dataset; a difference is refused unless `--other-data` says that it is meant. */
export function compareWithDataset(
  bundle: Bundle,
  dataset: OpenDataset,
  label: string,
  { otherData, modalities }: CompareSettings,
  { signal }: Pick<Observer, "signal">,
): Promise<ComparedData> {
  return compareData(bundle, dataset, { otherData, modalities, label, signal });
}

/** The note for the user about tables and the data that they were computed from. */
export function dataNotes({ data, difference }: ComparedData, control: Control): readonly string[] {
  const notes = {
    same: [],
    other: [`The bundle was computed from other data, which --other-data allows. ${difference}.`],
    unknown: [
      "Nothing says what data the tables were computed from: only users and items were compared with the dataset.",
    ],
  };
  return [...notes[data], ...(control === null ? [] : [CONTROL_NOTE])];
}
