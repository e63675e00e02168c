import {
  type LogOptions,
  logOptionNames,
  type ResolvedLog,
  refuseEmptyCore,
  resolveLog,
  type Split,
  splitsOf,
} from "@wellbegun/adapters/columns";
import {
  type BlockLimits,
  collectInteractions,
  type IdIndex,
  type InteractionBlock,
  type InteractionSource,
  type Interactions,
  WellbegunError,
} from "@wellbegun/core";
import { closeAll, collectIds, namesOf, refuseUnknownKeys } from "@wellbegun/core/support";
import { checkRows } from "./check-rows.ts";
import { logColumns } from "./columns.ts";
import { findCore } from "./core-filter.ts";
import { type Dictionary, dictionaryIds, filterDictionary, makeDictionary } from "./dictionaries.ts";
import { closePairs, countOverlap, keepPairs, type Pairs, pairsTable } from "./pairs.ts";
import type { PairsFile } from "./pairs-file.ts";
import { Session } from "./session.ts";
import { type SessionOptions, sessionOptionNames } from "./session-options.ts";
import { pairsSource } from "./source.ts";
import { formatOf, type LogFormat, tableOf } from "./sql.ts";

/** Options of {@link openLog}. */
export interface DuckdbLogOptions extends LogOptions, SessionOptions {
  /** Paths or patterns (`log/*.parquet`), all of one format; URLs and buckets as DuckDB's extensions allow. */
  readonly files: string | readonly string[];
  /** Default: by the files' endings: `.parquet`, `.csv` or `.tsv`, `.jsonl`, `.ndjson` or `.json`. */
  readonly format?: LogFormat | undefined;
}

/** A log, sorted by user and item, in temporary files. Close it when done. */
export interface DuckdbLog {
  /** Users and items, over all splits. */
  readonly userCount: number;
  readonly itemCount: number;
  /** Number of the log's rows in all splits, including repetitions. */
  readonly rows: number;
  /** The splits that exist, train first. */
  readonly splits: readonly Split[];
  /** Raw user IDs in row order; undefined if they are 0, 1, 2 and so on. */
  userIds(): Promise<IdIndex | undefined>;
  /** Raw item IDs in row order; undefined if they are 0, 1, 2 and so on. */
  itemIds(): Promise<IdIndex | undefined>;
  /**
   * The interactions of a split, some users at a time, from the first to the last at every call. Default limits: 32,768
   * users, 1,048,576 interactions.
   */
  blocks(split: Split, limits?: Partial<BlockLimits>): AsyncIterable<InteractionBlock>;
  /** The interactions of a split as a source, for `fitInto`: they and the user IDs stay in files and are read in blocks. */
  source(split: Split): Promise<InteractionSource>;
  /** All interactions of a split in memory: 4 bytes an interaction (8 with weights) and 4 a user, beside the IDs. */
  interactions(split: Split): Promise<Interactions>;
  /** Number of pairs of the train split that also occur in another split. */
  overlap(split: Split): Promise<number>;
  /** Ends DuckDB and removes its temporary files; closing twice does nothing. */
  close(): Promise<void>;
}

const DOING = "reading a log with DuckDB";
const optionNames = [
  ...sessionOptionNames,
  ...logOptionNames,
  ...namesOf<Omit<DuckdbLogOptions, keyof SessionOptions | keyof LogOptions>>({ files: true, format: true }),
];

/**
 * Reads a log that may be larger than memory: numbers users and items in the order of their IDs, filters, splits, and sorts
 * the pairs, all in DuckDB, whose temporary files are removed when the log is closed, the process ends, or anything fails.
 *
 * @throws {WellbegunError} `unavailable` if `@duckdb/node-api` is not installed; `io` if a file is missing;
 * `format` if a column is missing or has another type; `invalid-data` naming file, row (for Parquet) and column
 * of an invalid value; `mismatch` if IDs of `alsoItems` are of another kind; `limit` if disk or memory do not
 * suffice; `invalid-option`; `aborted`.
 */
export async function openLog(options: DuckdbLogOptions): Promise<DuckdbLog> {
  refuseUnknownKeys(DOING, options, optionNames);
  const log = resolveLog(options, DOING);
  const files = typeof options.files === "string" ? [options.files] : options.files;
  const format = options.format ?? formatOf(files, DOING);
  const session = await Session.open(options);
  try {
    return sortedLog(session, log, await prepare(session, files, format, log));
  } catch (error) {
    await session.close();
    throw error;
  }
}

