import {
  type Backend,
  defaultBackend,
  openItemIndex,
  type ScoringTables,
  type Similarity,
  type Table,
  WellbegunError,
} from "@wellbegun/core";
import { namesOf, refuseUnknownKeys } from "@wellbegun/core/support";
import type { Ranker } from "./ranker.ts";

/** Options of {@link tableRanker}. */
export interface TableRankerOptions {
  /** `cosine` divides the items by their norms; the users' norms do not affect a ranking. Default: `dot`. */
  readonly similarity?: Similarity | undefined;
  /**
   * Default: `wasm()` where the runtime accepts it, else `cpu()`. A backend that is passed in is not disposed
   * of.
   */
  readonly backend?: Backend | undefined;
}

const optionNames = namesOf<TableRankerOptions>({ similarity: true, backend: true });

/**
 * Ranks by the product of vectors, exactly: the product and the selection are one operation of the backend
 * (`topK`), so that no users x items matrix exists. The items stay on the backend until the ranker is disposed
 * of; if the backend's limits are too low for that, they are ranked in tiles, with the same result.
 *
 * @throws {WellbegunError} `mismatch` if the tables differ in width; `invalid-data` for a value that is not finite, naming
 * its row and column.
 */
export async function tableRanker(tables: ScoringTables, options: TableRankerOptions = {}): Promise<Ranker> {
  refuseUnknownKeys(DOING, options, optionNames);
  const { users, items } = tables;
  expectFinite("users", users);
  expectFinite("items", items);
  if (users.columns !== items.columns) {
    const expected = `${users.columns} columns, as the users have`;
    throw new WellbegunError("mismatch", { doing: DOING, expected, found: `${items.columns}`, at: "items" });
  }
  const backend = options.backend ?? (await defaultBackend());
  const index = await openItemIndex(backend, items, options.similarity);
  const { columns } = users;
  return {
    userCount: users.rows,
    itemCount: items.rows,
    userIds: users.ids,
    itemIds: items.ids,
    rank: async (rows, k, seen) => {
      const vectors = new Float32Array(rows.length * columns);
      for (const [index, row] of rows.entries()) {
        vectors.set(users.data.subarray(row * columns, (row + 1) * columns), index * columns);
      }
      return (await index.topK(vectors, k, seen)).items;
    },
    dispose: async () => {
      index.dispose();
      if (options.backend === undefined) await backend.dispose();
    },
  };
}

const DOING = "judging vectors";

function expectFinite(name: string, { data, columns }: Table): void {
  let bad = 0;
  // x - x is 0 only for a finite x.
  while (bad < data.length && data[bad]! - data[bad]! === 0) bad++;
  if (bad === data.length) return;
  throw new WellbegunError("invalid-data", {
    doing: DOING,
    expected: "finite values",
    found: `${data[bad]}`,
    at: `${name}, row ${Math.floor(bad / columns)}, column ${bad % columns}`,
  });
}
