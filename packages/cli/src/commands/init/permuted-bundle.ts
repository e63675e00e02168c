import type { BundleTable } from "@wellbegun/adapters/bundle";
import { permuteRows, rowPermutation } from "@wellbegun/evaluation";
import type { TableStore } from "./table-store.ts";

/**
 * The tables with their rows in random order: all user tables in one, all tables of items in another, so that a
 * trainer gets the same values for other users and items. Centroids are unchanged, since their rows are neither
 * users nor items. One streamed table at a time is in memory.
 */
export function permutedBundle(
  tables: readonly BundleTable[],
  store: TableStore,
  seed: number,
): BundleTable[] {
  const orders = new Map<string, Uint32Array>();
  const orderOf = (side: string, rows: number): Uint32Array => {
    const order = orders.get(side) ?? rowPermutation(rows, seed, side);
    orders.set(side, order);
    return order;
  };
  return tables.map((table): BundleTable => {
    const { name, rows } = table;
    const columns = table.columns ?? 1;
    if (name.startsWith("centroids.")) return table;
    const order = orderOf(name === "users" || name.startsWith("users.") ? "users" : "items", rows);
    if ("data" in table) return { ...table, data: permuteRows(table.data, columns, order) };
    const blocks = async function* (): AsyncGenerator<Float32Array> {
      yield permuteRows(await store.read(name), columns, order);
    };
    return { ...table, blocks: { [Symbol.asyncIterator]: blocks } };
  });
}
