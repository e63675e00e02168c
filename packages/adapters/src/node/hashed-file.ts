import { createHash, type Hash } from "node:crypto";
import { createReadStream } from "node:fs";
import { type FileHandle, open } from "node:fs/promises";
import { syncFile } from "./durable.ts";
import { ioError } from "./io-error.ts";

/** Size and SHA-256 (lowercase hexadecimal) of a file. */
export interface FileDigest {
  readonly sha256: string;
  readonly bytes: number;
}

/** A new file whose SHA-256 is computed while it is written, so that it is never read back. */
export class HashedFile {
  readonly #handle: FileHandle;
  readonly #label: string;
  readonly #hash: Hash = createHash("sha256");
  #bytes = 0;

  private constructor(handle: FileHandle, label: string) {
    this.#handle = handle;
    this.#label = label;
  }

  /** Creates the file at `path`; `label` is its final path, for errors. */
  static async create(path: string, label: string): Promise<HashedFile> {
    try {
      return new HashedFile(await open(path, "wx"), label);
    } catch (cause) {
      throw writeError(label, cause);
    }
  }

  /** Appends bytes. They must not change until the promise settles. */
  async write(bytes: Uint8Array): Promise<void> {
    try {
      for (let done = 0; done < bytes.length; ) {
        const writing = this.#handle.write(bytes, done, Math.min(MAX_WRITE, bytes.length - done));
        // Another thread writes meanwhile. If that fails, the hash is discarded with the file.
        if (done === 0) this.#hash.update(bytes);
        done += (await writing).bytesWritten;
      }
    } catch (cause) {
      throw writeError(this.#label, cause);
    }
    this.#bytes += bytes.length;
  }

  /** Flushes the bytes to disk and closes the file. */
  async finish(): Promise<FileDigest> {
    try {
      await syncFile(this.#handle);
      await this.#handle.close();
    } catch (cause) {
      throw writeError(this.#label, cause);
    }
    return { sha256: this.#hash.digest("hex"), bytes: this.#bytes };
  }

  /** Closes the file without flushing it; does nothing after {@link finish}. */
  async abandon(): Promise<void> {
    // The original error is already being thrown; an error on closing would hide it.
    await this.#handle.close().catch(() => undefined);
  }
}

// Some systems truncate larger writes, and a larger write delays an abort.
const MAX_WRITE = 1 << 26;

/** SHA-256 of a file on disk, in lowercase hexadecimal. */
export async function hashFile(path: string): Promise<string> {
  const hash = createHash("sha256");
  try {
    for await (const chunk of createReadStream(path, { highWaterMark: 1 << 20 }))
      hash.update(chunk as Uint8Array);
  } catch (cause) {
    throw ioError("reading a file", "to read its bytes", path, cause);
  }
  return hash.digest("hex");
}

function writeError(label: string, cause: unknown): Error {
  return ioError("writing a file", "to write all of it", label, cause);
}
