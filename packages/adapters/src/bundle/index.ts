/**
 * The bundle as data: its manifest, its ID lists, the check that a consumer's rows are the bundle's rows, and its tables as
 * the vectors that models and vector stores take. Files on disk are written and read by `@wellbegun/adapters/node`.
 *
 * @module
 */

export { type IdVector, rowVectors } from "../vectors/row-vectors.ts";
export type { ArrayVectors, Provenance, VectorBundle, Vectors } from "../vectors/vectors.ts";
export { arrayVectors, bundleVectors } from "../vectors/vectors.ts";
export type { AlignmentTarget, BundleRows } from "./alignment.ts";
export { bundleRows, checkAlignment } from "./alignment.ts";
export type { CompareDataOptions, ComparedBundle, ComparedData } from "./compare-data.ts";
export { compareData } from "./compare-data.ts";
export { type Control, controlOf } from "./control.ts";
export type { DataIdentity, FeatureIdentity, Sha256, TrainIdentity } from "./data-identity.ts";
export { identifyData, identifyFeatures, identifyTrain } from "./data-identity.ts";
export type { EncodedModality, FeatureManifest } from "./feature-manifest.ts";
export { FEATURE_MANIFEST_FILE, parseFeatureManifest } from "./feature-manifest.ts";
export { decodeIdList } from "./id-list.ts";
export type { StreamedIds } from "./ids.ts";
export { decodeIds, encodeIds, idsAreRows } from "./ids.ts";
export type { JsonValue, Manifest } from "./manifest.ts";
export {
  BUNDLE_FORMAT,
  BUNDLE_VERSION,
  bundleTables,
  formatManifest,
  MANIFEST_FILE,
  PARTED_BUNDLE_VERSION,
  parseManifest,
} from "./manifest.ts";
export type { ManifestContent } from "./manifest-content.ts";
export type { BundleFile, TableShape } from "./manifest-files.ts";
export { clusterTables, modelTables } from "./model-tables.ts";
export type { FilePart, PartedFile } from "./parts.ts";
export type { ArrayTable, BundleTable, StreamedTable, TableHead } from "./tables.ts";
