import { createReadStream } from "node:fs";
import type { ColumnSource } from "@wellbegun/adapters/columns";
import { ioError } from "@wellbegun/adapters/node";
import { WellbegunError } from "@wellbegun/core";
import { type Parser, parse } from "csv-parse";
import { batchRows } from "./batches.ts";

/** A CSV file whose first line names the columns. Every value is text; an empty value is null. */
export async function openCsv(path: string, delimiter: string): Promise<ColumnSource> {
  const names = (await firstRecord(path, delimiter)) ?? [];
  return {
    label: path,
    names,
    batches: (wanted) => {
      const places = wanted.map((name) => names.indexOf(name));
      return batchRows(valuesAt(path, delimiter, places), wanted.length);
    },
  };
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
  const parser: Parser = parse({ bom: true, delimiter, relax_quotes: false, skip_empty_lines: true });
  const file = createReadStream(path);
  file.on("error", (error) => parser.destroy(error));
  file.pipe(parser);
  try {
    for await (const record of parser) yield record as readonly string[];
  } catch (cause) {
    const doing = "reading a catalog";
    if (cause instanceof Error && "syscall" in cause) throw ioError(doing, "a readable file", path, cause);
    throw new WellbegunError("format", {
      doing,
      expected: "a CSV file with a line of column names",
      found: cause instanceof Error ? cause.message : String(cause),
      at: path,
      cause,
    });
  } finally {
    file.destroy();
  }
}
