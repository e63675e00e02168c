import type { IdKind } from "../columns/ids.ts";

/**
 * Arrow's schema of a table of vectors, `id` (Utf8 or Int64) and `vector` (FixedSizeList of Float32), as an IPC message in
 * base64; the tests regenerate it with apache-arrow. All bytes except the four that hold the lists' length are
 * the same for every table.
 */
const schemas: Readonly<Record<IdKind, string>> = {
  text: "/////+AAAAAQAAAAAAAKABAADgAHAAgACgAAAAAAAAEQAAAAAAAEAAgACAAAAAQACAAAAAQAAAACAAAAgAAAAAQAAACY////EAAAABgAAAAAAAAQUAAAAAYAAAB2ZWN0b3IAAAEAAAAEAAAAwP///xAAAAAYAAAAAAAAAxwAAAAHAAAAZWxlbWVudAAAAAAAAAAGAAYABAAGAAAAAQAGAAgABAAGAAAABAMCARAAFAAEAAAADwAQAAAACAAQAAAAEAAAABQAAAAAAAAFFAAAAAIAAABpZAAAAAAAAAQABAAEAAAAAAAAAA==",
  number:
    "/////+gAAAAQAAAAAAAKABAADgAHAAgACgAAAAAAAAEQAAAAAAAEAAgACAAAAAQACAAAAAQAAAACAAAAgAAAAAQAAACY////EAAAABgAAAAAAAAQUAAAAAYAAAB2ZWN0b3IAAAEAAAAEAAAAwP///xAAAAAYAAAAAAAAAxwAAAAHAAAAZWxlbWVudAAAAAAAAAAGAAYABAAGAAAAAQAGAAgABAAGAAAABAMCARAAFAAEAAAADwAQAAAACAAQAAAAEAAAABQAAAAAAAACGAAAAAIAAABpZAAAAAAAAAgADAAIAAcACAAAAAAAAAFAAAAA",
};
const LENGTH_OFFSET = 168;

/**
 * The value of `ARROW:schema` in a Parquet file's metadata. Parquet itself has no fixed-size lists; this entry
 * lets readers that know Arrow (pyarrow, Polars) read the vectors as such.
 */
export function arrowSchema(kind: IdKind, columns: number): string {
  const bytes = Uint8Array.from(atob(schemas[kind]), (character) => character.charCodeAt(0));
  new DataView(bytes.buffer).setInt32(LENGTH_OFFSET, columns, true);
  return btoa(String.fromCharCode(...bytes));
}
