import { sha256 } from "@noble/hashes/sha2.js";
import { bytesToHex } from "@noble/hashes/utils.js";
import { decodeIds, parseManifest } from "@wellbegun/adapters/bundle";
import { decodeNpy, toFloat32 } from "@wellbegun/adapters/npy";
import { createTable, readInitializer, type ScoringTables, TrainedInitializer } from "@wellbegun/core";
import type { Computed, NamedFile } from "../protocol.ts";
import { layOut } from "./layout.ts";
import { bytesOf } from "./opened.ts";

/** A finished bundle, to look at: nothing is computed, and nothing is known about its interactions. */
export async function viewBundle(
  files: readonly NamedFile[],
): Promise<{ readonly tables: ScoringTables; readonly result: Computed }> {
  const read = async (name: string): Promise<Uint8Array | undefined> => {
    const file = files.find((one) => one.name === name);
    return file === undefined ? undefined : bytesOf(file);
  };
  const text = await read("manifest.json");
  const manifest = text === undefined ? undefined : parseManifest(new TextDecoder().decode(text));
  /** The bytes of a file that the manifest lists, compared with its hash there. */
  const bytes = async (name: string): Promise<Uint8Array | undefined> => {
    const listed = manifest?.files[name];
    const found = listed === undefined ? undefined : await read(name);
    if (found === undefined || bytesToHex(sha256(found)) === listed!.sha256) return found;
    throw new Error(`${name} is not the file that the bundle's manifest lists: its SHA-256 differs.`);
  };
  const array = async (name: string) => {
    const found = await bytes(name);
    return found === undefined ? undefined : decodeNpy(found, name);
  };
  if (manifest?.parted !== undefined) {
    throw new Error(
      "The bundle's tables are in parts: it is too large for a page. `wellbegun inspect` shows it.",
    );
  }
  const [users, items] = [await array("users.npy"), await array("items.npy")];
  if (manifest === undefined || users === undefined || items === undefined) {
    throw new Error("A bundle has manifest.json, users.npy and items.npy; one of them is missing.");
  }
  const labels: Record<string, Int32Array> = {};
  for (const { name } of files) {
    const modality = /^labels\.(.+)\.npy$/.exec(name)?.[1];
    if (modality !== undefined) labels[modality] = Int32Array.from((await array(name))!.data as Int32Array);
  }
  const names = async (name: string): Promise<readonly string[]> => {
    const found = await bytes(name);
    return found === undefined ? [] : decodeIds(found, name).map(String);
  };
  const tables = {
    users: createTable(toFloat32(users), users.rows, users.columns),
    items: createTable(toFloat32(items), items.rows, items.columns),
  };
  const result: Computed = {
    users: users.rows,
    items: items.rows,
    dim: users.columns,
    device: manifest.backend === undefined ? "a bundle" : `a bundle, made on ${manifest.backend.device}`,
    seconds: 0,
    warnings: [],
    initializer: foldingBytes(await bytes("initializer.bin")),
    userNames: await names("user_ids.txt"),
    itemNames: await names("item_ids.txt"),
    itemTexts: [],
    itemDegrees: new Uint32Array(),
    userDegrees: new Uint32Array(),
    labels,
    map: layOut(tables.users.data, tables.items.data, users.columns),
  };
  return { tables, result };
}

/** The bytes of an initializer that folds in users; none where a bundle has no such. */
function foldingBytes(bytes: Uint8Array = new Uint8Array()): Uint8Array {
  if (bytes.length === 0) return bytes;
  const initializer = readInitializer(bytes);
  return initializer instanceof TrainedInitializer && !initializer.foldsUsers ? new Uint8Array() : bytes;
}
