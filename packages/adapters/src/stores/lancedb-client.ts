/**
 * The part of LanceDB's API that is used, as types of this package: a `Connection` of `@lancedb/lancedb`, local
 * or remote, satisfies them.
 */
export interface LanceConnection {
  tableNames(options?: { startAfter?: string }): Promise<string[]>;
  openTable(name: string): Promise<LanceTable>;
  createTable(name: string, data: object, options: { mode: "create" | "overwrite" }): Promise<LanceTable>;
  dropTable(name: string): Promise<void>;
}

/** A table. */
export interface LanceTable {
  schema(): Promise<{
    readonly fields: readonly { readonly name: string; readonly type: unknown }[];
    readonly metadata?: ReadonlyMap<string, string>;
  }>;
  add(data: object): Promise<unknown>;
  mergeInsert(on: string): LanceMerge;
  countRows(): Promise<number>;
  version(): Promise<number>;
  checkout(version: number): Promise<void>;
  restore(): Promise<void>;
  query(): LanceQuery;
}

/** An upsert that is being built. */
export interface LanceMerge {
  whenMatchedUpdateAll(): LanceMerge;
  whenNotMatchedInsertAll(): LanceMerge;
  execute(data: object): Promise<unknown>;
}

/** A query that is being built. */
export interface LanceQuery {
  where(predicate: string): LanceQuery;
  select(columns: string[]): LanceQuery;
  toArray(): Promise<readonly { readonly id?: unknown; readonly vector?: unknown }[]>;
}

/**
 * LanceDB's own `makeArrowTable`: rows as a table, the vectors as lists of float32 of fixed size. It must be
 * LanceDB's, since LanceDB accepts no tables of another copy of Apache Arrow, and an ES module imports another
 * copy than LanceDB.
 */
export type MakeArrowTable = (
  rows: Record<string, unknown>[],
  options: object,
  metadata: Map<string, string>,
) => LanceRows;

/** Rows in the form that LanceDB accepts. */
export interface LanceRows {
  concat(...others: LanceRows[]): LanceRows;
}
