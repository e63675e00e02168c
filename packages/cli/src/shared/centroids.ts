import { createHash } from "node:crypto";
import { readdir, readFile } from "node:fs/promises";
import { join } from "node:path";
import {
  type FeatureIdentity,
  identifyFeatures,
  MANIFEST_FILE,
  parseManifest,
} from "@wellbegun/adapters/bundle";
import { ioError } from "@wellbegun/adapters/node";
import { decodeNpy, toFloat32 } from "@wellbegun/adapters/npy";
import { type FeatureSource, type Observer, type StartCentroids, WellbegunError } from "@wellbegun/core";

/** File names in the order in which they are looked for. */
const names: readonly ((modality: string) => string)[] = [
  (modality) => `${modality}_seed_centroids.npy`,
  (modality) => `${modality}_centroids.npy`,
  (modality) => `centroids.${modality}.npy`,
];

/** Options of {@link readCentroids}. */
export interface CentroidOptions extends Pick<Observer, "signal"> {
  /** Whether centroids of a bundle that was computed from other features are intended. Default: false. */
  readonly otherData?: boolean | undefined;
}

/**
 * Reads the starting centroids of every modality from a folder. If the folder is a bundle, the features that it was
 * computed from are compared with those of the dataset.
 *
 * @throws {WellbegunError} `io` if the folder cannot be read; `invalid-option` if a modality has no file in it, since one
 * that started elsewhere unnoticed would spoil a comparison; `format` if a file is no array; `mismatch` if its rows are
 * not as wide as the features, or if a bundle was computed from other features and `otherData` is not set; `aborted`.
 */
export async function readCentroids(
  folder: string,
  features: Readonly<Record<string, FeatureSource>>,
  { otherData = false, signal }: CentroidOptions = {},
): Promise<Record<string, StartCentroids>> {
  const present = await readdir(folder).catch((cause: unknown) => {
    throw unreadable("a folder", folder, cause);
  });
  const bundle = otherData || !present.includes(MANIFEST_FILE) ? {} : await bundleFeatures(folder);
  const result: Record<string, StartCentroids> = {};
  for (const [modality, source] of Object.entries(features)) {
    const candidates = names.map((nameOf) => nameOf(modality));
    const file = candidates.find((name) => present.includes(name));
    if (file === undefined) {
      throw new WellbegunError("invalid-option", {
        doing: "reading the starting centroids",
        expected: `${candidates.join(", ")}`,
        found: "none of them",
        at: `option --centroids, ${folder}`,
      });
    }
    result[modality] = await readArray(join(folder, file), source.columns);
    const expected = bundle[modality];
    if (expected === undefined) continue;
    const found = await identifyFeatures(source, () => createHash("sha256"), { signal });
    if (found.sha256 !== expected.sha256) throw otherFeatures(modality, folder, expected, found);
  }
  return result;
}

/** The features that a bundle was computed from, by modality; empty for a manifest of another program. */
async function bundleFeatures(folder: string): Promise<Readonly<Record<string, FeatureIdentity>>> {
  const path = join(folder, MANIFEST_FILE);
  try {
    return parseManifest(await readFile(path, "utf8"), path).input?.features ?? {};
  } catch {
    return {};
  }
}

function otherFeatures(
  modality: string,
  folder: string,
  expected: FeatureIdentity,
  found: FeatureIdentity,
): WellbegunError {
  const shown = ({ shape, sha256 }: FeatureIdentity): string =>
    `${shape[0]} x ${shape[1]} values with SHA-256 ${sha256.slice(0, 16)}…`;
  return new WellbegunError("mismatch", {
    doing: "reading the starting centroids",
    expected: `features of modality ${modality} with ${shown(expected)}, as in the bundle's ${MANIFEST_FILE}`,
    found: shown(found),
    at: folder,
    hint: "Name a bundle of the same features, or say that other features are meant: --other-data.",
  });
}

async function readArray(path: string, width: number): Promise<StartCentroids> {
  const bytes = await readFile(path).catch((cause: unknown) => {
    throw unreadable("a file", path, cause);
  });
  const array = decodeNpy(bytes, path);
  if (array.columns !== width) {
    throw new WellbegunError("mismatch", {
      doing: "reading the starting centroids",
      expected: `${width} columns, as the features have`,
      found: `${array.columns}`,
      at: path,
    });
  }
  return { data: toFloat32(array), clusters: array.rows };
}

function unreadable(expected: string, path: string, cause: unknown): WellbegunError {
  return ioError("reading the starting centroids", expected, path, cause);
}
