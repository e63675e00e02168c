import { basename, resolve } from "node:path";
import { checkAlignment } from "@wellbegun/adapters/bundle";
import { type MmrecDataset, readBundle, readTable, recoverFolder } from "@wellbegun/adapters/node";
import {
  createTable,
  type IdIndex,
  type Observer,
  type ScoringTables,
  type Table,
  WellbegunError,
} from "@wellbegun/core";
import type { EvaluateSettings } from "./options.ts";

/** Tables that somebody made, ready to be judged. */
export interface JudgedTables {
  readonly name: string;
  readonly tables: ScoringTables;
  /** Cluster of each item by modality, where a bundle says so. */
  readonly labels: Readonly<Record<string, Int32Array>>;
  /** Where they came from. */
  readonly source: Readonly<Record<string, string>>;
}

const DOING = "reading the tables to be judged";

/**
 * The tables that the options name, their rows checked against the dataset's; undefined if they name none.
 *
 * @throws {WellbegunError} `invalid-option` for half a pair, or a bundle and a pair; `mismatch` if rows or widths do not
 * fit; and what reading throws.
 */
export async function readJudgedTables(
  { bundle, users, items }: EvaluateSettings,
  dataset: MmrecDataset,
  observer: Observer,
): Promise<JudgedTables | undefined> {
  const pair = [users, items].filter((path) => path !== undefined);
  if (bundle !== undefined) {
    if (pair.length > 0) throw wrongOptions("a bundle, or a pair of tables", "both");
    return fromBundle(bundle, dataset, observer);
  }
  if (pair.length === 0) return undefined;
  if (users === undefined || items === undefined) {
    throw wrongOptions("--users and --items together", `--${users === undefined ? "items" : "users"} alone`);
  }
  const { train } = dataset;
  const userTable = await readTable(users, "users");
  const itemTable = await readTable(items, "items");
  expect(`${train.userCount} rows, one a user`, userTable.rows, train.userCount, users);
  expect(`${train.itemCount} rows, one an item`, itemTable.rows, train.itemCount, items);
  expect(`${userTable.columns} columns, as the users have`, itemTable.columns, userTable.columns, items);
  return {
    name: "given",
    tables: {
      users: createTable(userTable.data, userTable.rows, userTable.columns, train.userIds),
      items: createTable(itemTable.data, itemTable.rows, itemTable.columns, train.itemIds),
    },
    labels: {},
    source: { users, items },
  };
}

async function fromBundle(
  folder: string,
  dataset: MmrecDataset,
  { signal }: Observer,
): Promise<JudgedTables> {
  await recoverFolder(folder);
  const bundle = await readBundle(folder, { signal });
  const { userCount, itemCount, userIds, itemIds } = dataset.train;
  checkAlignment(bundle, { userCount, itemCount, userIds: userIds?.ids, itemIds: itemIds?.ids });
  const floats = async (name: string, ids: IdIndex | undefined): Promise<Table> => {
    const { data, rows, columns } = await bundle.readTable(name);
    if (data instanceof Float32Array && columns !== undefined) return createTable(data, rows, columns, ids);
    throw new WellbegunError("mismatch", {
      doing: DOING,
      expected: "a float32 table of two dimensions",
      found: data instanceof Float32Array ? "one dimension" : "int32",
      at: `${folder}, ${name}`,
    });
  };
  const users = await floats("users", userIds);
  const items = await floats("items", itemIds);
  expect(`${users.columns} columns, as the users have`, items.columns, users.columns, `${folder}, items`);
  const labels: Record<string, Int32Array> = {};
  for (const name of bundle.tables.keys()) {
    if (!name.startsWith("labels.")) continue;
    const { data } = await bundle.readTable(name);
    if (data instanceof Int32Array) labels[name.slice("labels.".length)] = data;
  }
  return {
    name: basename(resolve(folder)),
    tables: { users, items },
    labels,
    source: { bundle: folder },
  };
}

function expect(expected: string, found: number, wanted: number, at: string): void {
  if (found === wanted) return;
  throw new WellbegunError("mismatch", { doing: DOING, expected, found: `${found}`, at });
}

function wrongOptions(expected: string, found: string): WellbegunError {
  const at = "options --bundle, --users, --items";
  return new WellbegunError("invalid-option", { doing: "reading the options", expected, found, at });
}
