import { type IdKind, idKind } from "@wellbegun/adapters/columns";
import { type Id, type IdBlocks, WellbegunError } from "@wellbegun/core";
import type { Session } from "./session.ts";

/** Users or items: their IDs are a table `users` or `items`, sorted, whose `rowid` is the row. */
export interface Dictionary {
  readonly of: "user" | "item";
  readonly kind: IdKind;
  readonly count: number;
  /** Whether the IDs are 0, 1, 2 and so on, so that the row number is the ID. */
  readonly isRow: boolean;
}

/** Largest number of rows: row numbers and counts of rows are uint32. */
const MOST_ROWS = 2 ** 32 - 2;

/**
 * Makes the table of the distinct IDs of a column of `log`, and of `more` IDs.
 *
 * @throws {WellbegunError} `mismatch` if `more` holds IDs of another kind; `limit` beyond 2^32 - 2 IDs.
 */
export async function makeDictionary(
  session: Session,
  of: "user" | "item",
  kind: IdKind,
  more: Iterable<Id>,
  doing: string,
): Promise<Dictionary> {
  const others = [...more];
  const stranger = others.find((id) => idKind(id) !== kind);
  if (stranger !== undefined) {
    throw new WellbegunError("mismatch", {
      doing,
      expected: `${of} IDs of one kind: the log has ${kind === "text" ? "text" : "numbers"}`,
      found: JSON.stringify(String(stranger)),
      hint: "Write both columns with the same type.",
    });
  }
  await session.table(
    `more_${of}s`,
    others.map((id) => (typeof id === "string" ? id : BigInt(id))),
    kind,
  );
  await session.run(
    `create table ${of}s as select distinct id from
       (select "${of}" as id from log union all select id from more_${of}s) order by id`,
    `finding the ${of}s`,
  );
  return await inspectDictionary(session, of, kind, doing);
}

/** Keeps only the IDs of the table `keep` and those that were added. */
export async function filterDictionary(
  session: Session,
  { of, kind }: Dictionary,
  keep: string,
  doing: string,
): Promise<Dictionary> {
  await session.run(
    `create table kept_${of}s as select id from ${of}s
       where id in (select id from ${keep}) or id in (select id from more_${of}s) order by rowid`,
    `filtering the ${of}s`,
  );
  await session.run(`drop table ${of}s; alter table kept_${of}s rename to ${of}s`, `filtering the ${of}s`);
  return await inspectDictionary(session, of, kind, doing);
}

/** The raw IDs in row order, which stay in DuckDB's files and are read in blocks; undefined if the row numbers are the IDs. */
export function dictionaryIds(session: Session, dictionary: Dictionary): IdBlocks | undefined {
  const { count, isRow } = dictionary;
  return isRow ? undefined : { size: count, blocks: () => idBlocks(session, dictionary) };
}

async function* idBlocks(session: Session, { of, kind, count }: Dictionary): AsyncGenerator<readonly Id[]> {
  const note = `reading the IDs of ${of}s`;
  for await (const chunk of session.chunks(`select id from ${of}s order by rowid`, note, count, false)) {
    const values = chunk.getColumnVector(0);
    yield Array.from({ length: chunk.rowCount }, (_, row) => {
      const value = values.getItem(row);
      if (kind === "text") return value as string;
      const number = Number(value);
      return Number.isSafeInteger(number) ? number : (value as bigint);
    });
  }
}

async function inspectDictionary(
  session: Session,
  of: "user" | "item",
  kind: IdKind,
  doing: string,
): Promise<Dictionary> {
  const [count, least, largest] = await session.row(
    `select count(*), min(id)::varchar, max(id)::varchar from ${of}s`,
    `counting the ${of}s`,
  );
  const rows = Number(count);
  if (rows > MOST_ROWS) {
    const expected = `at most ${MOST_ROWS} ${of}s`;
    throw new WellbegunError("limit", { doing, expected, found: `${rows}` });
  }
  const isRow = rows === 0 || (kind === "number" && least === "0" && largest === `${rows - 1}`);
  return { of, kind, count: rows, isRow };
}
