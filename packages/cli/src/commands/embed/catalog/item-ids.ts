import { placeOf, requireColumns } from "@wellbegun/adapters/columns";
import { type Observer, WellbegunError } from "@wellbegun/core";
import { describe, throwIfAborted } from "@wellbegun/core/support";
import type { CatalogFile } from "./catalog-file.ts";
import { decodeUtf8 } from "./utf8.ts";

const doing = "reading the IDs of a catalog";

/**
 * The items' IDs as text, in the order of the catalog.
 *
 * @throws {WellbegunError} `format` if the column is not there; `invalid-data` if an ID is missing, occurs twice or holds a line break,
 * or the catalog has no rows.
 */
export async function readItemIds(
  files: readonly CatalogFile[],
  column: string,
  observer: Pick<Observer, "signal">,
): Promise<readonly string[]> {
  const places = new Map<string, string>();
  for (const file of files) {
    requireColumns(file, [column], doing);
    for await (const { firstRow, rows, columns } of file.batches([column])) {
      throwIfAborted(observer, doing);
      for (let r = 0; r < rows; r++) {
        const id = idText(columns[0]![r]);
        const place = placeOf(file, firstRow + r, column);
        if (id === undefined)
          throw refused(
            "a text without line breaks or an exact whole number",
            describe(columns[0]![r]),
            place,
          );
        const earlier = places.get(id);
        if (earlier !== undefined)
          throw refused(`each item once; ${id} is also in ${earlier}`, `${id} again`, place);
        places.set(id, place);
      }
    }
  }
  if (places.size > 0) return [...places.keys()];
  throw refused("at least one item", "no rows", files.map(({ label }) => label).join(", "));
}

/** An ID as text; bytes are the text that old writers of Parquet do not declare as such. */
function idText(given: unknown): string | undefined {
  const value = given instanceof Uint8Array ? decodeUtf8(given) : given;
  if (typeof value === "bigint" || (typeof value === "number" && Number.isSafeInteger(value)))
    return `${value}`;
  return typeof value === "string" && value !== "" && !/[\r\n]|\p{Surrogate}/u.test(value)
    ? value
    : undefined;
}

function refused(expected: string, found: string, at: string): WellbegunError {
  return new WellbegunError("invalid-data", { doing, expected, found, at });
}
