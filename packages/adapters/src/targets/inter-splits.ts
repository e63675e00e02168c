import { IdIndex } from "@wellbegun/core";
import { splits as splitNames } from "../columns/log.ts";
import type { Split } from "../split.ts";
import { parseInterParts } from "./inter.ts";
import { type InterOptions, type InterTable, interFailure } from "./inter-table.ts";

/** The content of a file of interactions. */
export interface InterFileParts {
  /** The split of all its rows; null if a column says the split of each row. */
  readonly split: Split | null;
  /** The file's name in errors. */
  readonly label: string;
  /** The file's bytes, in parts. */
  readonly parts: Iterable<Uint8Array> | AsyncIterable<Uint8Array>;
}

/** RecBole's columns, with their types as in its headers. */
const recboleColumns = { userColumn: "user_id:token", itemColumn: "item_id:token" };

/**
 * The interactions of the files that `chooseInterFiles` names, as one table: users and items have the same rows in all
 * splits. Files of splits have RecBole's columns, `user_id:token` and `item_id:token`, unless the options name others. With
 * `ids: "raw"`, users get rows in the order of their first line in train, validation and test: the order of RecBole's tokens.
 *
 * @throws {WellbegunError} As `parseInterParts`; `invalid-option` without a file, or if a `labelColumn` is given for files of splits.
 */
export async function parseInterFiles(
  files: readonly InterFileParts[],
  options: InterOptions = {},
): Promise<InterTable> {
  if (files.length === 0) throw interFailure("invalid-option", "at least one file", "none", "option files");
  const tables: InterTable[] = [];
  for (const { split, label, parts } of files) {
    if (split === null) return parseInterParts(parts, { ...options, label });
    if (options.labelColumn !== undefined) throw splitTwice(options.labelColumn, label);
    const { userColumn = recboleColumns.userColumn, itemColumn = recboleColumns.itemColumn } = options;
    tables.push(
      await parseInterParts(parts, { ...options, userColumn, itemColumn, labelColumn: null, label }),
    );
  }
  return joinTables(
    tables,
    files.map(({ split }) => splitNames.indexOf(split!)),
  );
}

/** The rows of several tables as one, those of each table in one split. */
function joinTables(tables: readonly InterTable[], labels: readonly number[]): InterTable {
  const first = tables[0]!;
  const starts: number[] = [];
  let length = 0;
  for (const { users } of tables) {
    starts.push(length);
    length += users.length;
  }
  const named = first.userIds !== undefined;
  const userIds = named ? new IdIndex(new Set(tables.flatMap((table) => table.userIds!.ids))) : undefined;
  const [users, items, all] = [new Uint32Array(length), new Uint32Array(length), new Uint8Array(length)];
  for (const [index, table] of tables.entries()) {
    const start = starts[index]!;
    const rowOf = userIds && Uint32Array.from(table.userIds!.ids, (id) => userIds.rowOf(id)!);
    users.set(rowOf === undefined ? table.users : table.users.map((user) => rowOf[user]!), start);
    items.set(table.items, start);
    all.fill(labels[index]!, start, start + table.users.length);
  }
  const tableOf = (row: number): number => starts.findLastIndex((start) => start <= row);
  return {
    ...first,
    label: tables.map(({ label }) => label).join(", "),
    users,
    items,
    labels: all,
    userIds,
    userCount: userIds?.size ?? Math.max(...tables.map(({ userCount }) => userCount)),
    itemCount: Math.max(...tables.map(({ itemCount }) => itemCount)),
    fileOf: (row) => tables[tableOf(row)]!.label,
    lineOf: (row) => tables[tableOf(row)]!.lineOf(row - starts[tableOf(row)]!),
  };
}

function splitTwice(labelColumn: string | null, label: string): Error {
  const found =
    labelColumn === null
      ? "every row as a train row (--all-train)"
      : `a column ${JSON.stringify(labelColumn)}`;
  const expected = "no other rule for the splits, since each split has its own file";
  return interFailure("invalid-option", expected, found, `option labelColumn, ${label}`);
}
