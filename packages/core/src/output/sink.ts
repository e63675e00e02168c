import type { Interactions } from "../data/interactions.ts";
import { createTable, type Table } from "../data/table.ts";
import { multiplyAll } from "./multiply-all.ts";

/** Receives finished tables: `users`, `users.<modality>` and `items`. Writes to several tables may overlap. */
export interface TableSink {
  /** Called once for each table, before its rows. */
  begin(name: string, rows: number, columns: number): void | Promise<void>;
  /** Rows `firstRow ..` of a table, ascending and without gaps. `view` is only valid until the call resolves. */
  write(name: string, firstRow: number, view: Float32Array): void | Promise<void>;
  /**
   * Optional: multiplies all values of a table, whose rows have all been written, by a float32 factor. The factor that
   * depends on all rows is known only then. A sink without this method gets scaled rows, for which every row is made
   * twice, the first time for the factor; the values are the same in all bits.
   */
  scale?(name: string, factor: number): void | Promise<void>;
}

/** A sink that keeps the tables in memory. */
export interface MemorySink extends TableSink {
  /** The tables that were written, with the IDs of their rows. */
  tables(): {
    readonly users: Table;
    readonly items: Table;
    readonly perModality: Readonly<Record<string, Table>>;
  };
}

/** A sink that keeps the tables in memory, and names their rows by the IDs of `train`. */
export function memorySink(train: Pick<Interactions, "userIds" | "itemIds">): MemorySink {
  const tables = new Map<string, Table>();
  return {
    begin: (name, rows, columns) => {
      const ids = name === "items" ? train.itemIds : train.userIds;
      tables.set(name, createTable(new Float32Array(rows * columns), rows, columns, ids));
    },
    write: (name, firstRow, view) => {
      const { data, columns } = tables.get(name)!;
      data.set(view, firstRow * columns);
    },
    scale: (name, factor) => {
      multiplyAll(tables.get(name)!.data, factor);
    },
    tables: () => {
      const prefix = "users.";
      const ofModalities = [...tables].filter(([name]) => name.startsWith(prefix));
      return {
        users: tables.get("users")!,
        items: tables.get("items")!,
        perModality: Object.fromEntries(
          ofModalities.map(([name, table]) => [name.slice(prefix.length), table]),
        ),
      };
    },
  };
}