/** The result of DuckDB's work on a log. */
interface Prepared extends Pairs {
  readonly users: Dictionary;
  readonly items: Dictionary;
  /** Bytes of memory that DuckDB keeps while its tables are read. */
  readonly heldBytes: number;
}

async function prepare(
  session: Session,
  files: readonly string[],
  format: LogFormat,
  log: ResolvedLog,
): Promise<Prepared> {
  const label = files.join(", ");
  const table = tableOf(files, format);
  const columns = await logColumns(session, table, log, label, DOING);
  await checkRows(session, columns.list, table, log, format, DOING);
  // Text is parsed once; the columns of Parquet are read again faster than they could be copied.
  const kind = format === "parquet" ? "view" : "table";
  await session.run(`create ${kind} log as select ${columns.list} from ${table}`, "reading the log");
  let users = await makeDictionary(session, "user", columns.userKind, [], DOING);
  let items = await makeDictionary(session, "item", columns.itemKind, log.alsoItems, DOING);
  if (log.minUser > 1 || log.minItem > 1) {
    const empty = users.count === 0;
    await findCore(session, log.minUser, log.minItem);
    users = await filterDictionary(session, users, "core_users", DOING);
    items = await filterDictionary(session, items, "core_items", DOING);
    if (!empty && users.count === 0) refuseEmptyCore(log, DOING);
  }
  const pairs = await keepPairs(session, log, users, items);
  try {
    return { users, items, ...pairs, heldBytes: await session.reduceMemory() };
  } catch (error) {
    await closePairs(pairs.files);
    throw error;
  }
}

function sortedLog(
  session: Session,
  log: ResolvedLog,
  { users, items, rows, files, heldBytes }: Prepared,
): DuckdbLog {
  const present = splitsOf(log.split);
  const indexes = new Map<Dictionary, Promise<IdIndex | undefined>>();
  const idsOf = (dictionary: Dictionary): Promise<IdIndex | undefined> => {
    const known = indexes.get(dictionary) ?? collectIds(dictionaryIds(session, dictionary));
    indexes.set(dictionary, known);
    return known;
  };
  const fileOf = (split: Split): PairsFile => {
    const file = files.get(split);
    if (file !== undefined) return file;
    throw noSplit(split, present);
  };
  const weighted = log.weightColumn !== undefined || log.duplicates === "sum";
  const source = async (split: Split): Promise<InteractionSource> => {
    const [userIds, itemIds] = [dictionaryIds(session, users), await idsOf(items)];
    const sizes = { userCount: users.count, itemCount: items.count };
    return pairsSource(fileOf(split), { ...sizes, weighted, userIds, itemIds, heldBytes });
  };
  return {
    userCount: users.count,
    itemCount: items.count,
    rows,
    splits: present,
    userIds: () => idsOf(users),
    itemIds: () => idsOf(items),
    blocks: (split, limits = {}) => fileOf(split).blocks({ rows: 1 << 15, pairs: 1 << 20, ...limits }),
    source,
    async interactions(split) {
      expectOneArray(fileOf(split), split);
      // One index of the users for all splits.
      const userIds = await idsOf(users);
      return await collectInteractions({ ...(await source(split)), userIds });
    },
    async overlap(split) {
      fileOf(split);
      return split === "train" ? 0 : await countOverlap(session, pairsTable(split));
    },
    close: () => closeAll([() => closePairs(files), () => session.close()]),
  };
}

/** Throws if one array cannot hold the interactions of a split. */
function expectOneArray({ totals }: PairsFile, split: Split): void {
  const { interactionCount } = totals;
  if (interactionCount < 2 ** 32) return;
  throw new WellbegunError("limit", {
    doing: DOING,
    expected: "fewer than 2^32 interactions in one array",
    found: `${interactionCount}`,
    at: `split ${split}`,
    hint: "Read them in blocks.",
  });
}

function noSplit(split: string, present: readonly string[]): WellbegunError {
  return new WellbegunError("invalid-option", {
    doing: DOING,
    expected: `one of the log's splits: ${present.join(", ")}`,
    found: split,
    at: "split",
  });
}
