import { readdirSync, rmSync } from "node:fs";
import { mkdtemp, rm } from "node:fs/promises";
import { hostname } from "node:os";
import { join } from "node:path";
import process from "node:process";

/**
 * The folder's name contains the host's name, since machines and containers that share a folder do not see each
 * other's processes.
 */
const PREFIX = `wellbegun-duckdb-${hostname()}-`;

/** A folder of temporary files. */
export interface TemporaryFolder {
  readonly path: string;
  /** Removes the folder with its content; a second call does nothing. */
  remove(): Promise<void>;
}

const folders: Set<string> = new Set();

/**
 * Makes a folder below `parent` that does not outlive the process: it is removed when it is no longer needed, when the
 * process exits, and, where the process was killed, by the next call with the same parent.
 */
export async function temporaryFolder(parent: string): Promise<TemporaryFolder> {
  removeAbandoned(parent);
  const path = await mkdtemp(join(parent, `${PREFIX}${process.pid}-`));
  if (folders.size === 0) process.on("exit", removeAll);
  folders.add(path);
  return {
    path,
    async remove() {
      if (!folders.delete(path)) return;
      if (folders.size === 0) process.off("exit", removeAll);
      await rm(path, { recursive: true, force: true, maxRetries: 3 });
    },
  };
}

function removeAll(): void {
  for (const path of folders) rmSync(path, { recursive: true, force: true });
}

/** Removes the folders that ended processes have left. */
function removeAbandoned(parent: string): void {
  for (const name of readdirSync(parent)) {
    const pid = name.startsWith(PREFIX) ? Number.parseInt(name.slice(PREFIX.length), 10) : Number.NaN;
    if (Number.isNaN(pid) || isRunning(pid)) continue;
    rmSync(join(parent, name), { recursive: true, force: true });
  }
}

function isRunning(pid: number): boolean {
  try {
    process.kill(pid, 0);
    return true;
  } catch (error) {
    // The process of another user cannot be signaled, but it exists.
    return (error as NodeJS.ErrnoException).code !== "ESRCH";
  }
}
