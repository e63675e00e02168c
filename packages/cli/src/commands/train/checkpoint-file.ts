import { existsSync, rmSync } from "node:fs";
import { mkdir, open, readFile, rename, rm } from "node:fs/promises";
import { basename, dirname, join, resolve } from "node:path";
import { ioError, syncFile } from "@wellbegun/adapters/node";
import { isWellbegunError, WellbegunError } from "@wellbegun/core";
import type { Io } from "../../shared/io.ts";

/** The state of one run on disk, between two epochs. */
export interface CheckpointFile {
  readonly path: string;
  /** The bytes that were written last; undefined if there are none. */
  read(): Promise<Uint8Array | undefined>;
  /** Replaces the file atomically: a process that is killed meanwhile leaves the old file. */
  write(bytes: Uint8Array): Promise<void>;
  remove(): Promise<void>;
}

/** The checkpoint beside the bundle `out`: `.trained.seed-999.checkpoint` for `trained`. */
export function checkpointFile(out: string, seed: number, io: Io): CheckpointFile {
  const target = resolve(out);
  const path = join(dirname(target), `.${basename(target)}.seed-${seed}.checkpoint`);
  // One name for all writes, so that a run that was killed leaves at most one of them, which the next run replaces.
  const partial = `${path}.partial`;
  io.atExit?.(() => rmSync(partial, { force: true }));
  return {
    path,
    read: () =>
      readFile(path).catch((cause: NodeJS.ErrnoException) => {
        if (cause.code === "ENOENT") return undefined;
        throw failure("reading a checkpoint", "a readable file", path, cause);
      }),
    write: async (bytes) => {
      try {
        await mkdir(dirname(path), { recursive: true });
        const handle = await open(partial, "w");
        try {
          await handle.writeFile(bytes);
          await syncFile(handle);
        } finally {
          await handle.close();
        }
        await rename(partial, path);
      } catch (cause) {
        rmSync(partial, { force: true });
        throw failure("writing a checkpoint", "a writable place beside the output", path, cause);
      }
    },
    remove: async () => {
      for (const file of [path, partial]) await rm(file, { force: true });
    },
  };
}

/**
 * Throws if a new run would overwrite checkpoints of an interrupted run.
 *
 * @throws {WellbegunError} `invalid-option` naming the first of them.
 */
export async function refuseCheckpoints(files: readonly CheckpointFile[]): Promise<void> {
  for (const { path, read } of files) {
    if ((await read()) === undefined) continue;
    throw new WellbegunError("invalid-option", {
      doing: "training",
      expected: "no checkpoint of an earlier run",
      found: "one",
      at: path,
      hint: "Go on from it with --resume, or delete it.",
    });
  }
}

/** The error of an interrupted run with a hint on the checkpoints that it leaves; another error as it is. */
export function withCheckpoints(error: unknown, files: readonly CheckpointFile[]): unknown {
  if (!(isWellbegunError(error) && error.code === "aborted")) return error;
  const kept = files.map(({ path }) => path).filter((path) => existsSync(path));
  if (kept.length === 0) return error;
  const hint = `The checkpoint ${kept.join(", ")} is kept: the same command with --resume goes on from it.`;
  const parts = { doing: "training", expected: "to run to the end", found: "an aborted signal" };
  return new WellbegunError("aborted", { ...parts, hint, cause: error });
}

function failure(doing: string, expected: string, at: string, cause: unknown): WellbegunError {
  return ioError(doing, expected, at, cause);
}
