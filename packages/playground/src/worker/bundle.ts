import { sha256 } from "@noble/hashes/sha2.js";
import { bytesToHex } from "@noble/hashes/utils.js";
import { encodeIds, formatManifest, identifyData, modelTables } from "@wellbegun/adapters/bundle";
import { encodeNpy } from "@wellbegun/adapters/npy";
import { type Model, recordOptions } from "@wellbegun/core";
import { zipSync } from "fflate";
import type { Download } from "../protocol.ts";

/** SHA-256 step by step, which the platform's own does not offer. */
function newHash(): { update(bytes: Uint8Array): unknown; digest(encoding: "hex"): string } {
  const hash = sha256.create();
  return { update: (bytes) => hash.update(bytes), digest: () => bytesToHex(hash.digest()) };
}

/** The bundle that `wellbegun init` writes, as a zip: tables, IDs, the initializer and the manifest with their hashes. */
export async function bundleZip(model: Model): Promise<Download> {
  const files: Record<string, Uint8Array> = {};
  const entries: Parameters<typeof formatManifest>[1] & Record<string, unknown> = {};
  const add = (name: string, bytes: Uint8Array, about: object): void => {
    files[name] = bytes;
    entries[name] = { sha256: bytesToHex(sha256(bytes)), bytes: bytes.length, ...about };
  };
  for (const { name, data, rows, columns } of modelTables(model)) {
    const shape = columns === undefined ? [rows] : [rows, columns];
    const dtype = data instanceof Int32Array ? "int32" : "float32";
    add(`${name}.npy`, encodeNpy(data, shape), { dtype, shape });
  }
  const { userIds, itemIds } = model.train;
  if (userIds !== undefined)
    add("user_ids.txt", encodeIds(userIds.ids, "user_ids.txt"), { shape: [userIds.size] });
  if (itemIds !== undefined)
    add("item_ids.txt", encodeIds(itemIds.ids, "item_ids.txt"), { shape: [itemIds.size] });
  add("initializer.bin", model.toBytes(), {});
  const options = recordOptions(model.options);
  const input = await identifyData(model.data, newHash, { modalities: options.modalities });
  const { backend, report } = model;
  const manifest = formatManifest({ options, seed: options.seed, backend, input, report }, entries);
  files["manifest.json"] = new TextEncoder().encode(manifest);
  // Vectors do not compress; stored, they are written at once.
  const folder = Object.fromEntries(Object.entries(files).map(([name, bytes]) => [`vectors/${name}`, bytes]));
  return { name: "vectors.zip", bytes: zipSync(folder, { level: 0 }) as Uint8Array<ArrayBuffer> };
}
