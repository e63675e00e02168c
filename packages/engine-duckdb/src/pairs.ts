import { type ResolvedLog, type Split, splits, splitsOf } from "@wellbegun/adapters/columns";
import type { Dictionary } from "./dictionaries.ts";
import type { Session } from "./session.ts";

/**
 * Makes a table of each split with the rows of users and items, sorted by both: `pairs_train` and so on, 8 bytes a row of the
 * log (12 with weights) before DuckDB compresses them. The rows of a repeated pair stay adjacent and in the
 * log's order; the reader of the table combines them.
 */
export async function makePairs(
  session: Session,
  log: ResolvedLog,
  users: Dictionary,
  items: Dictionary,
): Promise<number> {
  const row = ({ of, isRow }: Dictionary): string => (isRow ? `log."${of}"` : `${of}s.rowid`);
  const join = ({ of, isRow }: Dictionary): string => (isRow ? "" : `join ${of}s on log."${of}" = ${of}s.id`);
  const filtered = log.minUser > 1 || log.minItem > 1;
  const kept = filtered
    ? ` and log."user" in (select id from core_users) and log.item in (select id from core_items)`
    : "";
  const weight = log.weightColumn === undefined ? "" : ", weight";
  // The order of two weights matters only for `last`.
  const inOrder = log.weightColumn !== undefined && log.duplicates === "last";
  const from = inOrder ? "(select *, row_number() over () as place from log) as log" : "log";
  const present = splitsOf(log.split);
  let rows = 0;
  for (const [index, split] of present.entries()) {
    const table = pairsTable(split);
    const where = log.split === undefined ? "true" : `log.split = ${splits.indexOf(split)}`;
    await session.run(
      `create table ${table} as
         select ${row(users)}::uinteger as "user", ${row(items)}::uinteger as item${weight}
         from ${from} ${join(users)} ${join(items)} where ${where}${kept}
         order by 1, 2${inOrder ? ", place" : ""}`,
      `sorting the ${split} interactions`,
    );
    rows += await countRows(session, split);
    if (log.split?.by === "time") await removeEarlier(session, split, present.slice(0, index));
  }
  return rows;
}

/** Number of rows of a split's table, repetitions included. */
export async function countRows(session: Session, split: Split): Promise<number> {
  const [count] = await session.row(`select count(*) from ${pairsTable(split)}`, "counting interactions");
  return Number(count);
}

/** Number of different pairs of a table that the train split has as well. */
export async function countOverlap(session: Session, table: string): Promise<number> {
  const [count] = await session.row(
    `select count(*) from (select distinct "user", item from ${table}) p
       where exists (from ${pairsTable("train")} t where t."user" = p."user" and t.item = p.item)`,
    "comparing the splits",
  );
  return Number(count);
}

/** The table of a split's pairs. */
export function pairsTable(split: Split): string {
  return `pairs_${split}`;
}

/** Removes pairs that earlier splits hold. */
async function removeEarlier(session: Session, split: Split, others: readonly Split[]): Promise<void> {
  const table = pairsTable(split);
  for (const earlier of others) {
    await session.run(
      `create table later as select p.* from ${table} p
         where not exists (from ${pairsTable(earlier)} e where e."user" = p."user" and e.item = p.item)
         order by p.rowid;
       drop table ${table};
       alter table later rename to ${table}`,
      `leaving out what ${earlier} has`,
    );
  }
}
