import { type ErrorCode, type Id, type IdIndex, WellbegunError } from "@wellbegun/core";
import { namesOf } from "@wellbegun/core/support";
import { listedColumns } from "./plain-text.ts";

/** Names in the header of an `.inter` table, and what separates its fields: keys of MMRec's yaml. */
export interface InterColumns {
  /** `USER_ID_FIELD`. Default: `userID`. */
  readonly userColumn?: string | undefined;
  /** `ITEM_ID_FIELD`. Default: `itemID`. */
  readonly itemColumn?: string | undefined;
  /**
   * `inter_splitting_label`. Default: `x_label`. Null: the table has no such column, and every row is in the
   * train split.
   */
  readonly labelColumn?: string | null | undefined;
  /** `field_separator`, one ASCII character other than a digit. Default: a tab. */
  readonly separator?: string | undefined;
}

/** Options of {@link parseInter}. */
export interface InterOptions extends InterColumns {
  /**
   * What the ID columns hold. `rows` (the default): the row numbers of users and items, from 0. `raw`: any text; users get rows
   * in the order of their first line, and items the rows that `itemIds` gives them.
   */
  readonly ids?: "rows" | "raw" | undefined;
  /**
   * With `ids: "raw"`: the item ID of each feature row, compared as text. Default: the item column holds row numbers, since
   * features have no IDs of their own.
   */
  readonly itemIds?: Iterable<Id> | undefined;
  /** The file's name in errors. Default: `.inter`. */
  readonly label?: string | undefined;
}

/** The names of {@link InterOptions}. */
export const interOptionNames: readonly string[] = namesOf<InterOptions>({
  userColumn: true,
  itemColumn: true,
  labelColumn: true,
  separator: true,
  ids: true,
  itemIds: true,
  label: true,
});

/** The interactions of all splits, one for each line, in the file's order. */
export interface InterTable {
  /** The file's name in errors. */
  readonly label: string;
  /** User row of each interaction. */
  readonly users: Uint32Array;
  /** Item row of each interaction. */
  readonly items: Uint32Array;
  /** Split of each interaction: 0 train, 1 validation, 2 test. */
  readonly labels: Uint8Array;
  /** Number of users: the largest row of all splits, plus 1. */
  readonly userCount: number;
  /**
   * The largest item row of all splits, plus 1, or the number of `itemIds`. The features may have more rows,
   * never fewer.
   */
  readonly itemCount: number;
  /** Raw user IDs in row order; undefined if the row numbers are the IDs. */
  readonly userIds?: IdIndex | undefined;
  /** Raw item IDs in row order; undefined if the row numbers are the IDs. */
  readonly itemIds?: IdIndex | undefined;
  /** Names of the ID columns, for errors. */
  readonly userColumn: string;
  readonly itemColumn: string;
  /** Line of an interaction in its file, counted from 1. */
  lineOf(row: number): number;
  /** The file of an interaction in errors, where each split has its own. Default: `label`. */
  fileOf?(row: number): string;
}

/** The largest ID for which the count, ID + 1, is still an int32, the index type of the targets. */
export const MAX_ROW: number = 2 ** 31 - 2;

/** An error of reading an `.inter` table. */
export function interFailure(
  code: ErrorCode,
  expected: string,
  found: string,
  at: string,
  hint?: string,
): WellbegunError {
  const parts = { doing: "reading interactions", expected, found, at };
  return new WellbegunError(code, hint === undefined ? parts : { ...parts, hint });
}

/** An error for a field that is not a row number, or not a split. */
export function wrongValue(isLabel: boolean, text: string, at: string, hint?: string): WellbegunError {
  const expected = isLabel ? "0 (train), 1 (validation) or 2 (test)" : `a whole number from 0 to ${MAX_ROW}`;
  return interFailure(
    "invalid-data",
    expected,
    text === "" ? "nothing" : JSON.stringify(text.slice(0, 60)),
    at,
    hint,
  );
}

/** Throws if two options name the same column, which would read users as items. */
export function requireDistinctColumns({ userColumn, itemColumn, labelColumn }: InterColumns): void {
  const columns: readonly (readonly [option: string, name: string | null])[] = [
    ["userColumn", userColumn ?? "userID"],
    ["itemColumn", itemColumn ?? "itemID"],
    ["labelColumn", labelColumn === undefined ? "x_label" : labelColumn],
  ];
  for (const [index, [option, name]] of columns.entries()) {
    const twin = columns.slice(0, index).find(([, other]) => other === name);
    if (twin === undefined) continue;
    const expected = `another column than ${twin[0]}`;
    throw interFailure("invalid-option", expected, JSON.stringify(name), `option ${option}`);
  }
}

/** Position of a column in the header. */
export function requireColumn(names: readonly string[], name: string, label: string): number {
  const column = names.indexOf(name);
  if (column >= 0 && names.indexOf(name, column + 1) < 0) return column;
  if (column >= 0) {
    const expected = `one column ${JSON.stringify(name)} in the header`;
    const places = names.flatMap((other, index) => (other === name ? [index + 1] : []));
    throw interFailure(
      "format",
      expected,
      `several, columns ${places.slice(0, 4).join(", ")}${places.length > 4 ? " and more" : ""}`,
      `${label}, line 1`,
    );
  }
  throw interFailure(
    "format",
    `a column ${JSON.stringify(name)} in the header`,
    `the columns ${listedColumns(names)}`,
    `${label}, line 1`,
    names.some((other) => other.includes("\r"))
      ? "Lines end in a line feed; here they end in carriage returns."
      : "Column names and the separator can be set, as in MMRec's yaml.",
  );
}

/** Throws for a table from which nothing can be fitted. */
export function requireTrainRows(table: InterTable, column: string | null): void {
  if (table.labels.includes(0)) return;
  throw interFailure(
    "invalid-data",
    column === null ? "at least one row" : `rows of the train split (${column} 0)`,
    table.labels.length === 0 ? "no rows" : `none among ${table.labels.length} rows`,
    table.label,
  );
}

/** Returns the separator; throws if it is not one ASCII character. */
export function checkedSeparator(separator: string): string {
  if (separator.length === 1 && separator.charCodeAt(0) < 128 && !/[\d\r\n]/.test(separator))
    return separator;
  throw interFailure(
    "invalid-option",
    "a separator of one ASCII character that is no digit and no line break",
    JSON.stringify(separator),
    "option separator",
  );
}
