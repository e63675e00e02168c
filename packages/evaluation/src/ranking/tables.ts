import { type Backend, cpu, type ScoringTables, WellbegunError } from "@wellbegun/core";
import { openItemTiles, upload } from "./item-tiles.ts";
import type { Ranker } from "./ranker.ts";

/** Options of {@link tableRanker}. */
export interface TableRankerOptions {
  /** `cosine` divides the items by their norm; the users' norm cannot change a ranking. Default: `dot`. */
  readonly similarity?: "dot" | "cosine" | undefined;
  /** Default: the portable backend. One that is passed in is left open. */
  readonly backend?: Backend | undefined;
}

/**
 * Ranks by the product of vectors, exactly: the product and the choice of the best are one operation of the backend
 * (`topK`), so that no users x items matrix exists. The items stay on the backend until the ranker is disposed of; where its
 * limits forbid that they are ranked in tiles, with the same result.
 *
 * @throws {WellbegunError} `mismatch` if a table is no whole number of rows; `invalid-data` for a value that is not
 * finite, naming its row and column.
 */
export async function tableRanker(tables: ScoringTables, options: TableRankerOptions = {}): Promise<Ranker> {
  const { users, items, columns } = tables;
  const userCount = checkedRows("users", users, columns);
  const itemCount = checkedRows("items", items, columns);
  const backend = options.backend ?? cpu();
  const tiles = await openItemTiles(backend, items, columns, options.similarity === "cosine");
  return {
    userCount,
    itemCount,
    rank: async (rows, k, seen) => {
      const userMatrix = await upload(backend, rows.length, columns, (into) => {
        for (const [index, row] of rows.entries()) {
          into.set(users.subarray(row * columns, (row + 1) * columns), index * columns);
        }
      });
      try {
        return await tiles.topK(userMatrix, k, seen);
      } finally {
        userMatrix.dispose();
      }
    },
    dispose: async () => {
      tiles.dispose();
      if (options.backend === undefined) await backend.dispose();
    },
  };
}

function checkedRows(name: string, table: Float32Array, columns: number): number {
  const doing = "judging vectors";
  const rows = table.length / columns;
  if (!Number.isInteger(rows)) {
    const expected = `rows of ${columns} values`;
    throw new WellbegunError("mismatch", { doing, expected, found: `${table.length} values`, at: name });
  }
  const bad = table.findIndex((value) => !Number.isFinite(value));
  if (bad >= 0) {
    throw new WellbegunError("invalid-data", {
      doing,
      expected: "finite values",
      found: `${table[bad]}`,
      at: `${name}, row ${Math.floor(bad / columns)}, column ${bad % columns}`,
    });
  }
  return rows;
}
