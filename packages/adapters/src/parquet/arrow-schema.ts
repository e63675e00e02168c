import type { IdKind } from "../columns/ids.ts";

/**
 * Arrow's schema of a table of vectors, `id` (Utf8 or Int64) and `vector` (FixedSizeList of Float32), as an IPC message in
 * base64; the tests make it anew with apache-arrow. All but four bytes, the length of the lists, are the same for every table.
 */
const schemas: Readonly<Record<IdKind, string>> = {
  text: "/////+AAAAAQAAAAAAAKABAADgAHAAgACgAAAAAAAAEQAAAAAAAEAAgACAAAAAQACAAAAAQAAAACAAAAgAAAAAQAAACY////EAAAABgAAAAAAAAQUAAAAAYAAAB2ZWN0b3IAAAEAAAAEAAAAwP///xAAAAAYAAAAAAAAAxwAAAAHAAAAZWxlbWVudAAAAAAAAAAGAAYABAAGAAAAAQAGAAgABAAGAAAABAMCARAAFAAEAAAADwAQAAAACAAQAAAAEAAAABQAAAAAAAAFFAAAAAIAAABpZAAAAAAAAAQABAAEAAAAAAAAAA==",
  number:
    "/////+gAAAAQAAAAAAAKABAADgAHAAgACgAAAAAAAAEQAAAAAAAEAAgACAAAAAQACAAAAAQAAAACAAAAgAAAAAQAAACY////EAAAABgAAAAAAAAQUAAAAAYAAAB2ZWN0b3IAAAEAAAAEAAAAwP///xAAAAAYAAAAAAAAAxwAAAAHAAAAZWxlbWVudAAAAAAAAAAGAAYABAAGAAAAAQAGAAgABAAGAAAABAMCARAAFAAEAAAADwAQAAAACAAQAAAAEAAAABQAAAAAAAACGAAAAAIAAABpZAAAAAAAAAgADAAIAAcACAAAAAAAAAFAAAAA",
};
const LENGTH_OFFSET = 168;

/**
 * What stands in a Parquet file's metadata under the key `ARROW:schema`: Parquet itself has no lists of fixed size, and readers
 * that know Arrow (pyarrow, Polars) take the vectors for such lists by it.
 */
export function arrowSchema(kind: IdKind, columns: number): string {
  const bytes = Uint8Array.from(atob(schemas[kind]), (character) => character.charCodeAt(0));
  new DataView(bytes.buffer).setInt32(LENGTH_OFFSET, columns, true);
  return btoa(String.fromCharCode(...bytes));
}
