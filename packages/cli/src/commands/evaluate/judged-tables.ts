import { basename, dirname, resolve } from "node:path";
import { type ComparedData, type Control, controlOf } from "@wellbegun/adapters/bundle";
import { bundleFiles, readBundle, readTable, recoverFolder } from "@wellbegun/adapters/node";
import { createTable, type Observer, type ScoringTables, WellbegunError } from "@wellbegun/core";
import { compareWithDataset, dataNotes } from "../../shared/compared-data.ts";
import type { OpenDataset } from "../../shared/dataset.ts";
import type { EvaluateSettings } from "./options.ts";

/** Given tables, ready to be judged. */
export interface JudgedTables {
  readonly name: string;
  readonly tables: ScoringTables;
  /** Cluster of each item by modality, where a bundle says so. */
  readonly labels: Readonly<Record<string, Int32Array>>;
  /** Where they came from. */
  readonly source: Readonly<Record<string, string>>;
  /** What they are a control for; null: they are the real ones. */
  readonly control: Control;
  /** The result of comparing their data with the dataset. */
  readonly data: ComparedData["data"];
  /** Notes for the user about the tables. */
  readonly notes: readonly string[];
}

const DOING = "reading the tables to be judged";

/**
 * The tables that the options name, compared with the dataset; undefined if they name none. A file of a bundle, such as its
 * `users.npy`, is compared as the bundle is.
 *
 * @throws {WellbegunError} `invalid-option` for half a pair, or a bundle and a pair; `mismatch` if rows or widths do not
 * fit; and what reading throws.
 */
export async function readJudgedTables(
  settings: EvaluateSettings,
  label: string,
  dataset: OpenDataset,
  observer: Observer,
): Promise<JudgedTables | undefined> {
  const { bundle, users, items } = settings;
  const pair = [users, items].filter((path) => path !== undefined);
  if (bundle !== undefined) {
    if (pair.length > 0) throw wrongOptions("a bundle, or a pair of tables", "both");
    return fromBundle(bundle, settings, label, dataset, observer);
  }
  if (pair.length === 0) return undefined;
  if (users === undefined || items === undefined) {
    throw wrongOptions("--users and --items together", `--${users === undefined ? "items" : "users"} alone`);
  }
  const { train } = dataset;
  const userTable = await readTable(users, "users");
  const itemTable = await readTable(items, "items");
  expect(`${train.userCount} rows, one for each user`, userTable.rows, train.userCount, users);
  expect(`${train.itemCount} rows, one for each item`, itemTable.rows, train.itemCount, items);
  expect(`${userTable.columns} columns, as the users have`, itemTable.columns, userTable.columns, items);
  const origins: Origin[] = [];
  for (const path of pair) origins.push(await originOf(path, settings, label, dataset, observer));
  const worst = (["unknown", "other", "same"] as const)
    .map((data) => origins.find((origin) => origin.data === data))
    .find((origin) => origin !== undefined)!;
  const control = origins.find((origin) => origin.control !== null)?.control ?? null;
  return {
    name: named("given", control),
    tables: {
      users: createTable(userTable.data, userTable.rows, userTable.columns, train.userIds),
      items: createTable(itemTable.data, itemTable.rows, itemTable.columns, train.itemIds),
    },
    labels: {},
    source: { users, items },
    control,
    data: worst.data,
    notes: dataNotes(worst, control),
  };
}

/** What is known of the making of a file of vectors. */
interface Origin extends ComparedData {
  readonly control: Control;
}

/** What is known of the data behind a file of vectors: nothing, unless it is a file of a bundle. */
async function originOf(
  path: string,
  settings: EvaluateSettings,
  label: string,
  dataset: OpenDataset,
  observer: Observer,
): Promise<Origin> {
  const file = path.replace(/(?<=\.safetensors)#.+$/, "");
  const folder = dirname(file);
  if (!(await bundleFiles(folder)).includes(basename(file))) {
    return { data: "unknown", difference: null, control: null };
  }
  const bundle = await readBundle(folder, { signal: observer.signal });
  const compared = await compareWithDataset(bundle, dataset, label, settings, observer);
  return { ...compared, control: controlOf(bundle.manifest) };
}

async function fromBundle(
  folder: string,
  settings: EvaluateSettings,
  label: string,
  dataset: OpenDataset,
  observer: Observer,
): Promise<JudgedTables> {
  await recoverFolder(folder);
  const bundle = await readBundle(folder, { signal: observer.signal });
  const compared = await compareWithDataset(bundle, dataset, label, settings, observer);
  const control = controlOf(bundle.manifest);
  const { userIds, itemIds } = dataset.train;
  const own = { users: await bundle.users(), items: await bundle.items() };
  const { columns } = own.users;
  expect(`${columns} columns, as the users have`, own.items.columns, columns, `${folder}, items`);
  const labels: Record<string, Int32Array> = {};
  for (const name of bundle.tables.keys()) {
    if (!name.startsWith("labels.")) continue;
    const { data } = await bundle.readTable(name);
    if (data instanceof Int32Array) labels[name.slice("labels.".length)] = data;
  }
  return {
    name: named(basename(resolve(folder)), control),
    // The IDs are equal as text; what judges them compares the dataset's own.
    tables: {
      users: createTable(own.users.data, own.users.rows, columns, userIds),
      items: createTable(own.items.data, own.items.rows, columns, itemIds),
    },
    labels,
    source: { bundle: folder },
    control,
    data: compared.data,
    notes: dataNotes(compared, control),
  };
}

function named(name: string, control: Control): string {
  return control === null ? name : `${name} (control)`;
}

function expect(expected: string, found: number, wanted: number, at: string): void {
  if (found === wanted) return;
  throw new WellbegunError("mismatch", { doing: DOING, expected, found: `${found}`, at });
}

function wrongOptions(expected: string, found: string): WellbegunError {
  const at = "options --bundle, --users, --items";
  return new WellbegunError("invalid-option", { doing: "reading the options", expected, found, at });
}
