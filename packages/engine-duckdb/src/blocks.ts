import type { BlockLimits, DuplicateRule, InteractionBlock } from "@wellbegun/core";
import { BlockBuilder } from "./block-builder.ts";
import type { DuckdbVector } from "./duckdb.ts";
import type { Session } from "./session.ts";

/** How a table of pairs is read. */
export interface PairsOptions {
  readonly userCount: number;
  readonly weighted: boolean;
  /** How a pair's repeated rows are combined. */
  readonly duplicates: DuplicateRule;
}

/**
 * The rows of a table of sorted pairs as blocks of users, from the first to the last. Memory holds one block; the caller owns
 * the arrays of a block.
 */
export async function* readBlocks(
  session: Session,
  table: string,
  { userCount, weighted, duplicates }: PairsOptions,
  limits: BlockLimits,
): AsyncGenerator<InteractionBlock> {
  const block = new BlockBuilder(weighted || duplicates === "sum", duplicates);
  const columns = weighted ? `"user", item, weight` : `"user", item`;
  // Tables keep their insertion order. Whoever reads the blocks reports progress.
  const query = `select ${columns} from ${table}`;
  for await (const chunk of session.chunks(query, "reading interactions", false)) {
    const { rowCount } = chunk;
    const users = numbersOf(chunk.getColumnVector(0), rowCount);
    const items = numbersOf(chunk.getColumnVector(1), rowCount);
    const weights = weighted ? numbersOf(chunk.getColumnVector(2), rowCount) : undefined;
    for (let r = 0; r < rowCount; r++) {
      const user = users[r]!;
      if (user !== block.user) {
        while (block.isFull(user, limits)) yield block.take(user, limits.rows);
        block.advance(user);
      }
      block.add(items[r]!, weights === undefined ? 1 : weights[r]!);
    }
  }
  while (block.firstRow < userCount) yield block.take(userCount, limits.rows);
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
