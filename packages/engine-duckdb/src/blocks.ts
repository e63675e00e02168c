import type { BlockLimits, DuplicateRule, InteractionBlock } from "@wellbegun/core";
import { BlockBuilder } from "./block-builder.ts";
import type { DuckdbVector } from "./duckdb.ts";
import type { Session } from "./session.ts";

/** A query whose rows are pairs, sorted by user and item. */
export interface PairsQuery {
  /** Its columns are the user's row, the item's row and, if `weighted`, the weight. */
  readonly sql: string;
  /** Describes the query in progress events. */
  readonly note: string;
  /** The number of its rows, repetitions included. */
  readonly rows: number;
  readonly userCount: number;
  readonly weighted: boolean;
  /** How a pair's repeated rows are combined. */
  readonly duplicates: DuplicateRule;
}

/** Limits of a block: some MB. */
const LIMITS: BlockLimits = { rows: 1 << 15, pairs: 1 << 20 };

/** The rows of a query as blocks of users, from the first to the last, each pair once. Memory holds one block. */
export async function* queryBlocks(
  session: Session,
  { sql, note, rows, userCount, weighted, duplicates }: PairsQuery,
): AsyncGenerator<InteractionBlock> {
  const block = new BlockBuilder(weighted || duplicates === "sum", duplicates);
  for await (const chunk of session.chunks(sql, note, rows)) {
    const { rowCount } = chunk;
    const users = numbersOf(chunk.getColumnVector(0), rowCount);
    const items = numbersOf(chunk.getColumnVector(1), rowCount);
    const weights = weighted ? numbersOf(chunk.getColumnVector(2), rowCount) : undefined;
    for (let r = 0; r < rowCount; r++) {
      const user = users[r]!;
      if (user !== block.user) {
        while (block.isFull(user, LIMITS)) yield block.take(user, LIMITS.rows);
        block.advance(user);
      }
      block.add(items[r]!, weights === undefined ? 1 : weights[r]!);
    }
  }
  while (block.firstRow < userCount) yield block.take(userCount, LIMITS.rows);
}

/**
 * The values of a column without nulls. DuckDB's vectors keep them in a typed array, which is read at a tenth of the time of
 * single values; a vector without that array is read value by value.
 */
function numbersOf(vector: DuckdbVector, rowCount: number): ArrayLike<number> {
  const { items } = vector as DuckdbVector & { readonly items?: unknown };
  if ((items instanceof Uint32Array || items instanceof Float32Array) && items.length >= rowCount)
    return items;
  return Array.from({ length: rowCount }, (_, row) => vector.getItem(row) as number);
}
