import type { Table } from "@wellbegun/core";
import { type BundleRows, bundleRows } from "../bundle/alignment.ts";
import { bundleTables, type Manifest } from "../bundle/manifest.ts";
import type { TableShape } from "../bundle/manifest-files.ts";
import { type LoadedTable, readBlocks, readTable, readVectors } from "./bundle-values.ts";
import { openBundle, placeOf, type ReadBundleOptions } from "./open-bundle.ts";
import { readIds } from "./read-ids.ts";

/** A bundle on disk that has been checked against its manifest. */
export interface Bundle extends BundleRows {
  readonly folder: string;
  readonly manifest: Manifest;
  /** Raw user IDs in row order; undefined if the row numbers are the IDs. */
  readonly userIds: readonly string[] | undefined;
  /** Raw item IDs in row order; undefined if the row numbers are the IDs. */
  readonly itemIds: readonly string[] | undefined;
  /**
   * The fused user table with its raw IDs (as text; without them the row numbers are the IDs), in memory.
   *
   * @throws {WellbegunError} `invalid-option` if the bundle lacks the table; `io` if it cannot be read.
   */
  users(): Promise<Table>;
  /** The item table with its raw IDs, likewise. */
  items(): Promise<Table>;
  /** The tables by name. */
  readonly tables: ReadonlyMap<string, TableShape>;
  /**
   * Reads one table into memory.
   *
   * @throws {WellbegunError} `invalid-option` if there is none of that name; `io` if it cannot be read.
   */
  readTable(name: string): Promise<LoadedTable>;
  /**
   * Reads one float32 table in blocks of whole rows, so that it need not fit into memory. The blocks are the same whether
   * the table lies in one file or in parts.
   *
   * @param rowsPerBlock Rows in a block; the last block may have fewer.
   * @param firstRow The row to begin at. Default: 0.
   * @throws {WellbegunError} `invalid-option` if there is none of that name, `rowsPerBlock` is not a
   * positive whole number, or `firstRow` is not a whole number from 0; `mismatch` if it is not float32; `io` if it cannot be read.
   */
  readBlocks(name: string, rowsPerBlock: number, firstRow?: number): AsyncGenerator<Float32Array>;
  /** SHA-256 of the manifest's bytes, in lowercase hexadecimal: it identifies the bundle's whole content. */
  readonly manifestSha256: string;
}

/**
 * Opens a bundle and checks all of it against the manifest: version, presence, sizes, hashes, dtypes, shapes, the row
 * ranges of parts, number of IDs.
 *
 * @throws {WellbegunError} `io` if the folder or a file is missing; `format` if the manifest or a file's header
 * is invalid; `mismatch` if a file differs from its manifest entry.
 */
export async function readBundle(folder: string, options: ReadBundleOptions = {}): Promise<Bundle> {
  const open = await openBundle(folder, options);
  const { manifest, manifestSha256 } = open;
  const { userCount, itemCount } = bundleRows(manifest);
  const userIds = await readIds(open, "users", userCount);
  const itemIds = await readIds(open, "items", itemCount);
  const vectors = (name: string, ids: readonly string[] | undefined): Promise<Table> =>
    readVectors(placeOf(open, name), ids);
  return {
    folder,
    manifest,
    userCount,
    itemCount,
    userIds,
    itemIds,
    users: () => vectors("users", userIds),
    items: () => vectors("items", itemIds),
    tables: bundleTables(manifest),
    readTable: (name) => readTable(placeOf(open, name), name),
    readBlocks: (name, rowsPerBlock, firstRow) => readBlocks(placeOf(open, name), rowsPerBlock, firstRow),
    manifestSha256,
  };
}
