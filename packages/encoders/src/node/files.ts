import { createHash } from "node:crypto";
import { createReadStream, existsSync } from "node:fs";
import { readFile } from "node:fs/promises";
import { join } from "node:path";
import { WellbegunError } from "@wellbegun/core";
import type { ModelFiles } from "../transformers/options.ts";

/** Reads a file of an encoder whole. */
export async function readWhole(path: string): Promise<Uint8Array> {
  try {
    return await readFile(path);
  } catch (cause) {
    throw failure("io", "a readable file", path, cause);
  }
}

/** Reads and parses a JSON file of an encoder. */
export async function readJson(path: string): Promise<unknown> {
  const bytes = await readWhole(path);
  try {
    return JSON.parse(new TextDecoder().decode(bytes));
  } catch (cause) {
    throw failure("format", "JSON", path, cause);
  }
}

/** SHA-256 of a file, in lowercase hexadecimal. */
async function hashFile(path: string): Promise<string> {
  const hash = createHash("sha256");
  for await (const chunk of createReadStream(path)) hash.update(chunk as Uint8Array);
  return hash.digest("hex");
}

/** The files of a model in a folder. */
export function folderFiles(folder: string): ModelFiles {
  const whenThere = async <T>(name: string, read: (path: string) => Promise<T>): Promise<T | undefined> => {
    const path = join(folder, name);
    return existsSync(path) ? read(path) : undefined;
  };
  return { readJson: (name) => whenThere(name, readJson), hash: (name) => whenThere(name, hashFile) };
}

function failure(code: "io" | "format", expected: string, path: string, cause: unknown): WellbegunError {
  const found = cause instanceof Error ? cause.message : String(cause);
  return new WellbegunError(code, { doing: "opening an encoder", expected, found, at: path, cause });
}
