/**
 * The bundle as data: its manifest, its ID lists, and the check that a consumer's rows are the bundle's rows. Files
 * on disk are written and read by `@wellbegun/adapters/node`.
 *
 * @module
 */
export type { AlignmentTarget, BundleRows } from "./alignment.ts";
export { bundleRows, checkAlignment } from "./alignment.ts";
export { decodeIds, encodeIds, idsAreRows } from "./ids.ts";
export type { BundleFile, BundleManifest, JsonValue, TableShape } from "./manifest.ts";
export {
  BUNDLE_FORMAT,
  BUNDLE_VERSION,
  bundleTables,
  formatManifest,
  MANIFEST_FILE,
  parseManifest,
} from "./manifest.ts";
export type { ArrayTable, BundleTable, StreamedTable, TableHead } from "./tables.ts";
