import { type AbortSignalLike, createTable, IdIndex, type Table, WellbegunError } from "@wellbegun/core";
import { namesOf, refuseUnknownKeys, throwIfAborted } from "@wellbegun/core/support";
import { grown } from "./growing.ts";
import { type IdKind, idKind, requireId } from "./ids.ts";
import { type ColumnSource, describeValue, placeOf, requireColumns } from "./source.ts";
import { VectorColumn } from "./vector-column.ts";

/** Options of {@link readVectors}. */
export interface ReadVectorsOptions {
  /** Column of the IDs. Default: `id`. */
  readonly idColumn?: string | undefined;
  /** Column of the vectors: lists of numbers, all of the same length. Default: `vector`. */
  readonly column?: string | undefined;
  readonly signal?: AbortSignalLike | undefined;
}

const DOING = "reading a table of vectors";
const optionNames = namesOf<ReadVectorsOptions>({ idColumn: true, column: true, signal: true });

/**
 * Reads a table of vectors with IDs, such as `encodeParquet` and `encodeArrow` write it, in the order of its rows.
 *
 * @throws {WellbegunError} `format` if a column is not there; `invalid-data` if there are no rows, or, naming file, row and column, an ID or a vector is null, an ID occurs twice, vectors differ in length, or a value is not finite; `invalid-option` for an option that there is not; `aborted`.
 */
export async function readVectors(
  sources: readonly ColumnSource[],
  options: ReadVectorsOptions = {},
): Promise<Table> {
  refuseUnknownKeys(DOING, options, optionNames);
  const { idColumn = "id", column = "vector", signal } = options;
  const vectors = new VectorColumn(column, DOING);
  const ids = [];
  let kind: IdKind | undefined;
  let data = new Float32Array(0);
  for (const source of sources) {
    requireColumns(source, [idColumn, column], DOING);
    for await (const { firstRow, rows, columns } of source.batches([idColumn, column])) {
      throwIfAborted({ signal }, DOING);
      for (let r = 0; r < rows; r++) {
        const row = firstRow + r;
        const id = requireId(columns[0]![r], kind, DOING, source, row, idColumn);
        kind ??= idKind(id);
        const vector = columns[1]![r];
        if (vector === null || vector === undefined) {
          const at = placeOf(source, row, column);
          throw new WellbegunError("invalid-data", {
            doing: DOING,
            expected: "a list of numbers",
            found: describeValue(vector),
            at,
          });
        }
        const width = vectors.widthOf(vector, source, row);
        data = grown(data, (ids.length + 1) * width);
        vectors.copy(vector, data.subarray(ids.length * width, (ids.length + 1) * width), source, row);
        ids.push(id);
      }
    }
  }
  const { width } = vectors;
  if (width === undefined) {
    const at = sources.map(({ label }) => label).join(", ");
    throw new WellbegunError("invalid-data", {
      doing: DOING,
      expected: "at least one vector",
      found: "none",
      at,
    });
  }
  return createTable(data.slice(0, ids.length * width), ids.length, width, new IdIndex(ids));
}
