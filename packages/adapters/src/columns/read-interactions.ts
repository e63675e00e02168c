import {
  type AbortSignalLike,
  IdIndex,
  type Interactions,
  interactionsFromArrays,
  WellbegunError,
} from "@wellbegun/core";
import { namesOf, refuseUnknownKeys, throwIfAborted } from "@wellbegun/core/support";
import type { Split } from "../split.ts";
import { coreOf } from "./core-filter.ts";
import { grown } from "./growing.ts";
import { areRowNumbers, IdDictionary, sortIds } from "./ids.ts";
import {
  type LogOptions,
  logOptionNames,
  type ResolvedLog,
  refuseEmptyCore,
  resolveLog,
  type SplitInteractions,
  splits,
  splitsOf,
} from "./log.ts";
import { type ColumnSource, describeValue, placeOf, requireColumns } from "./source.ts";
import { splitReader } from "./split-rows.ts";
import { withoutPairsOf } from "./without-pairs.ts";

/** Options of {@link readInteractions}. */
export interface ReadInteractionsOptions extends LogOptions {
  readonly signal?: AbortSignalLike | undefined;
}

/** The rows of a log with IDs replaced by numbers: number n is the n-th ID of its dictionary. */
interface LogRows {
  readonly users: Uint32Array;
  readonly items: Uint32Array;
  readonly weights: Float32Array | undefined;
  readonly splits: Uint8Array | undefined;
}

const DOING = "reading interactions";
const optionNames = [
  ...logOptionNames,
  ...namesOf<Omit<ReadInteractionsOptions, keyof LogOptions>>({ signal: true }),
];

/**
 * Reads the interactions of a log from files with columns, one after the other, into memory: 9 bytes a row (13 with
 * weights) beside the result. `@wellbegun/engine-duckdb` reads logs that are larger than that.
 *
 * @throws {WellbegunError} `format` if a column is not there; `invalid-data` naming file, row and column if an ID is null or
 * neither text nor a whole number, a weight is not finite and positive, or a split is invalid; `mismatch` if
 * IDs are text in one place and numbers in another; `invalid-option`;
 * `aborted`.
 */
export async function readInteractions(
  sources: readonly ColumnSource[],
  options: ReadInteractionsOptions,
): Promise<SplitInteractions> {
  refuseUnknownKeys(DOING, options, optionNames);
  const log = resolveLog(options, DOING);
  const users = new IdDictionary("user", DOING);
  const items = new IdDictionary("item", DOING);
  const rows = await readRows(sources, log, users, items, options);
  const kept = coreOf(rows, users.size, items.size, log);
  if (kept !== undefined && rows.users.length > 0 && !kept.users.includes(1)) refuseEmptyCore(log, DOING);
  const also = Array.from(log.alsoItems);
  for (const id of also) items.include(id);
  const wanted = new Uint8Array(items.size);
  for (const id of also) wanted[items.numberOfId(id)!] = 1;
  const userRows = rowsOf(users, (number) => kept?.users[number] !== 0);
  const itemRows = rowsOf(items, (number) => kept?.items[number] !== 0 || wanted[number] === 1);
  const parts = splitsOf(log.split).map(
    (split) => [split, interactionsOf(rows, split, userRows, itemRows, log, kept)] as const,
  );
  const { train, validation, test } = Object.fromEntries(
    parts.map(([split, part]) => [split, part.interactions]),
  );
  const byTime = log.split?.by === "time";
  const later = {
    validation: validation && byTime ? withoutPairsOf(validation, [train!]) : validation,
    test: test && byTime ? withoutPairsOf(test, validation ? [train!, validation] : [train!]) : test,
  };
  const merged = [train!, later.validation, later.test].reduce(
    (sum, part) => sum + (part?.items.length ?? 0),
    0,
  );
  return {
    train: train!,
    ...(later.validation && { validation: later.validation }),
    ...(later.test && { test: later.test }),
    repeatedRows: parts.reduce((sum, [, part]) => sum + part.rows, 0) - merged,
  };
}

