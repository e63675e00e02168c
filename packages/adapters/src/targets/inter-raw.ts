import { IdIndex } from "@wellbegun/core";
import { type DelimitedTable, parseDelimited } from "./delimited.ts";
import {
  type InterOptions,
  type InterTable,
  interFailure,
  MAX_ROW,
  requireColumn,
  requireTrainRows,
  wrongValue,
} from "./inter-table.ts";

/** Reads an `.inter` table with arbitrary text as IDs; IDs are compared as text, so that 7 and 07 differ. */
export function parseRawInter(bytes: Uint8Array, separator: string, options: InterOptions): InterTable {
  const label = options.label ?? ".inter";
  const table = parseDelimited(bytes, separator, label);
  const [userColumn, itemColumn] = [options.userColumn ?? "userID", options.itemColumn ?? "itemID"];
  const labelColumn = options.labelColumn === undefined ? "x_label" : options.labelColumn;
  const texts = (name: string): string[] => {
    const field = requireColumn(table.names, name, label);
    return table.rows.map((row) => row[field]!);
  };
  const at = (row: number, column: string): string => `${label}, line ${table.lineOf(row)}, column ${column}`;

  const userTexts = texts(userColumn);
  const nameless = userTexts.indexOf("");
  if (nameless >= 0) throw interFailure("invalid-data", "an ID", "nothing", at(nameless, userColumn));
  const userIds = new IdIndex(new Set(userTexts));
  const users = Uint32Array.from(userTexts, (text) => userIds.rowOf(text)!);
  const itemIds = options.itemIds === undefined ? undefined : itemIndex(options.itemIds);
  const itemPlace = (row: number): string => at(row, itemColumn);
  const items = Uint32Array.from(texts(itemColumn), (text, row) => itemRow(text, itemIds, row, itemPlace));
  const labels = labelColumn === null ? new Uint8Array(users.length) : splitLabels(table, texts, labelColumn);
  const read: InterTable = {
    label,
    users,
    items,
    labels,
    userCount: userIds.size,
    itemCount: itemIds?.size ?? items.reduce((count, item) => Math.max(count, item + 1), 0),
    userIds,
    itemIds,
    userColumn,
    itemColumn,
    lineOf: (row) => table.lineOf(row),
  };
  requireTrainRows(read, labelColumn);
  return read;
}

function itemIndex(ids: NonNullable<InterOptions["itemIds"]>): IdIndex {
  return new IdIndex(Array.from(ids, String));
}

function itemRow(text: string, ids: IdIndex | undefined, row: number, at: (row: number) => string): number {
  if (ids !== undefined) {
    const found = ids.rowOf(text);
    if (found !== undefined) return found;
    throw interFailure("invalid-data", "an ID of the item list", JSON.stringify(text.slice(0, 60)), at(row));
  }
  const value = /^\d+$/.test(text) ? Number(text) : Number.NaN;
  if (value <= MAX_ROW) return value;
  const hint =
    "Raw item IDs need a list of the item ID of each feature row (item_ids.txt, one line for each row).";
  throw wrongValue(false, text, at(row), hint);
}

function splitLabels(table: DelimitedTable, texts: (name: string) => string[], column: string): Uint8Array {
  return Uint8Array.from(texts(column), (text, row) => {
    if (text === "0" || text === "1" || text === "2") return Number(text);
    throw wrongValue(true, text, `${table.label}, line ${table.lineOf(row)}, column ${column}`);
  });
}
