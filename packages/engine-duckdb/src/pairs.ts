import { type ResolvedLog, type Split, splits, splitsOf } from "@wellbegun/adapters/columns";
import { closeAll } from "@wellbegun/core/support";
import { queryBlocks } from "./blocks.ts";
import type { Dictionary } from "./dictionaries.ts";
import { PairsFile } from "./pairs-file.ts";
import type { Session } from "./session.ts";

/** The interactions of a log by split. */
export interface Pairs {
  /** Rows of the log in all splits, repetitions included. */
  readonly rows: number;
  readonly files: ReadonlyMap<Split, PairsFile>;
}

/**
 * Sorts the rows of each split by user and item, and keeps them in files, each pair once. Where there are several splits, each
 * is also a table, `pairs_train` and so on, by which they are compared: 8 bytes a row of the log (12 with weights) before DuckDB
 * compresses them.
 */
export async function keepPairs(
  session: Session,
  log: ResolvedLog,
  users: Dictionary,
  items: Dictionary,
): Promise<Pairs> {
  const present = splitsOf(log.split);
  const files = new Map<Split, PairsFile>();
  const weighted = log.weightColumn !== undefined;
  let rows = 0;
  try {
    for (const [index, split] of present.entries()) {
      const rowsOf = splitRows(log, split);
      const sorted = sortedRows(log, users, items, rowsOf);
      const note = `sorting the ${split} interactions`;
      const table = pairsTable(split);
      let sql = sorted;
      let own = await countRows(session, `log where ${rowsOf}`);
      rows += own;
      if (present.length > 1) {
        await session.run(`create table ${table} as ${sorted}`, note);
        if (log.split?.by === "time") {
          await removeEarlier(session, split, present.slice(0, index));
          own = await countRows(session, table);
        }
        // Tables keep their insertion order.
        sql = `from ${table}`;
      }
      const { duplicates } = log;
      const query = { sql, note, rows: own, userCount: users.count, weighted, duplicates };
      const sizes = {
        userCount: users.count,
        itemCount: items.count,
        weighted: weighted || duplicates === "sum",
      };
      files.set(split, await PairsFile.write(session.path(table), queryBlocks(session, query), sizes));
    }
    return { rows, files };
  } catch (error) {
    await closePairs(files);
    throw error;
  }
}

/** Closes the files of pairs. */
export async function closePairs(files: ReadonlyMap<Split, PairsFile>): Promise<void> {
  await closeAll([...files.values()].map((file) => () => file.close()));
}

/** The condition that a row of the log is in a split, and its user and item are kept. */
function splitRows(log: ResolvedLog, split: Split): string {
  const own = log.split === undefined ? "true" : `log.split = ${splits.indexOf(split)}`;
  if (log.minUser <= 1 && log.minItem <= 1) return own;
  return `${own} and log."user" in (select id from core_users) and log.item in (select id from core_items)`;
}

/**
 * The rows of users and items in a split, sorted by both, as SQL. The rows of a repeated pair stay adjacent and in the log's
 * order where that decides.
 */
function sortedRows(log: ResolvedLog, users: Dictionary, items: Dictionary, where: string): string {
  const row = ({ of, isRow }: Dictionary): string => (isRow ? `log."${of}"` : `${of}s.rowid`);
  const join = ({ of, isRow }: Dictionary): string => (isRow ? "" : `join ${of}s on log."${of}" = ${of}s.id`);
  const weight = log.weightColumn === undefined ? "" : ", weight";
  // The order of two weights matters only for `last`.
  const inOrder = log.weightColumn !== undefined && log.duplicates === "last";
  const from = inOrder ? "(select *, row_number() over () as place from log) as log" : "log";
  return `select ${row(users)}::uinteger as "user", ${row(items)}::uinteger as item${weight}
    from ${from} ${join(users)} ${join(items)} where ${where}
    order by 1, 2${inOrder ? ", place" : ""}`;
}

/** Number of rows, repetitions included. */
async function countRows(session: Session, from: string): Promise<number> {
  const [count] = await session.row(`select count(*) from ${from}`, "counting interactions");
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

/** The table of a split's pairs, and the name of their files. */
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
