import { readdir } from "node:fs/promises";
import { join } from "node:path";
import { expandPaths } from "@wellbegun/adapters/node";
import { type Interactions, interactionsFromArrays, type Observer, WellbegunError } from "@wellbegun/core";
import { withoutOverlap } from "@wellbegun/evaluation";
import type { FeaturePlace } from "../../shared/columns/named-columns.ts";
import { openColumnDataset } from "../../shared/columns/open.ts";
import { type ColumnSettings, columnSettings } from "../../shared/columns/options.ts";
import { type OpenDataset, openForFit } from "../../shared/dataset.ts";
import { type DatasetSettings, datasetSettings } from "../../shared/options/dataset.ts";
import { type IneffectiveRule, refuseIneffective } from "../../shared/options/ineffective.ts";
import type { InitSettings } from "./options.ts";

/** What the vectors are made from: a folder in MMRec's layout, or files of columns. */
export interface InitSource {
  /** What to call it. */
  readonly label: string;
  /** All files and folders that are read; the output must not replace them. */
  readonly inputs: readonly string[];
  open(observer: Observer): Promise<OpenDataset>;
}

/** Columns whose names both layouts take. */
const shared: readonly string[] = ["userColumn", "itemColumn"];

const folderOptions = Object.keys(datasetSettings).filter((name) => !shared.includes(name));
const columnOptions = Object.keys(columnSettings).filter((name) => name !== "interactions");

const rules: readonly IneffectiveRule<InitSettings>[] = [
  {
    option: "otherData",
    when: ({ centroids }) => centroids === undefined,
    because: "without --centroids, whose features could be other",
  },
  ...folderOptions.map((option) => ({
    option: option as keyof DatasetSettings,
    when: ({ interactions }: InitSettings) => interactions !== undefined,
    because: "with --interactions, whose files are columns with names and raw IDs",
  })),
  ...columnOptions.map((option) => ({
    option: option as keyof ColumnSettings,
    when: ({ interactions }: InitSettings) => interactions === undefined,
    because: "without --interactions, where the dataset is a folder",
  })),
];

/**
 * Where the data comes from.
 *
 * With both a folder and `--interactions`, the folder's features belong to the items of the log, as its `item_ids.txt` says.
 *
 * @throws {WellbegunError} `invalid-option` with neither a folder nor `--interactions`, or with an option that the layout does not have; `io` if a pattern names no file.
 */
export async function initSource(folder: string | undefined, settings: InitSettings): Promise<InitSource> {
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
    return { label: folder!, inputs: [folder!], open: () => openForFit(folder!, settings) };
  }
  const withFolder: InitSettings =
    folder === undefined ? settings : { ...settings, features: await featuresWith(folder, settings) };
  const features = Object.values(withFolder.features ?? {}).map(({ path }) => path);
  return {
    label: interactions.join(", "),
    inputs: await expandPaths([...interactions, ...features], "reading a dataset"),
    open: (observer) => openColumns(withFolder, observer),
  };
}

/** The feature files of a folder by modality, and those that `--features` names. */
async function featuresWith(
  folder: string,
  { features }: InitSettings,
): Promise<Record<string, FeaturePlace>> {
  const names = await readdir(folder).catch((cause: Error) => {
    const doing = "reading a folder of features";
    throw new WellbegunError("io", { doing, expected: "a folder", found: cause.message, at: folder, cause });
  });
  const found: Record<string, FeaturePlace> = {};
  for (const name of names.sort()) {
    const modality = /^([^.].*)_feat\.npy$/.exec(name)?.[1];
    if (modality !== undefined) found[modality] = { path: join(folder, name), column: modality };
  }
  return { ...found, ...features };
}

async function openColumns(settings: InitSettings, observer: Observer): Promise<OpenDataset> {
  const dataset = await openColumnDataset(settings, observer);
  const { train, validation = emptyLike(train), test } = dataset;
  const overlapOf = (heldOut: Interactions | undefined): number =>
    heldOut === undefined ? 0 : withoutOverlap(heldOut, train).overlap;
  const overlap = { validation: overlapOf(validation), test: overlapOf(test) };
  return { ...dataset, validation, counts: { ...dataset.counts, overlap }, close: async () => undefined };
}

function emptyLike({ userCount, itemCount, userIds, itemIds }: Interactions): Interactions {
  return interactionsFromArrays({ users: [], items: [], userCount, itemCount, userIds, itemIds });
}
