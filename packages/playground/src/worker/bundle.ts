import { sha256 } from "@noble/hashes/sha2.js";
import { bytesToHex } from "@noble/hashes/utils.js";
import {
  type ArrayTable,
  encodeIds,
  formatManifest,
  identifyData,
  modelTables,
} from "@wellbegun/adapters/bundle";
import { encodeNpy } from "@wellbegun/adapters/npy";
import { type Dataset, type Interactions, type Model, recordOptions, type Table } from "@wellbegun/core";
import { CURVE_FILE, curveLines, trainingRecord } from "@wellbegun/train";
import { zipSync } from "fflate";
import type { Download } from "../protocol.ts";
import type { TrainingOutcome } from "./train.ts";

/** SHA-256 step by step, which the platform's own does not offer. */
function newHash(): { update(bytes: Uint8Array): unknown; digest(encoding: "hex"): string } {
  const hash = sha256.create();
  return { update: (bytes) => hash.update(bytes), digest: () => bytesToHex(hash.digest()) };
}

/** What a bundle is made of. */
interface BundleContent {
  readonly tables: readonly ArrayTable[];
  readonly train: Interactions;
  /** Further files by name. */
  readonly attachments: Readonly<Record<string, Uint8Array>>;
  readonly manifest: Readonly<Record<string, unknown>>;
}

/** The bundle that `wellbegun init` writes, as a zip. */
export async function fittedZip(model: Model): Promise<Download> {
  const options = recordOptions(model.options);
  const input = await identifyData(model.data, newHash, { modalities: options.modalities });
  const { backend, report, train } = model;
  return bundleZip("vectors", {
    tables: modelTables(model),
    train,
    attachments: { "initializer.bin": model.toBytes() },
    manifest: { options, seed: options.seed, backend, input, report },
  });
}

/** The bundle that `wellbegun train` writes, but for its figures of quality and their controls, as a zip. */
export async function trainedZip(
  { trained, start, backend, readsFeatures }: TrainingOutcome,
  data: Dataset,
): Promise<Download> {
  const { users, items, curve, initializer, train } = trained;
  const input = await identifyData(data, newHash, readsFeatures ? {} : { modalities: [] });
  const tableOf = (name: string, { data, rows, columns }: Table) => ({ name, data, rows, columns });
  return bundleZip("trained", {
    tables: [tableOf("users", users), tableOf("items", items)],
    train,
    attachments: {
      [CURVE_FILE]: curveLines(curve),
      // A control is written without it, as on the command line.
      ...(initializer === undefined || start?.control === "permuted"
        ? {}
        : { "initializer.bin": initializer.toBytes() }),
    },
    manifest: { ...trainingRecord(trained, start), backend, input },
  });
}

/** Tables, IDs, further files, and the manifest with their hashes, in a folder. */
function bundleZip(folder: string, { tables, train, attachments, manifest }: BundleContent): Download {
  const files: Record<string, Uint8Array> = {};
  const entries: Parameters<typeof formatManifest>[1] & Record<string, unknown> = {};
  const add = (name: string, bytes: Uint8Array, about: object): void => {
    files[name] = bytes;
    entries[name] = { sha256: bytesToHex(sha256(bytes)), bytes: bytes.length, ...about };
  };
  for (const { name, data, rows, columns } of tables) {
    const shape = columns === undefined ? [rows] : [rows, columns];
    const dtype = data instanceof Int32Array ? "int32" : "float32";
    add(`${name}.npy`, encodeNpy(data, shape), { dtype, shape });
  }
  for (const [name, index] of [
    ["user_ids.txt", train.userIds],
    ["item_ids.txt", train.itemIds],
  ] as const) {
    if (index !== undefined) add(name, encodeIds(index.ids, name), { shape: [index.size] });
  }
  for (const [name, bytes] of Object.entries(attachments)) add(name, bytes, {});
  files["manifest.json"] = new TextEncoder().encode(formatManifest(manifest, entries));
  // Vectors do not compress; stored, they are written at once.
  const zipped = Object.fromEntries(
    Object.entries(files).map(([name, bytes]) => [`${folder}/${name}`, bytes]),
  );
  return { name: `${folder}.zip`, bytes: zipSync(zipped, { level: 0 }) as Uint8Array<ArrayBuffer> };
}
