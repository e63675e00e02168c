import { Readable } from "node:stream";
import type { ColumnSource } from "@wellbegun/adapters/columns";
import { isWellbegunError, WellbegunError } from "@wellbegun/core";
import { type Parser, parse } from "csv-parse";
import { batchRows } from "./batches.ts";
import { utf8Text } from "./utf8.ts";

const QUOTES =
  "A value with quotes, separators or line breaks stands in quotes, and its own quotes are doubled. JSON lines and Parquet need none of it.";

/** A CSV file whose first line names the columns. Every value is text; an empty value is null. */
export async function openCsv(path: string, delimiter: string): Promise<ColumnSource> {
  const names = (await firstRecord(path, delimiter)) ?? [];
  return {
    label: path,
    names,
    batches: (wanted) => {
      const places = wanted.map((name) => placeIn(names, name, path));
      return batchRows(valuesAt(path, delimiter, places), wanted.length);
    },
  };
}

/** @throws {WellbegunError} `format` if two columns have the name. */
function placeIn(names: readonly string[], name: string, path: string): number {
  const place = names.indexOf(name);
  if (place === names.lastIndexOf(name)) return place;
  throw new WellbegunError("format", {
    doing: "reading a catalog",
    expected: `one column ${JSON.stringify(name)}`,
    found: names.join(", "),
    at: path,
  });
}

async function* valuesAt(
  path: string,
  delimiter: string,
  places: readonly number[],
): AsyncGenerator<unknown[]> {
  let first = true;
  for await (const record of records(path, delimiter)) {
    if (!first) yield places.map((place) => (record[place] === "" ? null : record[place]));
    first = false;
  }
}

async function firstRecord(path: string, delimiter: string): Promise<readonly string[] | undefined> {
  for await (const record of records(path, delimiter)) return record;
  return undefined;
}

async function* records(path: string, delimiter: string): AsyncGenerator<readonly string[]> {
  const parser: Parser = parse({ delimiter, relax_quotes: false, skip_empty_lines: true });
  const file = Readable.from(utf8Text(path));
  file.on("error", (error) => parser.destroy(error));
  file.pipe(parser);
  try {
    for await (const record of parser) yield record as readonly string[];
  } catch (cause) {
    if (isWellbegunError(cause)) throw cause;
    throw new WellbegunError("format", {
      doing: "reading a catalog",
      expected: "a CSV file with a line of column names",
      found: cause instanceof Error ? cause.message : String(cause),
      at: path,
      ...(/quote/i.test(String(cause)) ? { hint: QUOTES } : {}),
      cause,
    });
  } finally {
    file.destroy();
  }
}
