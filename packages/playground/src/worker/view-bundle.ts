import { decodeIds, parseManifest } from "@wellbegun/adapters/bundle";
import { decodeNpy, toFloat32 } from "@wellbegun/adapters/npy";
import type { Computed, NamedFile } from "../protocol.ts";
import { layOut } from "./layout.ts";
import { bytesOf } from "./opened.ts";

/** A finished bundle, to look at: nothing is computed, and nothing is known about its interactions. */
export async function viewBundle(files: readonly NamedFile[]): Promise<Computed> {
  const bytes = async (name: string): Promise<Uint8Array | undefined> => {
    const file = files.find((one) => one.name === name);
    return file === undefined ? undefined : bytesOf(file);
  };
  const array = async (name: string) => {
    const found = await bytes(name);
    return found === undefined ? undefined : decodeNpy(found, name);
  };
  const text = await bytes("manifest.json");
  const [users, items] = [await array("users.npy"), await array("items.npy")];
  if (text === undefined || users === undefined || items === undefined) {
    throw new Error("A bundle has manifest.json, users.npy and items.npy; one of them is missing.");
  }
  const manifest = parseManifest(new TextDecoder().decode(text));
  const labels: Record<string, Int32Array> = {};
  for (const { name } of files) {
    const modality = /^labels\.(.+)\.npy$/.exec(name)?.[1];
    if (modality !== undefined) labels[modality] = Int32Array.from((await array(name))!.data as Int32Array);
  }
  const idFile = await bytes("item_ids.txt");
  const ids = idFile === undefined ? undefined : decodeIds(idFile, "item_ids.txt");
  return {
    users: users.rows,
    items: items.rows,
    dim: users.columns,
    device: manifest.backend === undefined ? "a bundle" : `a bundle, made on ${manifest.backend.device}`,
    seconds: 0,
    warnings: [],
    initializer: (await bytes("initializer.bin")) ?? new Uint8Array(),
    itemNames: Array.from({ length: items.rows }, (_, row) => String(ids?.[row] ?? row)),
    itemDegrees: new Uint32Array(),
    userDegrees: new Uint32Array(),
    labels,
    map: layOut(toFloat32(users), toFloat32(items), users.columns),
  };
}
