import type { ColumnSource } from "@wellbegun/adapters/columns";
import { WellbegunError } from "@wellbegun/core";
import { batchRows } from "./batches.ts";
import { utf8Text } from "./utf8.ts";

/** A file with one JSON object on each line. The keys of all objects are the columns; a key that a line lacks is null. */
export async function openJsonLines(path: string): Promise<ColumnSource> {
  const names = new Set<string>();
  for await (const object of objects(path)) for (const name of Object.keys(object)) names.add(name);
  return {
    label: path,
    names: [...names],
    batches: (wanted) => batchRows(valuesOf(path, wanted), wanted.length),
  };
}

async function* valuesOf(path: string, wanted: readonly string[]): AsyncGenerator<unknown[]> {
  for await (const object of objects(path)) yield wanted.map((name) => object[name] ?? null);
}

async function* objects(path: string): AsyncGenerator<Readonly<Record<string, unknown>>> {
  let line = 0;
  for await (const text of linesOf(utf8Text(path))) {
    line++;
    if (text.trim() !== "") yield parseLine(text, path, line);
  }
}

/** The lines of a text in pieces. A line ends with a line feed alone: JSON has other line separators within texts. */
async function* linesOf(pieces: AsyncIterable<string>): AsyncGenerator<string> {
  let begun: string[] = [];
  for await (const piece of pieces) {
    const [first, ...others] = piece.split("\n");
    begun.push(first!);
    for (const next of others) {
      yield begun.join("");
      begun = [next];
    }
  }
  yield begun.join("");
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
