import { readdir } from "node:fs/promises";
import { join } from "node:path";
import { expandPaths, ioError } from "@wellbegun/adapters/node";
import { type Interactions, interactionsFromArrays, type Observer, WellbegunError } from "@wellbegun/core";
import { withoutOverlap } from "@wellbegun/evaluation";
import type { FeaturePlace } from "./columns/named-columns.ts";
import { type ColumnRequest, openColumnDataset, streamColumnDataset } from "./columns/open.ts";
import { columnOptionNames } from "./columns/options.ts";
import {
  type DatasetRequest,
  type FeatureReading,
  type OpenDataset,
  openDataset,
  type StreamDataset,
} from "./dataset.ts";
import { datasetSettings } from "./options/dataset.ts";
import { type IneffectiveRule, refuseIneffective } from "./options/ineffective.ts";

/** What a command says of its dataset: a folder in MMRec's layout, or files of columns. */
export interface SourceSettings extends DatasetRequest, ColumnRequest {
  readonly force?: boolean | string;
}

/** Where a command's data comes from. */
export interface DatasetSource {
  /** What to call it. */
  readonly label: string;
  /** A folder in MMRec's layout, or files of columns. */
  readonly layout: "folder" | "columns";
  /** All files and folders that are read; the output must not replace them. */
  readonly inputs: readonly string[];
  /** Opens the dataset, all interactions in memory. */
  open(observer: Observer): Promise<OpenDataset>;
  /** Opens the dataset for a fit: with `--engine duckdb` the train interactions are read in blocks. */
  stream(observer: Observer): Promise<StreamDataset>;
}

/** A fit finds missing rows and values that are not finite on its own first pass. */
export const readForFit: FeatureReading = { missing: "none", finite: false };

/** Columns whose names both layouts take. */
const shared: readonly string[] = ["userColumn", "itemColumn"];

/** What says with `--interactions` what an option says of a folder. */
const insteadOf: Readonly<Record<string, string>> = {
  labelColumn: "with --interactions, where --split label:<column> names the column of the split",
  allTrain: "with --interactions, all rows of which are train rows without --split",
};

const rules: readonly IneffectiveRule<SourceSettings>[] = [
  ...Object.keys(datasetSettings)
    .filter((name) => !shared.includes(name))
    .map((option) => ({
      option: option as keyof SourceSettings,
      when: ({ interactions }: SourceSettings) => interactions !== undefined,
      because: insteadOf[option] ?? "with --interactions, whose files are columns with names and raw IDs",
    })),
  ...columnOptionNames
    .filter((name) => name !== "interactions")
    .map((option) => ({
      option,
      when: ({ interactions }: SourceSettings) => interactions === undefined,
      because: "without --interactions, where the dataset is a folder",
    })),
];

/**
 * Where the data comes from. With both a folder and `--interactions`, the folder's features belong to the items of the log,
 * as its `item_ids.txt` says.
 *
 * @throws {WellbegunError} `invalid-option` with neither a folder nor `--interactions`, or with an option that the layout does
 * not have; `io` if a pattern names no file.
 */
export async function datasetSource(
  folder: string | undefined,
  settings: SourceSettings,
  reading: FeatureReading = {},
): Promise<DatasetSource> {
  const { interactions, force } = settings;
  if (folder === undefined && interactions === undefined) {
    throw new WellbegunError("invalid-option", {
      doing: "reading the options",
      expected: "a dataset's folder, or --interactions with files of columns",
      found: "neither",
      at: "argument dataset",
      ...(typeof force === "string" ? { hint: "A path behind --force is taken for the output's." } : {}),
    });
  }
  refuseIneffective(rules, settings);
  if (interactions === undefined) {
    const open = (): Promise<OpenDataset> => openDataset(folder!, settings, reading);
    return { label: folder!, layout: "folder", inputs: [folder!], open, stream: open };
  }
  const withFolder: SourceSettings =
    folder === undefined ? settings : { ...settings, features: await featuresWith(folder, settings) };
  const features = Object.values(withFolder.features ?? {}).map(({ path }) => path);
  return {
    label: interactions.join(", "),
    layout: "columns",
    inputs: await expandPaths([...interactions, ...features], "reading a dataset"),
    open: (observer) => openColumns(withFolder, reading, observer),
    stream: (observer) =>
      withFolder.engine === "duckdb"
        ? streamColumns(withFolder, reading, observer)
        : openColumns(withFolder, reading, observer),
  };
}

/** The feature files of a folder by modality, and those that `--features` names. */
async function featuresWith(
  folder: string,
  { features }: SourceSettings,
): Promise<Record<string, FeaturePlace>> {
  const names = await readdir(folder).catch((cause: unknown) => {
    throw ioError("reading a folder of features", "a folder", folder, cause);
  });
  const found: Record<string, FeaturePlace> = {};
  for (const name of names.sort()) {
    const modality = /^([^.].*)_feat\.npy$/.exec(name)?.[1];
    if (modality !== undefined) found[modality] = { path: join(folder, name), column: modality };
  }
  return { ...found, ...features };
}

async function openColumns(
  settings: SourceSettings,
  reading: FeatureReading,
  observer: Observer,
): Promise<OpenDataset> {
  const dataset = await openColumnDataset(settings, reading, observer);
  const { train, validation = emptyLike(train), test = emptyLike(train) } = dataset;
  const overlap = {
    validation: withoutOverlap(validation, train).overlap,
    test: withoutOverlap(test, train).overlap,
  };
  const counts = { ...dataset.counts, overlap };
  return { ...dataset, train, validation, test, counts };
}

async function streamColumns(
  settings: SourceSettings,
  reading: FeatureReading,
  observer: Observer,
): Promise<StreamDataset> {
  const { dataset, overlap, close } = await streamColumnDataset(settings, reading, observer);
  return { ...dataset, counts: { ...dataset.counts, overlap }, close };
}

function emptyLike({ userCount, itemCount, userIds, itemIds }: Interactions): Interactions {
  return interactionsFromArrays({ users: [], items: [], userCount, itemCount, userIds, itemIds });
}
