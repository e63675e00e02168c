import type { Vectors } from "../vectors/vectors.ts";

/**
 * What is used of LanceDB and of Apache Arrow, as types of our own: a `Connection` of `@lancedb/lancedb` (also of a remote
 * database) and the module `apache-arrow`, which LanceDB has as its peer, satisfy them.
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

/** The module `apache-arrow`, as far as tables are made with it. */
export interface Arrow {
  readonly Utf8: new () => object;
  readonly Float32: new () => object;
  readonly Field: new (name: string, type: object, nullable?: boolean) => object;
  readonly FixedSizeList: new (size: number, child: object) => object;
  readonly Struct: new (fields: object[]) => object;
  readonly Schema: new (fields: object[], metadata?: Map<string, string>) => object;
  readonly RecordBatch: new (schema: object, data: object) => object;
  readonly Table: new (schema: object, batches: object[]) => object;
  makeData(parts: {
    type: object;
    length: number;
    nullCount: number;
    data?: Float32Array;
    child?: object;
    children?: object[];
  }): object;
  vectorFromArray(values: string[], type: object): { readonly data: readonly object[] };
}

/** Rows as an Arrow table of `id` (text) and `vector` (a list of float32 of fixed size); the values are not copied. */
export function arrowTable(
  arrow: Arrow,
  { columns }: Vectors,
  ids: readonly string[],
  data: Float32Array,
  metadata: ReadonlyMap<string, string>,
): object {
  const float32 = new arrow.Float32();
  const text = new arrow.Utf8();
  const list = new arrow.FixedSizeList(columns, new arrow.Field("item", float32, true));
  const fields = [new arrow.Field("id", text, false), new arrow.Field("vector", list, false)];
  const schema = new arrow.Schema(fields, new Map(metadata));
  const [idData] = arrow.vectorFromArray([...ids], text).data;
  const length = ids.length;
  const child = arrow.makeData({ type: float32, length: data.length, nullCount: 0, data });
  const vectorData = arrow.makeData({ type: list, length, nullCount: 0, child });
  const children = idData === undefined ? [] : [idData, vectorData];
  const rows = arrow.makeData({ type: new arrow.Struct(fields), length, nullCount: 0, children });
  return new arrow.Table(schema, [new arrow.RecordBatch(schema, rows)]);
}
