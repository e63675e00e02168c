import type { Backend, Matrix, TopK } from "../backend/backend.ts";
import { cpu } from "../backend/portable/index.ts";
import type { Interactions } from "../data/interactions.ts";
import { upload } from "../data/upload.ts";
import { WellbegunError } from "../errors.ts";

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
 * The `k` best items of every user by the product of their vectors, best first, ties to the lower item row.
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
  const exclude =
    seen === undefined
      ? undefined
      : { rows: userCount, columns: itemCount, offsets: seen.offsets, indices: seen.items };
  let userMatrix: Matrix | undefined;
  let itemMatrix: Matrix | undefined;
  try {
    userMatrix = await upload(backend, users, userCount, columns);
    itemMatrix = await upload(backend, items, itemCount, columns);
    if (options.similarity === "cosine") await backend.transformRows(itemMatrix, { unit: true });
    return await backend.topK(userMatrix, itemMatrix, k, exclude);
  } finally {
    userMatrix?.dispose();
    itemMatrix?.dispose();
    if (options.backend === undefined) await backend.dispose();
  }
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
