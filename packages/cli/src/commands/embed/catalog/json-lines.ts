import { createReadStream } from "node:fs";
import { createInterface } from "node:readline";
import type { ColumnSource } from "@wellbegun/adapters/columns";
import { ioError } from "@wellbegun/adapters/node";
import { WellbegunError } from "@wellbegun/core";
import { batchRows } from "./batches.ts";

/** A file with one JSON object on each line. The first object names the columns; a key that a line lacks is null. */
export async function openJsonLines(path: string): Promise<ColumnSource> {
  let names: readonly string[] = [];
  for await (const object of objects(path)) {
    names = Object.keys(object);
    break;
  }
  return {
    label: path,
    names,
    batches: (wanted) => batchRows(valuesOf(path, wanted), wanted.length),
  };
}

async function* valuesOf(path: string, wanted: readonly string[]): AsyncGenerator<unknown[]> {
  for await (const object of objects(path)) yield wanted.map((name) => object[name] ?? null);
}

async function* objects(path: string): AsyncGenerator<Readonly<Record<string, unknown>>> {
  const file = createReadStream(path);
  const lines = createInterface({ input: file, crlfDelay: Number.POSITIVE_INFINITY });
  let line = 0;
  try {
    for await (const text of lines) {
      line++;
      if (text.trim() !== "") yield parseLine(text, path, line);
    }
  } catch (cause) {
    if (!(cause instanceof Error && "syscall" in cause)) throw cause;
    throw ioError("reading a catalog", "a readable file", path, cause);
  } finally {
    lines.close();
    file.destroy();
  }
}

function parseLine(text: string, path: string, line: number): Readonly<Record<string, unknown>> {
  let value: unknown;
  try {
    value = JSON.parse(text);
  } catch {
    // Reported below, as any other value that is no object.
  }
  if (typeof value === "object" && value !== null && !Array.isArray(value)) {
    return value as Readonly<Record<string, unknown>>;
  }
  throw new WellbegunError("format", {
    doing: "reading a catalog",
    expected: "a JSON object on each line",
    found: text.slice(0, 60),
    at: `${path}, line ${line}`,
  });
}
