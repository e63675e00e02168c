import {
  type LogOptions,
  type ResolvedLog,
  resolveLog,
  type Split,
  splitsOf,
} from "@wellbegun/adapters/columns";
import { type Id, IdIndex, type Interactions, WellbegunError } from "@wellbegun/core";
import { type InteractionBlock, readBlocks } from "./blocks.ts";
import { checkRows } from "./check-rows.ts";
import { logColumns } from "./columns.ts";
import { findCore } from "./core-filter.ts";
import { type Dictionary, dictionaryIds, filterDictionary, makeDictionary } from "./dictionaries.ts";
import { countRows, makePairs, pairsTable } from "./pairs.ts";
import { Session, type SessionOptions } from "./session.ts";
import { formatOf, type LogFormat, tableOf } from "./sql.ts";

/** Options of {@link openLog}. */
export interface DuckdbLogOptions extends LogOptions, SessionOptions {
  /** Paths or patterns (`log/*.parquet`), all of one format; URLs and buckets as DuckDB's extensions allow. */
  readonly files: string | readonly string[];
  /** Default: by the files' endings: `.parquet`, `.csv` or `.tsv`, `.jsonl`, `.ndjson` or `.json`. */
  readonly format?: LogFormat | undefined;
}

/** How a split is cut into blocks. */
export interface LogBlockOptions {
  /** Largest number of users in a block. Default: 32768. */
  readonly rowsPerBlock?: number | undefined;
  /** A block ends after the user whose interactions reach this number. Default: 1048576. */
  readonly pairsPerBlock?: number | undefined;
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
  /** The interactions of a split, some users at a time, from the first to the last at every call. */
  blocks(split: Split, options?: LogBlockOptions): AsyncIterable<InteractionBlock>;
  /** All interactions of a split in memory: 4 bytes an interaction (8 with weights) and 4 a user, beside the IDs. */
  interactions(split: Split): Promise<Interactions>;
  /** Ends DuckDB and removes its temporary files; closing twice does nothing. */
  close(): Promise<void>;
}

const DOING = "reading a log with DuckDB";

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
interface Prepared {
  readonly users: Dictionary;
  readonly items: Dictionary;
  readonly rows: number;
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
    await findCore(session, log.minUser, log.minItem);
    users = await filterDictionary(session, users, "core_users", DOING);
    items = await filterDictionary(session, items, "core_items", DOING);
  }
  return { users, items, rows: await makePairs(session, log, users, items) };
}

function sortedLog(session: Session, log: ResolvedLog, { users, items, rows }: Prepared): DuckdbLog {
  const present = splitsOf(log.split);
  const indexes = new Map<Dictionary, Promise<IdIndex | undefined>>();
  const idsOf = (dictionary: Dictionary): Promise<IdIndex | undefined> => {
    const known = indexes.get(dictionary) ?? dictionaryIds(session, dictionary).then(indexOf);
    indexes.set(dictionary, known);
    return known;
  };
  const blocks = (split: Split, options: LogBlockOptions = {}): AsyncIterable<InteractionBlock> => {
    if (!present.includes(split)) throw noSplit(split, present);
    const { rowsPerBlock = 1 << 15, pairsPerBlock = 1 << 20 } = options;
    const weighted = log.weightColumn !== undefined;
    const how = { rowsPerBlock, pairsPerBlock, weighted, duplicates: log.duplicates };
    return readBlocks(session, pairsTable(split), users.count, how);
  };
  return {
    userCount: users.count,
    itemCount: items.count,
    rows,
    splits: present,
    userIds: () => idsOf(users),
    itemIds: () => idsOf(items),
    blocks,
    async interactions(split) {
      const offsets = new Uint32Array(users.count + 1);
      const total = await countPairs(session, split);
      return {
        userCount: users.count,
        itemCount: items.count,
        ...(await gather(blocks(split), offsets, total)),
        userIds: await idsOf(users),
        itemIds: await idsOf(items),
      };
    },
    close: () => session.close(),
  };
}

function indexOf(ids: readonly Id[] | undefined): IdIndex | undefined {
  return ids && new IdIndex(ids);
}

/** Number of rows of a split, which one array can hold. */
async function countPairs(session: Session, split: Split): Promise<number> {
  const count = await countRows(session, split);
  if (count < 2 ** 32) return count;
  throw new WellbegunError("limit", {
    doing: DOING,
    expected: "fewer than 2^32 interactions in one array",
    found: `${count}`,
    at: `split ${split}`,
    hint: "Read them in blocks.",
  });
}

async function gather(
  blocks: AsyncIterable<InteractionBlock>,
  offsets: Uint32Array,
  total: number,
): Promise<Pick<Interactions, "offsets" | "items" | "weights">> {
  const items = new Uint32Array(total);
  let weights: Float32Array | undefined;
  let length = 0;
  for await (const block of blocks) {
    for (let r = 0; r < block.rows; r++) offsets[block.firstRow + r + 1] = length + block.offsets[r + 1]!;
    items.set(block.items, length);
    if (block.weights !== undefined) {
      weights ??= new Float32Array(total);
      weights.set(block.weights, length);
    }
    length += block.items.length;
  }
  if (length === total) return { offsets, items, weights };
  return { offsets, items: items.slice(0, length), weights: weights?.slice(0, length) };
}

function noSplit(split: string, present: readonly string[]): WellbegunError {
  return new WellbegunError("invalid-option", {
    doing: DOING,
    expected: `one of the log's splits: ${present.join(", ")}`,
    found: split,
    at: "split",
  });
}
