import {
  type MmrecCounts,
  type MmrecDataset,
  type MmrecDatasetOptions,
  readMmrecDataset,
} from "@wellbegun/adapters/node";
import type { AnyInteractions, Dataset, Interactions } from "@wellbegun/core";
import type { DatasetSettings } from "./options/dataset.ts";
import { datasetRules } from "./options/dataset-rules.ts";
import { refuseIneffective } from "./options/ineffective.ts";

/** What a command reads of an open dataset, whatever its layout. */
export interface OpenDataset<Train extends AnyInteractions = Interactions> extends Omit<Dataset, "train"> {
  readonly train: Train;
  /** Empty if there are none, as `test`. */
  readonly validation: Interactions;
  readonly test: Interactions;
  readonly counts: Omit<MmrecCounts, "missing">;
  /** Notes for the user. */
  readonly notes: readonly string[];
  close(): Promise<void>;
}

/**
 * An open dataset whose train interactions may be read in blocks. Held-out interactions are left out where there are none: with one
 * number a user, they would take memory.
 */
export type StreamDataset = Omit<OpenDataset<AnyInteractions>, "validation" | "test"> &
  Pick<Dataset, "validation" | "test">;

/** A command's options for reading a dataset. */
export type DatasetRequest = DatasetSettings & { readonly modalities?: readonly string[] };

/** How features are read; `missing` and `withoutFeatures` hold for both layouts. */
export type FeatureReading = Pick<MmrecDatasetOptions, "missing" | "finite" | "withoutFeatures">;

/** Opens a dataset as the settings say. */
export function openDataset(
  folder: string,
  settings: DatasetRequest,
  features: FeatureReading = {},
): Promise<MmrecDataset> {
  refuseIneffective(datasetRules, settings);
  const { userColumn, itemColumn, labelColumn, separator, modalities, users: userCount, ids } = settings;
  return readMmrecDataset(folder, {
    userColumn,
    itemColumn,
    labelColumn: settings.allTrain === true ? null : labelColumn,
    separator,
    ids,
    modalities,
    userCount,
    ...features,
  });
}
