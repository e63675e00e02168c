import { WellbegunError } from "@wellbegun/core";

/** How a log's files are written. JSON is one object a line. */
export type LogFormat = "parquet" | "csv" | "json";

/** A name as SQL reads it, whatever it holds. */
export function name(text: string): string {
  return `"${text.replaceAll('"', '""')}"`;
}

/** A text as SQL reads it. */
export function literal(text: string): string {
  return `'${text.replaceAll("'", "''")}'`;
}

const extensions: readonly (readonly [RegExp, LogFormat])[] = [
  [/\.(parquet|pq)$/i, "parquet"],
  [/\.(csv|tsv|inter)(\.gz|\.zst)?$/i, "csv"],
  [/\.(jsonl|ndjson|json)(\.gz|\.zst)?$/i, "json"],
];

/** The format that a file's name ends in; undefined if it is not one of DuckDB's. */
export function endingFormat(file: string): LogFormat | undefined {
  return extensions.find(([pattern]) => pattern.test(file))?.[1];
}

/**
 * The format that the files' names end in.
 *
 * @throws {WellbegunError} `invalid-option` if there is no file, or their names do not say one format.
 */
export function formatOf(files: readonly string[], doing: string): LogFormat {
  const formats = new Set(files.map(endingFormat));
  const [format] = formats;
  if (formats.size === 1 && format !== undefined) return format;
  throw new WellbegunError("invalid-option", {
    doing,
    expected: "files that all end in .parquet, or .csv, .tsv or .inter, or .jsonl",
    found: files.length === 0 ? "no file" : files.slice(0, 3).join(", "),
    at: "option files",
    hint: "The option format names the format of files with other names.",
  });
}

/**
 * Options of a log's reading. Dates in text files stay text: DuckDB would guess which number of 02/03/2024 is the day, from the first
 * rows alone.
 */
const logOptions: Readonly<Record<LogFormat, string>> = {
  parquet: "file_row_number = true",
  csv: "auto_type_candidates = ['BOOLEAN', 'BIGINT', 'DOUBLE', 'VARCHAR']",
  // Formats that no text has.
  json: "dateformat = 'none', timestampformat = 'none'",
};

/** The files as a table in SQL. Patterns are DuckDB's: `*`, `**`, `?`, `[…]`. */
export function tableOf(files: readonly string[], format: LogFormat): string {
  // A log of many files may have gained a column in between; columns are matched by name.
  return readingOf(files, format, `, union_by_name = true, filename = true, ${logOptions[format]}`);
}

/**
 * As {@link tableOf}, with the columns of the files alone.
 *
 * @param binary What binary columns of Parquet are that do not say that they are text.
 */
export function readingOf(
  files: readonly string[],
  format: LogFormat,
  options: string = "",
  binary: "text" | "bytes" = "text",
): string {
  const list = `[${files.map(literal).join(", ")}]`;
  if (format === "parquet") return `read_parquet(${list}, binary_as_string = ${binary === "text"}${options})`;
  if (format === "csv") return `read_csv(${list}${options})`;
  return `read_json(${list}, format = 'newline_delimited'${options})`;
}
