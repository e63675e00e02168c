/**
 * RecBole's atomic files as bytes: interactions (`<ds>.inter`) and feature vectors of items (such as `<ds>.itememb`),
 * both with typed headers, `user_id:token`.
 *
 * Source: https://recbole.io/docs/user_guide/data/atomic_files.html
 *
 * @module
 */
import {
  denseFeatures,
  type FeatureSource,
  type Id,
  type Interactions,
  interactionsFromPairs,
  WellbegunError,
} from "@wellbegun/core";
import { namesOf, refuseUnknownKeys } from "@wellbegun/core/support";
import { allocateFloat32 } from "../formats/allocate.ts";
import { columnOf, type DelimitedTable, parseDelimited } from "./delimited.ts";

/** Options of {@link parseRecboleInter}. */
export interface RecboleInterOptions {
  /** `USER_ID_FIELD`. Default: `user_id`. */
  readonly userField?: string | undefined;
  /** `ITEM_ID_FIELD`. Default: `item_id`. */
  readonly itemField?: string | undefined;
  /** `field_separator`. Default: a tab. */
  readonly separator?: string | undefined;
  /** Raw item IDs in the row order of existing features. Default: items in the order of their first line. */
  readonly itemIds?: Iterable<Id> | undefined;
  /** What to call the file in errors. Default: `.inter`. */
  readonly label?: string | undefined;
}

const interNames = namesOf<RecboleInterOptions>({
  userField: true,
  itemField: true,
  separator: true,
  itemIds: true,
  label: true,
});

/**
 * The interactions of an `.inter` file, all of one split: RecBole itself splits and filters rows by its own
 * configuration when it trains; no filter is applied here. Files of splits (`benchmark_filename`) are read by `parseInterFiles`
 * of `@wellbegun/adapters/mmrec`, with the same rows in all splits. Users are in the order of their first line, which is
 * the order of RecBole's tokens without filters; RecBole's numbers begin at 1, since 0 is padding.
 *
 * @throws {WellbegunError} `format` if the header lacks a field, gives it another type than token, or a row has
 * another number of fields than the header; `invalid-data` if an ID is not among `itemIds`.
 */
export function parseRecboleInter(bytes: Uint8Array, options: RecboleInterOptions = {}): Interactions {
  refuseUnknownKeys("reading RecBole's interactions", options, interNames);
  const table = parseDelimited(bytes, options.separator ?? "\t", options.label ?? ".inter");
  const user = typedColumn(table, options.userField ?? "user_id", "token");
  const item = typedColumn(table, options.itemField ?? "item_id", "token");
  const pairs = table.rows.map((row) => [row[user]!, row[item]!] as const);
  return interactionsFromPairs(pairs, options.itemIds === undefined ? {} : { itemIds: options.itemIds });
}

/** Options of {@link parseRecboleFeatures}. */
export interface RecboleFeaturesOptions {
  /** The field with the items' IDs. Default: the file's first field. */
  readonly idField?: string | undefined;
  /** The field with the vectors, of type float_seq. Default: the file's first of that type. */
  readonly vectorField?: string | undefined;
  readonly separator?: string | undefined;
  /** What to call the file in errors. Default: `the feature file`. */
  readonly label?: string | undefined;
}

const featureNames = namesOf<RecboleFeaturesOptions>({
  idField: true,
  vectorField: true,
  separator: true,
  label: true,
});

/**
 * The vectors of an additional feature file in the row order of `itemIds`. Items without a line are missing;
 * lines of other items are skipped.
 *
 * @throws {WellbegunError} `format` if there is no field of type float_seq; `invalid-data` if vectors differ in length,
 * hold a value that is not a finite number, or an item occurs twice, in the file or among `itemIds` (7 and "7"
 * are one item: the file holds text); `limit` if there is no memory for the vectors.
 */
export function parseRecboleFeatures(
  bytes: Uint8Array,
  itemIds: Iterable<Id>,
  options: RecboleFeaturesOptions = {},
): FeatureSource {
  refuseUnknownKeys("reading RecBole's features", options, featureNames);
  const label = options.label ?? "the feature file";
  const table = parseDelimited(bytes, options.separator ?? "\t", label);
  const id = options.idField === undefined ? 0 : typedColumn(table, options.idField, "token");
  const vector = vectorColumn(table, options.vectorField);
  const rows = rowsByText(itemIds);
  const missing = new Uint8Array(rows.size).fill(1);
  const columns = table.rows[0]?.[vector]?.split(" ").length ?? 1;
  const data = allocateFloat32(rows.size * columns, "reading feature vectors", label);
  for (const [line, fields] of table.rows.entries()) {
    const row = rows.get(fields[id]!);
    if (row === undefined) continue;
    const at = `${label}, line ${table.lineOf(line)}`;
    const values = fields[vector]!.split(" ");
    if (values.length !== columns)
      throw invalid(`${columns} values, as in the first line`, `${values.length}`, at);
    if (missing[row] === 0) throw invalid("each item once", JSON.stringify(fields[id]), at);
    missing[row] = 0;
    for (const [column, text] of values.entries()) {
      const value = text === "" ? Number.NaN : Number(text);
      if (!Number.isFinite(value))
        throw invalid("finite numbers", JSON.stringify(text), `${at}, value ${column}`);
      data[row * columns + column] = value;
    }
  }
  const none = missing.every((flag) => flag === 0);
  return denseFeatures(data, rows.size, columns, none ? { label } : { label, missing });
}

function rowsByText(ids: Iterable<Id>): Map<string, number> {
  const rows = new Map<string, number>();
  let row = 0;
  for (const id of ids) {
    const earlier = rows.get(String(id));
    if (earlier !== undefined)
      throw invalid(
        "each item ID once",
        `${JSON.stringify(String(id))} in rows ${earlier} and ${row}`,
        "itemIds",
      );
    rows.set(String(id), row++);
  }
  return rows;
}

function typedColumn(table: DelimitedTable, field: string, type: string): number {
  const typed = table.names.find((name) => name.startsWith(`${field}:`));
  if (typed === undefined || typed === `${field}:${type}`) return columnOf(table, `${field}:${type}`);
  throw new WellbegunError("format", {
    doing: "reading the header of an atomic file",
    expected: `${field}:${type}`,
    found: typed,
    at: table.label,
  });
}

function vectorColumn(table: DelimitedTable, field: string | undefined): number {
  if (field !== undefined) return typedColumn(table, field, "float_seq");
  const place = table.names.findIndex((name) => name.endsWith(":float_seq"));
  if (place >= 0) return place;
  return columnOf(table, "<name>:float_seq");
}

function invalid(expected: string, found: string, at: string): WellbegunError {
  return new WellbegunError("invalid-data", { doing: "reading feature vectors", expected, found, at });
}
