import { expectedTime, type ResolvedLog } from "@wellbegun/adapters/columns";
import { WellbegunError } from "@wellbegun/core";
import type { Session } from "./session.ts";
import { type LogFormat, name } from "./sql.ts";

/** The expected content of each column, by its name in `LogColumns`. */
function expectations(split: ResolvedLog["split"]): Readonly<Record<string, string>> {
  return {
    user: "a user ID: text or a whole number of 64 bits",
    item: "an item ID: text or a whole number of 64 bits",
    weight: "a finite weight above 0",
    split: split?.by === "time" ? expectedTime(split.dates) : "0, 1 or 2, or train, validation or test",
  };
}

/**
 * Checks for values that `LogColumns` has turned into null.
 *
 * @throws {WellbegunError} `invalid-data` naming the file, the row (of Parquet), the column and the value of the first.
 */
export async function checkRows(
  session: Session,
  list: string,
  table: string,
  log: ResolvedLog,
  format: LogFormat,
  doing: string,
): Promise<void> {
  const columns: Record<string, string | undefined> = {
    user: log.userColumn,
    item: log.itemColumn,
    weight: log.weightColumn,
    split: log.split?.column,
  };
  const read = Object.keys(columns).filter((column) => columns[column] !== undefined);
  const counts = read.map((column) => `count(*) - count(${name(column)})`).join(", ");
  const found = await session.row(
    `select ${counts} from (select ${list} from ${table})`,
    "checking the rows of the log",
  );
  const bad = read.find((_, index) => Number(found[index]) > 0);
  if (bad === undefined) return;
  const column = columns[bad]!;
  const rowNumber = format === "parquet" ? "file_row_number" : "null";
  const [file, row, value] = await session.row(
    `select file, row_number, value from (
       select ${list}, filename as file, ${rowNumber} as row_number, ${name(column)}::varchar as value from ${table}
     ) where ${name(bad)} is null order by file, row_number limit 1`,
    "finding the row at fault",
  );
  throw new WellbegunError("invalid-data", {
    doing,
    expected: expectations(log.split)[bad]!,
    found: value === null ? "null" : JSON.stringify(value),
    at: `${String(file)}, ${row === null ? "" : `row ${String(row)}, `}column ${column}`,
  });
}
