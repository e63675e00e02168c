import { type MmrecDataset, readMmrecDataset } from "@wellbegun/adapters/node";
import type { DatasetSettings } from "./options/dataset.ts";

/** Opens a dataset as the settings say. */
export function loadDataset(
  folder: string,
  settings: DatasetSettings & { readonly modalities?: readonly string[] },
): Promise<MmrecDataset> {
  const { userColumn, itemColumn, labelColumn, separator, modalities, users: userCount } = settings;
  return readMmrecDataset(folder, {
    userColumn,
    itemColumn,
    labelColumn,
    separator,
    modalities,
    userCount,
    // The fit finds missing rows and values that are not finite on its own first pass: one pass over the files less.
    missing: "none",
    finite: false,
  });
}
