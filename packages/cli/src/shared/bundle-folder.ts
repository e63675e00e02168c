import { readFile } from "node:fs/promises";
import { join } from "node:path";
import { MANIFEST_FILE, type Manifest, parseManifest } from "@wellbegun/adapters/bundle";
import {
  bundleFiles,
  checkOutputFolder,
  type OutputFolderOptions,
  recoverFolder,
} from "@wellbegun/adapters/node";
import { WellbegunError } from "@wellbegun/core";

/** What a bundle holds, by the command that writes it. */
export type BundleKind =
  | "starting vectors"
  | "a trained model"
  | "a recommender without training"
  | "placed items"
  | "a job for Spark";

/** The kind of a bundle, by its manifest: `recommender` names the model, or holds what `recommend` chose; `placed` is what `place` wrote. */
function kindOf({ recommender, placed, files }: Manifest): BundleKind {
  if (placed !== undefined) return "placed items";
  if (typeof recommender === "string") return "a trained model";
  if (recommender !== undefined) return "a recommender without training";
  return files["plan.json"] === undefined ? "starting vectors" : "a job for Spark";
}

/**
 * Throws if the folder must not be replaced by a bundle: as `checkOutputFolder` does, and without `--force` if it holds a bundle of
 * another kind. Restores first what a killed run left between two renames. Commands call it before anything is computed.
 *
 * @throws {WellbegunError} `invalid-option` saying what is there; `io` if it cannot be reached.
 */
export async function checkBundleFolder(
  out: string,
  kind: BundleKind,
  place: Pick<OutputFolderOptions, "overwrite" | "inputs">,
): Promise<void> {
  await recoverFolder(out);
  await checkOutputFolder(out, { ...place, own: bundleFiles });
  if (place.overwrite !== undefined && place.overwrite !== false) return;
  const text = await readFile(join(out, MANIFEST_FILE), "utf8").catch(() => undefined);
  const found = text === undefined ? undefined : kindIn(text);
  if (found === undefined || found === kind) return;
  throw new WellbegunError("invalid-option", {
    doing: "writing the output folder",
    expected: `an empty folder, or an earlier output of the same kind (${kind})`,
    found,
    at: out,
    hint: "Choose another folder, or replace this one with --force.",
  });
}

/** The kind of the bundle with this manifest; undefined for the manifest of another program. */
function kindIn(text: string): BundleKind | undefined {
  try {
    return kindOf(parseManifest(text));
  } catch {
    return undefined;
  }
}
