import { sha256 } from "@noble/hashes/sha2.js";
import { bytesToHex } from "@noble/hashes/utils.js";
import {
  bundleTables,
  decodeIds,
  MANIFEST_FILE,
  type Manifest,
  parseManifest,
} from "@wellbegun/adapters/bundle";
import { readVectors } from "@wellbegun/adapters/columns";
import { decodeNpy } from "@wellbegun/adapters/npy";
import { openParquet } from "@wellbegun/adapters/parquet";
import { decodeSafetensors } from "@wellbegun/adapters/safetensors";
import type { NamedFile } from "../protocol.ts";
import { bytesOf } from "./opened.ts";

/** A table of a bundle, in memory. */
export interface BundleArray {
  readonly data: Float32Array | Int32Array;
  readonly rows: number;
  /** 1 for a table of one dimension. */
  readonly columns: number;
}

/** The largest table that a page is asked to hold, in bytes: browsers refuse larger buffers. */
const MOST_BYTES = 2 ** 31 - 1;
const TENSORS_FILE = "tables.safetensors";

/**
 * The files of a bundle by the names in its manifest, each compared with its SHA-256 there. A table may be `.npy`, safetensors or
 * Parquet, whole or in parts.
 */
export class BundleFiles {
  readonly manifest: Manifest;
  readonly #files: ReadonlyMap<string, NamedFile>;

  private constructor(manifest: Manifest, files: ReadonlyMap<string, NamedFile>) {
    this.manifest = manifest;
    this.#files = files;
  }

  /** @throws {Error} Without a manifest, or if it is none of a bundle. */
  static async open(files: readonly NamedFile[]): Promise<BundleFiles> {
    const named = new Map(files.map((file) => [file.name, file]));
    const manifest = named.get(MANIFEST_FILE);
    if (manifest === undefined) throw new Error(`A bundle has ${MANIFEST_FILE}, which is missing.`);
    return new BundleFiles(parseManifest(await manifest.blob.text()), named);
  }

  /** The names of the tables. */
  get tables(): readonly string[] {
    return [...bundleTables(this.manifest).keys()];
  }

  /**
   * The bytes of a file; undefined if the manifest lists none of that name.
   *
   * @throws {Error} If the file is missing, or is another one than the manifest lists.
   */
  async bytes(name: string): Promise<Uint8Array | undefined> {
    const listed = this.manifest.files[name];
    if (listed === undefined) return undefined;
    const file = this.#files.get(name);
    if (file === undefined) throw new Error(`The bundle's manifest lists ${name}, which is missing.`);
    const bytes = await bytesOf(file);
    if (bytesToHex(sha256(bytes)) === listed.sha256) return bytes;
    throw new Error(`${name} is not the file that the bundle's manifest lists: its SHA-256 differs.`);
  }

  /**
   * A table by its name, such as `users`; undefined if the bundle has none.
   *
   * @throws {Error} If it is too large for a page, or its values are not as many as the manifest says.
   */
  async table(name: string): Promise<BundleArray | undefined> {
    const listed = bundleTables(this.manifest).get(name);
    if (listed === undefined) return undefined;
    const [rows = 0, columns = 1] = listed.shape;
    const bytes = rows * columns * 4;
    if (bytes > MOST_BYTES) {
      const size = `${name} takes ${(bytes / 2 ** 30).toFixed(1)} GiB`;
      throw new Error(`${size}, which is too large for a page. \`wellbegun inspect\` shows it.`);
    }
    const data = new (listed.dtype === "int32" ? Int32Array : Float32Array)(rows * columns);
    let next = 0;
    for await (const values of this.#values(name)) {
      if (next + values.length <= data.length) data.set(values, next);
      next += values.length;
    }
    if (next === data.length) return { data, rows, columns };
    throw new Error(`${name} has ${next} values, where the bundle's manifest lists ${data.length}.`);
  }

  /** The IDs in a list such as `user_ids.txt`; none where the rows are the IDs. */
  async ids(list: string): Promise<readonly string[]> {
    const ids: string[] = [];
    for (const part of this.#parts(list))
      for (const id of decodeIds((await this.bytes(part))!, part)) ids.push(id);
    return ids;
  }

  /** The values of a table, file by file: from `.npy`, else from safetensors, else from Parquet. */
  async *#values(table: string): AsyncGenerator<ArrayLike<number>> {
    const arrays = this.#parts(`${table}.npy`);
    for (const part of arrays) yield decodeNpy((await this.bytes(part))!, part).data as ArrayLike<number>;
    if (arrays.length > 0) return;
    if (this.manifest.files[TENSORS_FILE]?.tensors?.[table] !== undefined) {
      const { tensors } = decodeSafetensors((await this.bytes(TENSORS_FILE))!, TENSORS_FILE);
      yield (tensors.get(table)?.data ?? []) as ArrayLike<number>;
      return;
    }
    for (const part of this.#parts(`${table}.parquet`))
      yield (await readVectors([await openParquet((await this.bytes(part))!, part)])).data;
  }

  /** The files that a file consists of: itself, its parts, or none. */
  #parts(name: string): readonly string[] {
    const { files, parted } = this.manifest;
    return parted?.[name]?.parts.map(({ file }) => file) ?? (files[name] === undefined ? [] : [name]);
  }
}
