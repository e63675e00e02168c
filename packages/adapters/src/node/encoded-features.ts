import { join } from "node:path";
import { type EncoderIdentity, WellbegunError } from "@wellbegun/core";
import {
  FEATURE_MANIFEST_FILE,
  type FeatureManifest,
  parseFeatureManifest,
} from "../bundle/feature-manifest.ts";
import { decodeNpy } from "../formats/npy-decode.ts";
import { readWhole } from "./files.ts";
import { hashFile } from "./hashed-file.ts";

/** What `features.json` says of a feature file. */
export interface EncodedFeatures {
  readonly encoder: EncoderIdentity;
  /** 1 for each item without features; undefined if none is missing. */
  readonly missing: Uint8Array | undefined;
}

/** The manifest of a folder of features that `wellbegun embed` or `pretrain` wrote; undefined for other folders. */
export async function readFeatureManifest(
  folder: string,
  names: readonly string[],
): Promise<FeatureManifest | undefined> {
  if (!names.includes(FEATURE_MANIFEST_FILE)) return undefined;
  const path = join(folder, FEATURE_MANIFEST_FILE);
  return parseFeatureManifest(await readWhole(path, "reading what made the features"), path);
}

/**
 * The encoder and the mask of a modality; undefined if the manifest does not know it.
 *
 * @throws {WellbegunError} `mismatch` if the feature file or the mask is not the one that the manifest describes.
 */
export async function encodedFeatures(
  folder: string,
  modality: string,
  manifest: FeatureManifest | undefined,
): Promise<EncodedFeatures | undefined> {
  const known = manifest?.modalities[modality];
  if (known === undefined) return undefined;
  await requireFile(folder, `${modality}_feat.npy`, manifest!);
  if (known.missing === 0) return { encoder: known.encoder, missing: undefined };
  const mask = `${modality}_missing.npy`;
  await requireFile(folder, mask, manifest!);
  const path = join(folder, mask);
  const { data } = decodeNpy(await readWhole(path, "reading the mask of missing items"), path);
  return { encoder: known.encoder, missing: Uint8Array.from(data as Uint8Array) };
}

async function requireFile(folder: string, name: string, { files }: FeatureManifest): Promise<void> {
  const path = join(folder, name);
  const found = await hashFile(path);
  if (found === files[name]?.sha256) return;
  throw new WellbegunError("mismatch", {
    doing: "reading features",
    expected: `the file that ${FEATURE_MANIFEST_FILE} describes, SHA-256 ${files[name]?.sha256 ?? "unknown"}`,
    found,
    at: path,
    hint: `The file was changed after it was written. Without ${FEATURE_MANIFEST_FILE} it is read as features of unknown origin.`,
  });
}
