import {
  datePattern,
  expectedTime,
  type IdKind,
  type ResolvedLog,
  splitLabels,
} from "@wellbegun/adapters/columns";
import { WellbegunError } from "@wellbegun/core";
import type { Session } from "./session.ts";
import { literal, name } from "./sql.ts";

/**
 * The log as a table in SQL with columns `user`, `item`, `weight` and `split`; null where a value is invalid.
 */
export interface LogColumns {
  /** The four columns as a list of SQL expressions. */
  readonly list: string;
  readonly userKind: IdKind;
  readonly itemKind: IdKind;
}

const INTEGER = /^(U?TINYINT|U?SMALLINT|U?INTEGER|U?BIGINT|U?HUGEINT)$/;
const FLOATING = /^(FLOAT|DOUBLE|DECIMAL.*)$/;
const TEXT = /^(VARCHAR|UUID|ENUM.*)$/;
const TIME = /^(TIMESTAMP.*|DATE)$/;

/**
 * How each column is read.
 *
 * @param table The files in SQL.
 * @throws {WellbegunError} `format` if a column is missing, or its type does not fit its role.
 */
export async function logColumns(
  session: Session,
  table: string,
  log: ResolvedLog,
  label: string,
  doing: string,
): Promise<LogColumns> {
  const described = await session.rows(`describe select * from ${table}`, "reading the columns of the log");
  const types = new Map(described.map(([column, type]) => [String(column), String(type)]));
  const typeOf = (column: string): string => {
    const type = types.get(column);
    if (type !== undefined) return type;
    const found = [...types.keys()]
      .filter((one) => one !== "filename" && one !== "file_row_number")
      .join(", ");
    throw new WellbegunError("format", {
      doing,
      expected: `a column ${JSON.stringify(column)}`,
      found,
      at: label,
    });
  };
  const wrong = (column: string, expected: string): WellbegunError =>
    new WellbegunError("format", {
      doing,
      expected,
      found: `the type ${typeOf(column)}`,
      at: `${label}, column ${column}`,
    });
  const idOf = (column: string): { sql: string; kind: IdKind } => {
    const type = typeOf(column);
    if (TEXT.test(type)) return { sql: `${name(column)}::varchar`, kind: "text" };
    if (INTEGER.test(type)) return { sql: `try_cast(${name(column)} as bigint)`, kind: "number" };
    // A column of whole numbers with nulls is often stored as float64.
    const whole = `case when ${name(column)} = floor(${name(column)}) then try_cast(${name(column)} as bigint) end`;
    if (FLOATING.test(type)) return { sql: whole, kind: "number" };
    throw wrong(column, "IDs: text or whole numbers");
  };
  const user = idOf(log.userColumn);
  const item = idOf(log.itemColumn);
  const parts = [`${user.sql} as "user"`, `${item.sql} as item`];
  if (log.weightColumn !== undefined) {
    const type = typeOf(log.weightColumn);
    if (!INTEGER.test(type) && !FLOATING.test(type)) throw wrong(log.weightColumn, "weights: numbers");
    const weight = `try_cast(${name(log.weightColumn)} as float)`;
    parts.push(`case when ${weight} > 0 and isfinite(${weight}) then ${weight} end as weight`);
  }
  if (log.split !== undefined) parts.push(`${splitOf(log.split, typeOf(log.split.column), wrong)} as split`);
  return { list: parts.join(", "), userKind: user.kind, itemKind: item.kind };
}

/** The split of a row as 0 (train), 1 (validation) or 2 (test); null for any other value. */
function splitOf(
  split: NonNullable<ResolvedLog["split"]>,
  type: string,
  wrong: (column: string, expected: string) => WellbegunError,
): string {
  const column = name(split.column);
  if (split.by === "label") {
    if (!TEXT.test(type) && !INTEGER.test(type))
      throw wrong(split.column, "split labels: whole numbers or text");
    const cases = Object.entries(splitLabels).map(([label, index]) => `when ${literal(label)} then ${index}`);
    return `(case ${column}::varchar ${cases.join(" ")} end)::utinyint`;
  }
  const { dates, validationFrom, testFrom } = split;
  if (dates ? !TIME.test(type) && !TEXT.test(type) : !INTEGER.test(type) && !FLOATING.test(type)) {
    throw wrong(split.column, expectedTime(dates));
  }
  const time = dates ? microseconds(column, type) : `${column}::double`;
  const cut = (value: number): string => (dates ? `${BigInt(Math.round(value)) * 1000n}` : `${value}`);
  const cases = [
    ...(Number.isFinite(testFrom) ? [`when ${time} >= ${cut(testFrom)} then 2`] : []),
    ...(Number.isFinite(validationFrom) ? [`when ${time} >= ${cut(validationFrom)} then 1`] : []),
  ];
  const invalid = dates ? `${time} is null` : `${time} is null or isnan(${time})`;
  return `(case when ${invalid} then null ${cases.join(" ")} else 0 end)::utinyint`;
}

/** Microseconds of a column of times or dates. A time without a zone is in UTC, as a cut is; null for text that is no date. */
function microseconds(column: string, type: string): string {
  if (type === "TIMESTAMP WITH TIME ZONE") return `epoch_us(${column})`;
  if (!TEXT.test(type)) return `epoch_us(${column}::timestamp)`;
  const text = `${column}::varchar`;
  // DuckDB reads no zone after minutes. The session is in UTC.
  const seconds = String.raw`regexp_replace(${text}, '([T ]\d{2}:\d{2})(Z|[+-]|$)', '\1:00\2')`;
  return `case when regexp_full_match(${text}, ${literal(datePattern)}) then epoch_us(try_cast(${seconds} as timestamptz)) end`;
}
