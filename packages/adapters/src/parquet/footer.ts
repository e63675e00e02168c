import type { IdKind } from "../columns/ids.ts";
import { encodeThrift, type ThriftStruct, type ThriftValue } from "./thrift.ts";

/** Enum values of Parquet's Thrift definitions. */
const physical = { int64: 2, float: 4, byteArray: 6 } as const;
const repetition = { required: 0, repeated: 2 } as const;
const converted = { utf8: 0, list: 3 } as const;
const encoding = { plain: 0, rle: 3 } as const;
const dataPage = 0;
const uncompressed = 0;

const i32 = (value: number): ThriftValue => ({ i32: value });
const i64 = (value: number): ThriftValue => ({ i64: value });
const text = (value: string): ThriftValue => ({ text: value });
const struct = (value: ThriftStruct): ThriftValue => ({ struct: value });
const list = (values: readonly ThriftValue[]): ThriftValue => ({ list: values });

/** The pages of one column in one row group. */
export interface ColumnChunk {
  /** Position of the first page in the file. */
  readonly offset: number;
  /** Bytes of the pages with their headers. */
  readonly bytes: number;
  /** Number of values in all pages; for lists, the number of elements. */
  readonly values: number;
}

/** A run of rows, column by column. */
export interface RowGroup {
  readonly rows: number;
  readonly ids: ColumnChunk;
  readonly vectors: ColumnChunk;
}

/** A page's header: its content follows, uncompressed and in plain encoding. */
export function pageHeader(values: number, bytes: number): Uint8Array {
  return encodeThrift({
    1: i32(dataPage),
    2: i32(bytes),
    3: i32(bytes),
    5: struct({ 1: i32(values), 2: i32(encoding.plain), 3: i32(encoding.rle), 4: i32(encoding.rle) }),
  });
}

/**
 * The file's metadata: the non-null columns `id` and `vector`, and the positions of their pages.
 *
 * Source: https://github.com/apache/parquet-format/blob/master/src/main/thrift/parquet.thrift
 */
export function fileMetadata(
  kind: IdKind,
  groups: readonly RowGroup[],
  keyValues: Readonly<Record<string, string>>,
): Uint8Array {
  const id =
    kind === "text"
      ? {
          1: i32(physical.byteArray),
          3: i32(repetition.required),
          4: text("id"),
          6: i32(converted.utf8),
          10: struct({ 1: struct({}) }),
        }
      : { 1: i32(physical.int64), 3: i32(repetition.required), 4: text("id") };
  const schema = [
    { 4: text("schema"), 5: i32(2) },
    id,
    {
      3: i32(repetition.required),
      4: text("vector"),
      5: i32(1),
      6: i32(converted.list),
      10: struct({ 3: struct({}) }),
    },
    { 3: i32(repetition.repeated), 4: text("list"), 5: i32(1) },
    { 1: i32(physical.float), 3: i32(repetition.required), 4: text("element") },
  ];
  const chunk = (
    type: number,
    path: readonly string[],
    { offset, bytes, values }: ColumnChunk,
  ): ThriftValue =>
    struct({
      2: i64(0),
      3: struct({
        1: i32(type),
        2: list([i32(encoding.plain), i32(encoding.rle)]),
        3: list(path.map(text)),
        4: i32(uncompressed),
        5: i64(values),
        6: i64(bytes),
        7: i64(bytes),
        9: i64(offset),
      }),
    });
  const idType = kind === "text" ? physical.byteArray : physical.int64;
  return encodeThrift({
    1: i32(1),
    2: list(schema.map(struct)),
    3: i64(groups.reduce((sum, group) => sum + group.rows, 0)),
    4: list(
      groups.map(({ rows, ids, vectors }) =>
        struct({
          1: list([
            chunk(idType, ["id"], ids),
            chunk(physical.float, ["vector", "list", "element"], vectors),
          ]),
          2: i64(ids.bytes + vectors.bytes),
          3: i64(rows),
        }),
      ),
    ),
    5: list(Object.entries(keyValues).map(([key, value]) => struct({ 1: text(key), 2: text(value) }))),
    6: text("wellbegun"),
  });
}
