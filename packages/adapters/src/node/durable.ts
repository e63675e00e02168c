import { fsync } from "node:fs";
import { open } from "node:fs/promises";
import { promisify } from "node:util";
import { ioError, systemCode } from "./io-error.ts";

const sync = promisify(fsync);

/**
 * Flushes an open file to disk. It uses the descriptor, since `FileHandle.sync` does not exist under Yarn PnP.
 *
 * @param handle An open file, such as a `FileHandle` of `node:fs/promises`. The parameter declares the descriptor alone, so
 * that the types of this package do not need Node's.
 */
export async function syncFile(handle: { readonly fd: number }): Promise<void> {
  await sync(handle.fd);
}

/** Flushes a folder's entries to disk, on systems that support this. */
export async function syncFolder(folder: string, doing: string): Promise<void> {
  if (process.platform === "win32") return;
  try {
    const handle = await open(folder, "r");
    await syncFile(handle).finally(() => handle.close());
  } catch (cause) {
    // Some network file systems cannot sync a folder; the files themselves have been synced.
    if (systemCode(cause) === "EINVAL" || systemCode(cause) === "ENOTSUP") return;
    throw ioError(doing, "to make it durable", folder, cause);
  }
}
