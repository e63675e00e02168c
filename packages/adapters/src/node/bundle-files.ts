import { mkdir } from "node:fs/promises";
import { dirname, join } from "node:path";
import { type BundleFile, isPartName } from "../bundle/manifest-files.ts";
import { type PartedFile, partName, partRanges } from "../bundle/parts.ts";
import { type FileDigest, HashedFile } from "./hashed-file.ts";
import { ioError } from "./io-error.ts";

type About = Omit<BundleFile, keyof FileDigest>;

/** The files of a bundle while they are written. Finished files are flushed to disk while the next ones are written. */
export class BundleFiles {
  readonly #folder: string;
  readonly #label: string;
  readonly #opened: HashedFile[] = [];
  readonly #pending: Promise<readonly [name: string, file: BundleFile]>[] = [];
  /** The files whose rows lie in parts, for the manifest. */
  readonly parted: Record<string, PartedFile> = {};

  /** @param label The bundle's final path, for errors. */
  constructor(folder: string, label: string) {
    this.#folder = folder;
    this.#label = label;
  }

  async create(name: string): Promise<HashedFile> {
    const path = join(this.#folder, name);
    if (isPartName(name)) {
      await mkdir(dirname(path), { recursive: true }).catch((cause) => {
        throw ioError("writing a file", "to make its folder", join(this.#label, name), cause);
      });
    }
    const file = await HashedFile.create(path, join(this.#label, name));
    this.#opened.push(file);
    return file;
  }

  finish(name: string, file: HashedFile, about: About): void {
    const done = file.finish().then((digest) => [name, { ...digest, ...about }] as const);
    // `files` reports a failure, unless another one comes first.
    done.catch(() => undefined);
    this.#pending.push(done);
  }

  /** All files, once they are on disk. */
  async files(): Promise<Record<string, BundleFile>> {
    return Object.fromEntries(await Promise.all(this.#pending));
  }

  /** Waits until no flush is pending, and closes what is still open. */
  async close(): Promise<void> {
    await Promise.allSettled(this.#pending);
    for (const file of this.#opened) await file.abandon();
  }
}

/** A file of rows that is being written. */
export interface RowFile extends Pick<PartedFile, "dtype" | "shape"> {
  /** The whole file's name, such as `users.npy`. */
  readonly name: string;
  /** More rows than these go into parts of so many rows. */
  readonly rowsPerPart: number;
  /** The bytes that a file of this shape begins with. */
  readonly head: (shape: readonly number[]) => Uint8Array;
}

/** Writes rows into one file, or into its parts one after the other. */
export class RowWriter {
  readonly #files: BundleFiles;
  readonly #row: RowFile;
  readonly #perRow: number;
  readonly #inParts: boolean;
  readonly #ranges: readonly (readonly [number, number])[];
  readonly #names: string[] = [];
  #file: HashedFile | undefined;
  /** Entries of the present part that are missing. */
  #missing = 0;

  constructor(files: BundleFiles, row: RowFile) {
    const [rows = 0, ...columns] = row.shape;
    this.#files = files;
    this.#row = row;
    this.#perRow = columns.reduce((product, length) => product * length, 1);
    this.#inParts = rows > row.rowsPerPart;
    this.#ranges = this.#inParts ? partRanges(rows, row.rowsPerPart) : [[0, rows]];
  }

  /** Appends `count` entries (values of a table, lines of a list); `bytes` encodes a range of them. */
  async write(count: number, bytes: (from: number, to: number) => Uint8Array): Promise<void> {
    for (let done = 0; done < count; ) {
      this.#file ??= await this.#open();
      const step = Math.min(count - done, this.#missing);
      await this.#file.write(bytes(done, done + step));
      done += step;
      this.#missing -= step;
      if (this.#missing === 0) this.#finishPart();
    }
  }

  /** Finishes the last file. The rows must be complete. */
  async finish(): Promise<void> {
    if (this.#names.length < this.#ranges.length) {
      this.#file ??= await this.#open();
      this.#finishPart();
    }
    if (!this.#inParts) return;
    const { name, dtype, shape } = this.#row;
    const parts = this.#names.map((file, part) => ({ file, rows: this.#ranges[part]! }));
    this.#files.parted[name] = { ...(dtype === undefined ? {} : { dtype }), shape, parts };
  }

  #shape(): readonly number[] {
    const [first, end] = this.#ranges[this.#names.length]!;
    return [end - first, ...this.#row.shape.slice(1)];
  }

  async #open(): Promise<HashedFile> {
    const { name, head } = this.#row;
    const shape = this.#shape();
    const file = await this.#files.create(this.#inParts ? partName(name, this.#names.length) : name);
    await file.write(head(shape));
    this.#missing = shape[0]! * this.#perRow;
    return file;
  }

  #finishPart(): void {
    const { name, dtype } = this.#row;
    const part = this.#inParts ? partName(name, this.#names.length) : name;
    const about = { ...(dtype === undefined ? {} : { dtype }), shape: this.#shape() };
    this.#files.finish(part, this.#file!, about);
    this.#names.push(part);
    this.#file = undefined;
  }
}
