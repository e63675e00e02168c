import {
  type AbortSignalLike,
  type EncoderIdentity,
  encoderDifference,
  type FeatureSource,
  type Id,
  type IdIndex,
  WellbegunError,
} from "@wellbegun/core";
import { expectChoice, namesOf, refuseUnknownKeys, throwIfAborted } from "@wellbegun/core/support";
import { idKind, kindMismatch, requireId } from "./ids.ts";
import { type ColumnSource, requireColumns } from "./source.ts";
import { VectorColumn } from "./vector-column.ts";

/** The items whose features are read; `train` of a dataset satisfies this type. */
export interface ItemRows {
  /** Number of items. */
  readonly itemCount: number;
  /** Raw item IDs in row order. Undefined: the row numbers are the IDs. */
  readonly itemIds?: IdIndex | undefined;
}

/** Options of {@link readFeatures}. */
export interface ReadFeaturesOptions {
  /** Column of the items' IDs. */
  readonly idColumn: string;
  /** Column of the vectors: lists of numbers, all of the same length. */
  readonly column: string;
  /**
   * Whether all-zero vectors count as missing (`zeros`, the default) or not (`none`). Items without a row and
   * rows without a vector are always missing.
   */
  readonly missing?: "zeros" | "none" | undefined;
  /** Where the vectors are kept. Default: in memory. */
  readonly keep?: ((rows: number, columns: number) => RowStore) | undefined;
  readonly signal?: AbortSignalLike | undefined;
}

/** Keeps rows of float32 that come in any order; a row that never comes is zeros. */
export interface RowStore {
  /** Keeps a row. `values` are valid until the call returns. */
  put(row: number, values: Float32Array): void;
  read: FeatureSource["read"];
}

/** Features by item, with counts of missing and unused rows. */
export interface ColumnFeatures extends FeatureSource {
  /** Number of items without features of this modality. */
  readonly missingCount: number;
  /** Number of rows in the files whose IDs are not among the items. */
  readonly unusedRows: number;
}

const DOING = "reading features";
const optionNames = namesOf<ReadFeaturesOptions>({
  idColumn: true,
  column: true,
  missing: true,
  keep: true,
  signal: true,
});

/**
 * Reads the vectors of items from files with columns, and puts each in the row of its item, whatever the files' order. The
 * files are read batch by batch.
 *
 * @throws {WellbegunError} `format` if a column is not there; `invalid-data` naming file, row and column if an ID occurs
 * twice, a vector has another length than the first, or a value is null, NaN or infinite; `mismatch` if no ID is among the
 * items, or IDs are numbers here and text in the interactions; `aborted`.
 */
export async function readFeatures(
  sources: readonly ColumnSource[],
  items: ItemRows,
  options: ReadFeaturesOptions,
): Promise<ColumnFeatures> {
  refuseUnknownKeys(DOING, options, optionNames);
  expectChoice(DOING, "missing", options.missing, ["zeros", "none"]);
  const { idColumn, column, keep = keepInMemory, signal } = options;
  const label = sources.map((source) => source.label).join(", ");
  for (const source of sources) requireColumns(source, [idColumn, column], DOING);
  const encoder = commonEncoder(sources, column);
  const first = items.itemIds?.ids[0];
  const kind = first === undefined ? "number" : idKind(first);
  const vectors = new VectorColumn(column, DOING);
  const placed = new Uint8Array(items.itemCount);
  const missing = new Uint8Array(items.itemCount).fill(1);
  let store: RowStore | undefined;
  let values = new Float32Array(0);
  let unusedRows = 0;
  for (const source of sources) {
    for await (const { firstRow, rows, columns } of source.batches([idColumn, column])) {
      throwIfAborted({ signal }, DOING);
      for (let r = 0; r < rows; r++) {
        const id = requireId(columns[0]![r], undefined, DOING, source, firstRow + r, idColumn);
        if (idKind(id) !== kind) throw kindMismatch("item", `${DOING} of ${source.label}`, kind, id);
        const row = rowOf(items, id);
        if (row === undefined) {
          unusedRows++;
          continue;
        }
        if (placed[row] === 1) throw repeated(id, source, firstRow + r, idColumn);
        placed[row] = 1;
        const vector = columns[1]![r];
        if (vector === null || vector === undefined) continue;
        const width = vectors.widthOf(vector, source, firstRow + r);
        if (store === undefined) {
          store = keep(items.itemCount, width);
          values = new Float32Array(width);
        }
        vectors.copy(vector, values, source, firstRow + r);
        store.put(row, values);
        missing[row] = Number(options.missing !== "none" && values.every((value) => value === 0));
      }
    }
  }
  if (store === undefined) throw nothingFound(label, unusedRows, first);
  const missingCount = missing.reduce((sum, flag) => sum + flag, 0);
  return {
    rows: items.itemCount,
    columns: vectors.width!,
    label,
    ids: items.itemIds,
    placedById: true,
    missing: missingCount === 0 ? undefined : missing,
    read: (firstRow, rows, into) => store.read(firstRow, rows, into),
    encoder,
    missingCount,
    unusedRows,
  };
}

function keepInMemory(rows: number, columns: number): RowStore {
  const data = new Float32Array(rows * columns);
  return {
    put: (row, values) => data.set(values, row * columns),
    read: (firstRow, count, into) =>
      into.set(data.subarray(firstRow * columns, (firstRow + count) * columns)),
  };
}

/** The encoder that made all the files; undefined if none of them says. Files of different encoders never meet in one table. */
function commonEncoder(sources: readonly ColumnSource[], column: string): EncoderIdentity | undefined {
  const first = sources[0]?.encoders?.[column];
  for (const source of sources.slice(1)) {
    const own = source.encoders?.[column];
    const difference = first === undefined || own === undefined ? undefined : encoderDifference(first, own);
    if ((first === undefined) === (own === undefined) && difference === undefined) continue;
    throw new WellbegunError("mismatch", {
      doing: DOING,
      expected: `the encoder of ${sources[0]!.label}, ${first?.name ?? "unknown"}`,
      found: `${own?.name ?? "an unknown one"}${difference === undefined ? "" : ` (${difference})`}`,
      at: source.label,
    });
  }
  return first;
}

function rowOf({ itemCount, itemIds }: ItemRows, id: Id): number | undefined {
  if (itemIds !== undefined) return itemIds.rowOf(id);
  return typeof id === "number" && id >= 0 && id < itemCount ? id : undefined;
}

function repeated(id: Id, source: ColumnSource, row: number, column: string): WellbegunError {
  return new WellbegunError("invalid-data", {
    doing: DOING,
    expected: "each item once",
    found: `${JSON.stringify(String(id))} again`,
    at: `${source.label}, row ${row}, column ${column}`,
  });
}

function nothingFound(label: string, unusedRows: number, example: Id | undefined): WellbegunError {
  const like = example === undefined ? "" : `, such as ${JSON.stringify(String(example))}`;
  return new WellbegunError("mismatch", {
    doing: DOING,
    expected: `vectors of the interactions' items${like}`,
    found: unusedRows === 0 ? "no vectors" : `${unusedRows} rows, all of other items`,
    at: label,
  });
}
