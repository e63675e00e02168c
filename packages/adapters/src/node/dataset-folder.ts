import { readdir } from "node:fs/promises";
import { WellbegunError } from "@wellbegun/core";
import { ioError } from "./io-error.ts";

const DOING = "reading an MMRec dataset";
/** The ending of a feature file's name, after the modality's name. */
export const FEATURES_SUFFIX = "_feat.npy";
/** Names that look like features: arrays and tables that say so, and RecBole's files of items. */
const LIKE_FEATURES =
  /(feat|emb)[^.]*\.(npy|npz|pt|pth|pkl|pickle|csv|tsv|parquet|safetensors|h5|hdf5|mat)$|_feat\.[^.]+$|\.item[^.]*$/i;
const RECBOLE_ITEMS = /\.item[^.]*$/;

function looksLikeFeatures(file: string): boolean {
  return LIKE_FEATURES.test(file) && !file.endsWith(".inter");
}

/** Names of a folder's files in alphabetical order, without hidden ones (such as the `._*` files of macOS). */
export async function listFolder(folder: string): Promise<string[]> {
  try {
    return (await readdir(folder)).filter((name) => !name.startsWith(".")).sort();
  } catch (cause) {
    throw ioError(DOING, "a folder", folder, cause);
  }
}

/** What happens to a dataset without features. */
export type WithoutFeatures = "refuse" | "allow";

/** The modalities to open: the requested ones, or all that have a feature file. */
export function chooseModalities(
  folder: string,
  names: readonly string[],
  asked: readonly string[] | undefined,
  withoutFeatures: WithoutFeatures = "refuse",
): readonly string[] {
  const found = names
    .filter(isFeatureFile)
    .map((file) => file.slice(0, -FEATURES_SUFFIX.length))
    .sort();
  if (found.length === 0 && asked === undefined && withoutFeatures === "allow") return [];
  if (found.length === 0) {
    const likely = names.filter(looksLikeFeatures);
    throw new WellbegunError("invalid-data", {
      doing: DOING,
      expected: `features of at least one modality, <modality>${FEATURES_SUFFIX}`,
      found: ["none", ...likely].join(", but "),
      at: folder,
      hint: likely.some((file) => RECBOLE_ITEMS.test(file))
        ? "parseRecboleFeatures of @wellbegun/adapters/recbole reads RecBole's vectors; the guide docs/guides/recbole.md makes the files of this layout from them."
        : "`wellbegun recommend` needs interactions alone.",
    });
  }
  const unknown = asked?.find((modality) => !found.includes(modality));
  if (unknown !== undefined || asked?.length === 0) {
    throw new WellbegunError("invalid-option", {
      doing: DOING,
      expected: `modalities among ${found.join(", ")}`,
      found: unknown === undefined ? "none" : JSON.stringify(unknown),
      at: `option modalities, ${folder}`,
    });
  }
  return asked === undefined ? found : found.filter((modality) => asked.includes(modality));
}

/** Notes, one for each file that looks like features or interactions and is not read. */
export function passedOver(names: readonly string[], read: readonly string[]): string[] {
  const features = names.filter((file) => looksLikeFeatures(file) && !isFeatureFile(file));
  const tables = names.filter((file) => file.endsWith(".inter") && !read.includes(file));
  return [
    ...features.map(
      (file) => `${file} is not read: features are read from <modality>${FEATURES_SUFFIX} (numpy.save).`,
    ),
    ...tables.map((file) => `${file} is not read: the interactions are those of ${read.join(", ")}.`),
  ];
}

function isFeatureFile(file: string): boolean {
  return file.endsWith(FEATURES_SUFFIX) && file !== FEATURES_SUFFIX;
}
