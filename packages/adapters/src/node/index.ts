/**
 * File access for Node (and Deno and Bun, which have the same modules): datasets and features on disk, bundles.
 *
 * @module
 */

export type { ColumnFile } from "../columns/source.ts";
export type { WriteFolderOptions } from "./atomic-folder.ts";
export { discardUnfinished, writeFolder } from "./atomic-folder.ts";
export type { LoadedTable } from "./bundle-values.ts";
export type {
  ColumnCounts,
  ColumnDataset,
  ColumnDatasetOptions,
  FeatureColumn,
  LogFiles,
} from "./column-dataset.ts";
export { readColumnDataset } from "./column-dataset.ts";
export type { OpenColumnFile } from "./column-file.ts";
export { openColumnFile } from "./column-file.ts";
export { compareData, identifyData } from "./data-identity.ts";
export type { WithoutFeatures } from "./dataset-folder.ts";
export { syncFile } from "./durable.ts";
export type { FeatureFolder } from "./feature-folder.ts";
export { openFeatureFolder } from "./feature-folder.ts";
export { fileMarker } from "./file-marker.ts";
export { expandPaths } from "./glob.ts";
export type { FileDigest } from "./hashed-file.ts";
export { HashedFile, hashFile } from "./hashed-file.ts";
export { ioError } from "./io-error.ts";
export type { MmrecCounts, MmrecDataset, MmrecDatasetOptions } from "./mmrec-dataset.ts";
export { readMmrecDataset } from "./mmrec-dataset.ts";
export type { NpyFeatures, NpyFeaturesOptions } from "./npy-features.ts";
export { openNpyFeatures } from "./npy-features.ts";
export { readCsrNpz } from "./npz-csr.ts";
export type { ReadBundleOptions } from "./open-bundle.ts";
export { openVectors } from "./open-vectors.ts";
export type { OutputFolderOptions } from "./output-folder.ts";
export { checkOutputFolder } from "./output-folder.ts";
export { versionAbove } from "./package-version.ts";
export type { Bundle } from "./read-bundle.ts";
export { readBundle } from "./read-bundle.ts";
export type { StoredDataset } from "./read-dataset.ts";
export { readDataset } from "./read-dataset.ts";
export type { ReadTable } from "./read-table.ts";
export { readTable } from "./read-table.ts";
export { recoverFolder } from "./recover-folder.ts";
export type { RefuseInputsOptions } from "./refuse-inputs.ts";
export { refuseInputs } from "./refuse-inputs.ts";
export type { StreamedModel, WriteBundleOptions } from "./write-bundle.ts";
export { INITIALIZER_FILE, writeBundle } from "./write-bundle.ts";
export { writeParquet } from "./write-parquet.ts";
export type { Attachment, BundleFormat, WriteTablesOptions } from "./write-tables.ts";
export { bundleFiles, writeTables } from "./write-tables.ts";
export type { WriteWireOptions } from "./write-wire.ts";
export { wireFiles, writeWire } from "./write-wire.ts";
