import { type EncoderIdentity, WellbegunError } from "@wellbegun/core";
import { checkEncoder } from "./encoder.ts";
import { type Check, complete, count, listOf, matrixShape, oneOf, recordOf, sha256, text } from "./schema.ts";

/** The file that says what made a folder's features. */
export const FEATURE_MANIFEST_FILE = "features.json";

/** What made a folder's features: the content of `features.json`, which `wellbegun embed` and `wellbegun pretrain` write. */
export interface FeatureManifest {
  readonly format: "wellbegun-features";
  readonly version: 1;
  /** By modality. */
  readonly modalities: Readonly<Record<string, EncodedModality>>;
  /** Size and SHA-256 of the folder's other files by name. */
  readonly files: Readonly<Record<string, { readonly bytes: number; readonly sha256: string }>>;
}

/** The features of a modality. */
export interface EncodedModality {
  /** Items and columns. */
  readonly shape: readonly [rows: number, columns: number];
  readonly dtype: "float32" | "float16";
  /** Items without features: 1 in `<modality>_missing.npy`. */
  readonly missing: number;
  /** Contents that were cut at the encoder's limit. */
  readonly truncated: number;
  /** Columns of the catalog that the content came from; the modalities of a unified space. */
  readonly columns: readonly string[];
  readonly encoder: EncoderIdentity;
}

const checkModalities: Check = recordOf(
  complete({
    shape: matrixShape,
    dtype: oneOf("float32", "float16"),
    missing: count,
    truncated: count,
    columns: listOf(text),
    encoder: checkEncoder,
  }),
);
const checkFiles: Check = recordOf(complete({ bytes: count, sha256 }));

/**
 * Parses `features.json`.
 *
 * @param label What to call the file in errors.
 * @throws {WellbegunError} `format` naming the field that is missing or has another type, or if another version wrote the file.
 */
export function parseFeatureManifest(bytes: Uint8Array, label: string): FeatureManifest {
  let value: unknown;
  try {
    value = JSON.parse(new TextDecoder("utf-8", { fatal: true }).decode(bytes));
  } catch (cause) {
    throw new WellbegunError("format", {
      doing: "reading what made the features",
      expected: "JSON",
      found: cause instanceof Error ? cause.message : String(cause),
      at: label,
      cause,
    });
  }
  complete({ format: oneOf("wellbegun-features"), modalities: checkModalities, files: checkFiles })(
    value,
    label,
  );
  const manifest = value as FeatureManifest;
  if (manifest.version === 1) return manifest;
  throw new WellbegunError("format", {
    doing: "reading what made the features",
    expected: "version 1",
    found: JSON.stringify(manifest.version) ?? "none",
    at: label,
  });
}
