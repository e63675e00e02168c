import type { ColumnSource } from "@wellbegun/adapters/columns";

/** A file of a catalog: rows with named columns, one for each item. */
export interface CatalogFile extends ColumnSource {
  /** Folder that relative paths in its columns start from. */
  readonly folder: string;
}

/** A value of a column that is the text of a file, which is read when it is needed. */
export class FileText {
  /** The file's path, from the catalog's folder. */
  readonly path: string;

  constructor(path: string) {
    this.path = path;
  }
}
