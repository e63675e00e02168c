import type { AbortSignalLike, Id } from "@wellbegun/core";
import { throwIfAborted } from "@wellbegun/core/support";
import { requireId } from "./ids.ts";
import { type ColumnSource, requireColumns } from "./source.ts";

/**
 * The raw IDs of a column, row by row.
 *
 * @throws {WellbegunError} `format` if the column is not there; `invalid-data` naming file, row and column if a value is
 * neither text nor a whole number; `aborted`.
 */
export async function readIds(
  sources: readonly ColumnSource[],
  column: string,
  options: { readonly signal?: AbortSignalLike | undefined } = {},
): Promise<Id[]> {
  const doing = "reading IDs";
  const ids: Id[] = [];
  for (const source of sources) {
    requireColumns(source, [column], doing);
    for await (const { firstRow, rows, columns } of source.batches([column])) {
      throwIfAborted(options, doing);
      for (let r = 0; r < rows; r++) {
        ids.push(requireId(columns[0]![r], undefined, doing, source, firstRow + r, column));
      }
    }
  }
  return ids;
}
