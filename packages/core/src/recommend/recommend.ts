import type { Backend, Capabilities, Matrix, TopK } from "../backend/backend.ts";
import { cpu } from "../backend/portable/index.ts";
import type { Interactions } from "../data/interactions.ts";
import { upload } from "../data/upload.ts";
import { WellbegunError } from "../errors.ts";
import { mergeLists } from "./merge-lists.ts";
import { seenWithin } from "./seen-items.ts";

/** Vectors to be ranked against each other, row-major float32 of one width. */
export interface ScoringTables {
  /** users x columns. */
  readonly users: Float32Array;
  /** items x columns. */
  readonly items: Float32Array;
  readonly columns: number;
}

/** Options of {@link recommend}. */
export interface RecommendOptions {
  /** What a user must not be given: its train items. Its users are the rows of the user table. Default: nothing. */
  readonly seen?: Interactions | undefined;
  /** Similarity. `cosine` divides the items by their norm (the users' cannot change a ranking). Default: `dot`. */
  readonly similarity?: "dot" | "cosine" | undefined;
  /** Default: the portable backend, disposed of afterwards. */
  readonly backend?: Backend | undefined;
}

/**
 * The `k` best items of every user by the product of their vectors, best first, ties to the lower item row. Tables that
 * the backend cannot hold (`capabilities.maxMatrixBytes`, `maxTotalBytes`) go through it in blocks of users and of items.
 *
 * @throws {WellbegunError} `mismatch` if the tables' sizes do not fit each other or `seen`; `invalid-option` for a `k`
 * that is no whole number >= 1.
 */
export async function recommend(
  tables: ScoringTables,
  k: number,
  options: RecommendOptions = {},
): Promise<TopK> {
  const { users, items, columns } = tables;
  const { seen } = options;
  if (!(Number.isSafeInteger(k) && k >= 1)) {
    throw new WellbegunError("invalid-option", {
      doing: "recommending",
      expected: "a whole number of items >= 1",
      found: `${k}`,
      at: "k",
    });
  }
  const userCount = checkedRows("users", users, columns, seen?.userCount);
  const itemCount = checkedRows("items", items, columns, seen?.itemCount);
  const backend = options.backend ?? cpu();
  try {
    return await rankInBlocks(backend, tables, userCount, itemCount, k, options);
  } finally {
    if (options.backend === undefined) await backend.dispose();
  }
}

async function rankInBlocks(
  backend: Backend,
  { users, items, columns }: ScoringTables,
  userCount: number,
  itemCount: number,
  k: number,
  { seen, similarity }: RecommendOptions,
): Promise<TopK> {
  const most = blockRows(backend.capabilities, columns);
  const rowsOf = (table: Float32Array, first: number, rows: number): Promise<Matrix> =>
    upload(backend, table.subarray(first * columns, (first + rows) * columns), rows, columns);
  const best: TopK = {
    items: new Int32Array(userCount * k).fill(-1),
    scores: new Float32Array(userCount * k).fill(Number.NEGATIVE_INFINITY),
  };
  // Items cross to the device once; users once for each block of items, which is one wherever the items fit.
  for (const [firstItem, itemRows] of blocksOf(itemCount, most)) {
    const itemBlock = await rowsOf(items, firstItem, itemRows);
    try {
      if (similarity === "cosine") await backend.transformRows(itemBlock, { unit: true });
      for (const [firstUser, userRows] of blocksOf(userCount, most)) {
        const block = { firstUser, users: userRows, firstItem, items: itemRows };
        const exclude = seen === undefined ? undefined : seenWithin(seen, block);
        const userBlock = await rowsOf(users, firstUser, userRows);
        try {
          const found = await backend.topK(userBlock, itemBlock, k, exclude);
          mergeLists(listsOf(best, k, firstUser, userRows), found, k, firstItem);
        } finally {
          userBlock.dispose();
        }
      }
    } finally {
      itemBlock.dispose();
    }
  }
  return best;
}

/** Rows of a block: one of users and one of items are on the device together, with room for what ranking takes there. */
function blockRows({ maxMatrixBytes, maxTotalBytes }: Capabilities, columns: number): number {
  const { POSITIVE_INFINITY: unbounded } = Number;
  const bytes = Math.min(maxMatrixBytes ?? unbounded, (maxTotalBytes ?? unbounded) / 4);
  return Math.max(1, Math.floor(bytes / (4 * columns)));
}

/** `[first, rows]` of each block; one of no rows where there are none, so that what is wrong with it is still seen. */
function blocksOf(rows: number, most: number): [first: number, rows: number][] {
  const size = Math.max(1, Math.min(rows, most));
  const count = Math.max(1, Math.ceil(rows / size));
  return Array.from({ length: count }, (_, block) => [block * size, Math.min(size, rows - block * size)]);
}

function listsOf(all: TopK, k: number, firstUser: number, users: number): TopK {
  const [from, to] = [firstUser * k, (firstUser + users) * k];
  return { items: all.items.subarray(from, to), scores: all.scores.subarray(from, to) };
}

function checkedRows(
  name: string,
  table: Float32Array,
  columns: number,
  expected: number | undefined,
): number {
  const rows = table.length / columns;
  if (Number.isInteger(rows) && (expected === undefined || rows === expected)) return rows;
  throw new WellbegunError("mismatch", {
    doing: "recommending",
    expected: expected === undefined ? `rows of ${columns} values` : `${expected} rows of ${columns} values`,
    found: `${table.length} values`,
    at: name,
  });
}
