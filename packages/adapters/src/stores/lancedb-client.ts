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

// Declared as classes, which exist as types alone: a constructor that asks for more than an object, such as a DataType, fits
// one of these, and would not fit a constructor's type that is written out.
declare class ArrowType {}
declare class ArrowField {
  constructor(name: string, type: object, nullable?: boolean);
}
declare class ArrowList {
  constructor(size: number, child: object);
}
declare class ArrowStruct {
  constructor(fields: object[]);
}
declare class ArrowSchema {
  constructor(fields?: object[], metadata?: Map<string, string> | null);
}
declare class ArrowRows {
  constructor(schema: object, data?: object);
}

/** The module `apache-arrow`, as far as tables are made with it. */
export interface Arrow {
  readonly Utf8: typeof ArrowType;
  readonly Float32: typeof ArrowType;
  readonly Field: typeof ArrowField;
  readonly FixedSizeList: typeof ArrowList;
  readonly Struct: typeof ArrowStruct;
  readonly Schema: typeof ArrowSchema;
  readonly RecordBatch: typeof ArrowRows;
  readonly Table: typeof ArrowRows;
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
