import type { ColumnSource } from "@wellbegun/adapters/columns";
import type { Interactions } from "@wellbegun/core";
import type { DuckdbModule } from "../src/index.ts";

export { expectFailure, temporaryFolder } from "../../adapters/test/helpers.ts";

/** Runs statements in a DuckDB of their own, to write files. */
export async function duckdbRun(duckdb: DuckdbModule, ...statements: readonly string[]): Promise<void> {
  const instance = await duckdb.DuckDBInstance.create(":memory:", {});
  const connection = await instance.connect();
  for (const statement of statements) await connection.run(statement);
  connection.closeSync();
  instance.closeSync();
}

/** Interactions by raw ID: user, item and, where there are weights, weight. */
export function pairsOf(interactions: Interactions | undefined): string[] {
  if (interactions === undefined) return [];
  const { userCount, offsets, items, weights, userIds, itemIds } = interactions;
  const pairs: string[] = [];
  for (let user = 0; user < userCount; user++) {
    for (let e = offsets[user]!; e < offsets[user + 1]!; e++) {
      const item = items[e]!;
      const ids = [userIds?.ids[user] ?? user, itemIds?.ids[item] ?? item];
      pairs.push([...ids, ...(weights === undefined ? [] : [weights[e]!])].join(" "));
    }
  }
  return pairs;
}

/** Rows for the reader in JavaScript, which has nothing in common with DuckDB. */
export function sourceOf(rows: readonly Readonly<Record<string, unknown>>[]): ColumnSource {
  return {
    label: "rows",
    names: Object.keys(rows[0]!),
    async *batches(names) {
      const columns = names.map((name) => rows.map((row) => row[name]));
      yield { firstRow: 0, rows: rows.length, columns };
    },
  };
}
