/**
 * What is used of LanceDB, as types of our own: a `Connection` of `@lancedb/lancedb`, also of a remote database, satisfies
 * them.
 */
export interface LanceConnection {
  tableNames(options?: { startAfter?: string }): Promise<string[]>;
  openTable(name: string): Promise<LanceTable>;
  createTable(name: string, data: object, options: { mode: "create" | "overwrite" }): Promise<LanceTable>;
  dropTable(name: string): Promise<void>;
}

/** A table. */
export interface LanceTable {
  schema(): Promise<{ readonly fields: readonly { readonly name: string; readonly type: unknown }[] }>;
  add(data: object): Promise<unknown>;
  mergeInsert(on: string): LanceMerge;
  countRows(): Promise<number>;
  version(): Promise<number>;
  checkout(version: number): Promise<void>;
  restore(): Promise<void>;
  query(): LanceQuery;
}

/** An upsert in the making. */
export interface LanceMerge {
  whenMatchedUpdateAll(): LanceMerge;
  whenNotMatchedInsertAll(): LanceMerge;
  execute(data: object): Promise<unknown>;
}

/** A query in the making. */
export interface LanceQuery {
  where(predicate: string): LanceQuery;
  select(columns: string[]): LanceQuery;
  toArray(): Promise<readonly { readonly id?: unknown; readonly vector?: unknown }[]>;
}

/**
 * LanceDB's own `makeArrowTable`: rows as a table, the vectors as lists of float32 of fixed size. Its own, since LanceDB takes
 * no tables of another copy of Apache Arrow, and an ES module's `apache-arrow` is another copy than LanceDB's.
 */
export type MakeArrowTable = (
  rows: Record<string, unknown>[],
  options: object,
  metadata: Map<string, string>,
) => LanceRows;

/** Rows as LanceDB takes them. */
export interface LanceRows {
  concat(...others: LanceRows[]): LanceRows;
}
