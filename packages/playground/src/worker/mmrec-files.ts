import { decodeIdList } from "@wellbegun/adapters/bundle";
import { chooseInterFiles, parseInterFiles, splitInteractions } from "@wellbegun/adapters/mmrec";
import { decodeNpy, toFloat32 } from "@wellbegun/adapters/npy";
import { denseFeatures, type FeatureSource } from "@wellbegun/core";
import type { NamedFile } from "../protocol.ts";
import { itemTextsOf } from "./item-texts.ts";
import { bytesOf, type OpenedDataset } from "./opened.ts";
import { openTables } from "./tables.ts";

const FEATURES = "_feat.npy";
const ITEM_IDS = "item_ids.txt";

/**
 * A dataset in MMRec's layout: the `.inter` table, or one for each split, and `<modality>_feat.npy` for each modality. With `item_ids.txt`, the ID
 * columns hold any text, as with `wellbegun init --ids raw`; otherwise row numbers.
 */
export async function openMmrec(name: string, files: readonly NamedFile[]): Promise<OpenedDataset> {
  const names = files.map((file) => file.name);
  const tables = chooseInterFiles(name, name, names).files;
  const features: Record<string, FeatureSource> = {};
  for (const file of [...files].sort((a, b) => (a.name < b.name ? -1 : 1))) {
    if (!file.name.endsWith(FEATURES) || file.name === FEATURES) continue;
    const array = decodeNpy(await bytesOf(file), file.name);
    const options = { label: file.name };
    features[file.name.slice(0, -FEATURES.length)] = denseFeatures(
      toFloat32(array),
      array.rows,
      array.columns,
      options,
    );
  }
  const first = Object.values(features)[0];
  if (first === undefined)
    throw new Error(`${tables[0]!.file} has no features beside it: add files like image_feat.npy.`);
  const list = files.find((file) => file.name === ITEM_IDS);
  const itemIds = list === undefined ? undefined : decodeIdList(await bytesOf(list), ITEM_IDS);
  const parts = tables.map(async ({ file, split }) => {
    const bytes = await bytesOf(files.find((one) => one.name === file)!);
    return { split, label: file, parts: [bytes] };
  });
  const parsed = await parseInterFiles(
    await Promise.all(parts),
    itemIds === undefined ? {} : { ids: "raw", itemIds: itemIds.ids },
  );
  const split = { itemCount: first.rows, featuresLabel: first.label };
  return {
    name,
    features,
    train: splitInteractions(parsed, "train", split),
    validation: splitInteractions(parsed, "validation", split),
    test: splitInteractions(parsed, "test", split),
    itemTexts: await itemTextsOf(await openTables(files)),
    notes: itemIds === undefined ? [] : ["IDs are raw text: item_ids.txt names the feature rows."],
  };
}