async function readRows(
  sources: readonly ColumnSource[],
  log: ResolvedLog,
  users: IdDictionary,
  items: IdDictionary,
  { signal }: ReadInteractionsOptions,
): Promise<LogRows> {
  const { userColumn, itemColumn, weightColumn } = log;
  const splitOf = splitReader(log.split, DOING);
  for (const source of sources) requireColumns(source, log.columns, DOING);
  const rows = {
    users: new Uint32Array(1024),
    items: new Uint32Array(1024),
    weights: weightColumn === undefined ? undefined : new Float32Array(1024),
    splits: splitOf && new Uint8Array(1024),
  };
  let count = 0;
  for (const source of sources) {
    for await (const batch of source.batches(log.columns)) {
      throwIfAborted({ signal }, DOING);
      const [userValues, itemValues] = [batch.columns[0]!, batch.columns[1]!];
      const weightValues = weightColumn === undefined ? undefined : batch.columns[2]!;
      const splitValues = batch.columns[log.columns.length - 1]!;
      const length = count + batch.rows;
      rows.users = grown(rows.users, length);
      rows.items = grown(rows.items, length);
      rows.weights &&= grown(rows.weights, length);
      rows.splits &&= grown(rows.splits, length);
      for (let r = 0; r < batch.rows; r++, count++) {
        const row = batch.firstRow + r;
        rows.users[count] = users.numberOf(userValues[r], source, row, userColumn);
        rows.items[count] = items.numberOf(itemValues[r], source, row, itemColumn);
        if (weightValues !== undefined)
          rows.weights![count] = weightOf(weightValues[r], source, row, weightColumn!);
        if (splitOf !== undefined) rows.splits![count] = splitOf(splitValues[r], source, row);
      }
    }
  }
  return {
    users: rows.users.subarray(0, count),
    items: rows.items.subarray(0, count),
    weights: rows.weights?.subarray(0, count),
    splits: rows.splits?.subarray(0, count),
  };
}

function weightOf(value: unknown, source: ColumnSource, row: number, column: string): number {
  const weight = typeof value === "bigint" ? Number(value) : value;
  // Weights are stored as float32, whose range is smaller than float64's.
  if (typeof weight === "number" && Math.fround(weight) > 0 && Number.isFinite(Math.fround(weight)))
    return weight;
  throw new WellbegunError("invalid-data", {
    doing: DOING,
    expected: "a finite weight above 0",
    found: describeValue(value),
    at: placeOf(source, row, column),
  });
}

/** The rows of a dictionary's IDs, in sorted order. */
interface IdRows {
  readonly count: number;
  /** Row of each number of the dictionary; {@link LEFT_OUT} without one. */
  readonly rowOf: Uint32Array;
  /** Undefined if the row numbers are the IDs. */
  readonly ids: IdIndex | undefined;
}

const LEFT_OUT = 0xffffffff;

function rowsOf(dictionary: IdDictionary, keep: (number: number) => boolean): IdRows {
  const { ids, kind = "number" } = dictionary;
  const sorted = sortIds(
    ids.filter((_, number) => keep(number)),
    kind,
  );
  const rowOf = new Uint32Array(ids.length).fill(LEFT_OUT);
  for (const [row, id] of sorted.entries()) rowOf[dictionary.numberOfId(id)!] = row;
  return { count: sorted.length, rowOf, ids: areRowNumbers(sorted) ? undefined : new IdIndex(sorted) };
}

function interactionsOf(
  rows: LogRows,
  split: Split,
  users: IdRows,
  items: IdRows,
  { duplicates }: ResolvedLog,
  kept: { readonly users: Uint8Array; readonly items: Uint8Array } | undefined,
): { readonly interactions: Interactions; readonly rows: number } {
  const label = splits.indexOf(split);
  const belongs = (row: number): boolean =>
    (rows.splits === undefined || rows.splits[row] === label) &&
    (kept === undefined || (kept.users[rows.users[row]!] === 1 && kept.items[rows.items[row]!] === 1));
  let count = 0;
  for (let row = 0; row < rows.users.length; row++) count += Number(belongs(row));
  const part = {
    users: new Uint32Array(count),
    items: new Uint32Array(count),
    weights: rows.weights && new Float32Array(count),
  };
  for (let row = 0, to = 0; row < rows.users.length; row++) {
    if (!belongs(row)) continue;
    part.users[to] = users.rowOf[rows.users[row]!]!;
    part.items[to] = items.rowOf[rows.items[row]!]!;
    if (part.weights !== undefined) part.weights[to] = rows.weights![row]!;
    to++;
  }
  const interactions = interactionsFromArrays({
    ...part,
    duplicates,
    userCount: users.count,
    itemCount: items.count,
    userIds: users.ids,
    itemIds: items.ids,
  });
  return { interactions, rows: count };
}
