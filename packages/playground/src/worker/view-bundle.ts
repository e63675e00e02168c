import {
  createTable,
  readInitializer,
  type ScoringTables,
  type Table,
  TrainedInitializer,
  WellbegunError,
} from "@wellbegun/core";
import type { Computed, NamedFile } from "../protocol.ts";
import { BundleFiles } from "./bundle-files.ts";
import { layOut } from "./layout.ts";

/**
 * A finished bundle, to look at: nothing is computed, and nothing is known about its interactions.
 *
 * @throws {WellbegunError} `mismatch` if users and items differ in width: their products, and one map of both, have no meaning.
 */
export async function viewBundle(
  files: readonly NamedFile[],
): Promise<{ readonly tables: ScoringTables; readonly result: Computed }> {
  const bundle = await BundleFiles.open(files);
  const [users, items] = [await vectorsOf(bundle, "users"), await vectorsOf(bundle, "items")];
  expectOneWidth(users, items);
  const labels: Record<string, Int32Array> = {};
  for (const name of bundle.tables) {
    const modality = /^labels\.(.+)$/.exec(name)?.[1];
    if (modality !== undefined) labels[modality] = Int32Array.from((await bundle.table(name))!.data);
  }
  const { backend } = bundle.manifest;
  const result: Computed = {
    users: users.rows,
    items: items.rows,
    dim: users.columns,
    device: backend === undefined ? "a bundle" : `a bundle, made on ${backend.device}`,
    seconds: 0,
    warnings: [],
    initializer: foldingBytes(await bundle.bytes("initializer.bin")),
    userNames: await bundle.ids("user_ids.txt"),
    itemNames: await bundle.ids("item_ids.txt"),
    itemTexts: [],
    itemDegrees: new Uint32Array(),
    userDegrees: new Uint32Array(),
    labels,
    map: layOut(users.data, items.data, users.columns),
  };
  return { tables: { users, items }, result };
}

async function vectorsOf(bundle: BundleFiles, name: "users" | "items"): Promise<Table> {
  const table = await bundle.table(name);
  if (table === undefined) throw new Error(`The bundle has no table ${name}, which the page shows.`);
  const { data, rows, columns } = table;
  return createTable(data instanceof Float32Array ? data : Float32Array.from(data), rows, columns);
}

function expectOneWidth(users: Table, items: Table): void {
  if (users.columns === items.columns) return;
  throw new WellbegunError("mismatch", {
    doing: "opening a bundle",
    expected: `items of ${users.columns} columns, as many as its users have`,
    found: `${items.columns}`,
    at: "tables users and items",
  });
}

/** The bytes of an initializer that folds in users; none where a bundle has no such. */
function foldingBytes(bytes: Uint8Array = new Uint8Array()): Uint8Array {
  if (bytes.length === 0) return bytes;
  const initializer = readInitializer(bytes);
  return initializer instanceof TrainedInitializer && !initializer.foldsUsers ? new Uint8Array() : bytes;
}
