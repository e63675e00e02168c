import { createHash } from "node:crypto";
import { createReadStream } from "node:fs";
import { readdir, readFile } from "node:fs/promises";
import { join } from "node:path";
import { WellbegunError } from "@wellbegun/core";

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

/** Endings of the files that determine a model's vectors. */
const endings = [".json", ".onnx", ".onnx_data", ".txt", ".model"];

/** SHA-256 of the files of a model's folder that determine its vectors, by their path in it, in alphabetical order. */
export async function hashFiles(folder: string): Promise<Record<string, string>> {
  const names = await readdir(folder, { recursive: true });
  const hashes: Record<string, string> = {};
  for (const name of names.sort()) {
    if (!endings.some((ending) => name.endsWith(ending))) continue;
    const hash = createHash("sha256");
    for await (const chunk of createReadStream(join(folder, name))) hash.update(chunk as Uint8Array);
    hashes[name.replaceAll("\\", "/")] = hash.digest("hex");
  }
  return hashes;
}

function failure(code: "io" | "format", expected: string, path: string, cause: unknown): WellbegunError {
  const found = cause instanceof Error ? cause.message : String(cause);
  return new WellbegunError(code, { doing: "opening an encoder", expected, found, at: path, cause });
}
