import type { ColumnSource } from "@wellbegun/adapters/columns";

/** A file of a catalog: rows with named columns, one for each item. */
export interface CatalogFile extends ColumnSource {
  /** Folder that relative paths in its columns start from. */
  readonly folder: string;
  close(): Promise<void>;
}
