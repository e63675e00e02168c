import { readdir, readFile } from "node:fs/promises";
import { join } from "node:path";
import { decodeNpy, toFloat32 } from "@wellbegun/adapters/npy";
import { type StartCentroids, WellbegunError } from "@wellbegun/core";

/** File names in the order in which they are looked for. */
const names: readonly ((modality: string) => string)[] = [
  (modality) => `${modality}_seed_centroids.npy`,
  (modality) => `${modality}_centroids.npy`,
  (modality) => `centroids.${modality}.npy`,
];

/**
 * Reads the starting centroids of every modality from a folder.
 *
 * @param widths Width of each modality.
 * @throws {WellbegunError} `io` if the folder cannot be read; `invalid-option` if a modality has no file in it, since one
 * that started elsewhere unnoticed would spoil a comparison; `format` if a file is no array; `mismatch` if its rows are
 * not as wide as the features.
 */
export async function readCentroids(
  folder: string,
  widths: Readonly<Record<string, number>>,
): Promise<Record<string, StartCentroids>> {
  const present = await readdir(folder).catch((cause: unknown) => {
    throw unreadable("a folder", folder, cause);
  });
  const result: Record<string, StartCentroids> = {};
  for (const [modality, width] of Object.entries(widths)) {
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
    result[modality] = await readArray(join(folder, file), width);
  }
  return result;
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
  const found = cause instanceof Error ? cause.message : String(cause);
  return new WellbegunError("io", {
    doing: "reading the starting centroids",
    expected,
    found,
    at: path,
    cause,
  });
}
