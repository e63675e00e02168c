import { join } from "node:path";
import { type FeatureSource, type IdIndex, WellbegunError } from "@wellbegun/core";
import { decodeIdList } from "../bundle/id-list.ts";
import { ID_FILES } from "../bundle/manifest.ts";
import { chooseModalities, FEATURES_SUFFIX, listFolder } from "./dataset-folder.ts";
import { encodedFeatures, readFeatureManifest } from "./encoded-features.ts";
import { readWhole } from "./files.ts";
import { type NpyFeatures, openNpyFeatures } from "./npy-features.ts";

const DOING = "reading a folder of features";

/** The features of a folder without interactions. Close it when done. */
export interface FeatureFolder {
  /** By modality, all with the same IDs. */
  readonly features: Readonly<Record<string, FeatureSource>>;
  /** The raw ID of each row, as text. */
  readonly ids: IdIndex;
  close(): Promise<void>;
}

/**
 * Opens a folder of features alone, such as `wellbegun embed` writes: `item_ids.txt` and `<modality>_feat.npy`, with what
 * `features.json` says of their encoders and missing rows. Rows of zeros are missing where it says nothing.
 *
 * @param modalities Those to open. Default: all that have a file.
 * @throws {WellbegunError} `io` if a file is missing or cannot be read; `format` if one is damaged; `mismatch` if modalities and IDs differ
 * in rows, or a file was changed after `features.json` was written; `invalid-data` if an ID occurs twice or a value is not finite;
 * `invalid-option` for a modality without a file.
 */
export async function openFeatureFolder(
  folder: string,
  modalities?: readonly string[],
): Promise<FeatureFolder> {
  const names = await listFolder(folder);
  const chosen = chooseModalities(folder, names, modalities);
  const path = join(folder, ID_FILES.items);
  const ids = decodeIdList(await readWhole(path, DOING), path);
  const manifest = await readFeatureManifest(folder, names);
  const opened: NpyFeatures[] = [];
  const close = async (): Promise<void> => {
    await Promise.all(opened.map((source) => source.close()));
  };
  try {
    const features: [string, FeatureSource][] = [];
    for (const modality of chosen) {
      const known = await encodedFeatures(folder, modality, manifest);
      const file = join(folder, modality + FEATURES_SUFFIX);
      const source = await openNpyFeatures(file, { encoder: known?.encoder, mask: known?.missing });
      opened.push(source);
      if (source.rows !== ids.size) {
        const expected = `${ids.size} rows, one for each ID of ${ID_FILES.items}`;
        throw new WellbegunError("mismatch", { doing: DOING, expected, found: `${source.rows}`, at: file });
      }
      features.push([modality, { ...source, ids }]);
    }
    return { features: Object.fromEntries(features), ids, close };
  } catch (error) {
    await close();
    throw error;
  }
}
