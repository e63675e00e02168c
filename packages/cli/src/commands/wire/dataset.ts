import { readdir } from "node:fs/promises";
import { basename, join, resolve } from "node:path";
import type { ComparedData } from "@wellbegun/adapters/bundle";
import type { Bundle } from "@wellbegun/adapters/node";
import type { Observer } from "@wellbegun/core";
import { compareWithDataset } from "../../shared/compared-data.ts";
import { openDataset } from "../../shared/dataset.ts";
import { readForFit } from "../../shared/dataset-source.ts";
import { type DatasetSettings, datasetSettings } from "../../shared/options/dataset.ts";
import { entriesOf } from "../../shared/options/settings.ts";

/** The dataset that a model will be trained on. */
export interface TrainingDataset {
  /** Its name in the codebase; undefined if nothing says it. */
  readonly name: string | undefined;
  /** Its folder, which holds an `.inter` table; undefined if it is not found. */
  readonly folder: string | undefined;
}

/**
 * Finds the dataset: the folder that was given, or the one of that name among the checkout's data.
 *
 * @param given A name in the codebase, or a folder.
 * @param otherwise The name that the bundle's manifest says.
 */
export async function findDataset(
  given: string | undefined,
  checkout: string | undefined,
  otherwise: string | undefined,
): Promise<TrainingDataset> {
  if (given !== undefined && (await holdsTable(given)))
    return { name: basename(resolve(given)), folder: given };
  const name = given ?? otherwise;
  if (name === undefined || checkout === undefined) return { name, folder: undefined };
  const folder = join(checkout, "data", name);
  return { name, folder: (await holdsTable(folder)) ? folder : undefined };
}

/** Compares the bundle with the dataset that its vectors will be trained on; null if there is none to compare with. */
export async function compareWithTraining(
  bundle: Bundle,
  { folder }: TrainingDataset,
  { otherData, ...settings }: DatasetSettings & { readonly otherData?: boolean },
  observer: Pick<Observer, "signal">,
): Promise<ComparedData | null> {
  if (folder === undefined) return null;
  // `wire` has an option modalities of another meaning, which is not one of the dataset's.
  const known = entriesOf(datasetSettings).map(([name]) => [name, settings[name]]);
  const dataset = await openDataset(folder, Object.fromEntries(known) as DatasetSettings, {
    ...readForFit,
    withoutFeatures: "allow",
  });
  try {
    return await compareWithDataset(bundle, dataset, folder, { otherData }, observer);
  } finally {
    await dataset.close();
  }
}

async function holdsTable(folder: string): Promise<boolean> {
  const names = await readdir(folder).catch(() => []);
  return names.some((name) => name.endsWith(".inter") && !name.startsWith("."));
}
