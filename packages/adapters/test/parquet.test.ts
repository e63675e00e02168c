import { IdIndex } from "@wellbegun/core";
import { parquetWriteBuffer } from "hyparquet-writer";
import { describe, expect, it } from "vitest";
import { arrayVectors } from "../src/bundle/index.ts";
import { readFeatures, readInteractions, readVectors } from "../src/columns/index.ts";
import { encodeParquet, openParquet, parquetChunks } from "../src/parquet/index.ts";
import { expectFailure } from "./helpers.ts";

type Columns = Parameters<typeof parquetWriteBuffer>[0]["columnData"];

/** A Parquet file of another writer's, as Node reads it: a Buffer, whose slice() copies nothing. */
function written(columnData: Columns, options: object = {}): Uint8Array {
  return Buffer.from(parquetWriteBuffer({ columnData, ...options }));
}

describe("A Parquet file", () => {
  it("is read column by column, over row groups and pages", async () => {
    const count = 1000;
    const rows = Array.from({ length: count }, (_, row) => row);
    const file = written(
      [
        { name: "user", data: rows.map((row) => `user ${(row * 7) % 90}`), type: "STRING" },
        { name: "item", data: rows.map((row) => BigInt((row * 13) % 70)), type: "INT64" },
        { name: "weight", data: Float32Array.from(rows, (row) => 1 + (row % 5)), type: "FLOAT" },
        { name: "at", data: rows.map((row) => new Date(1000 * row)), type: "TIMESTAMP" },
      ],
      { rowGroupSize: 300, pageSize: 500 },
    );
    const source = await openParquet(file, "log.parquet");
    expect(source.names).toEqual(["user", "item", "weight", "at"]);
    const { train, test } = await readInteractions([source], {
      userColumn: "user",
      itemColumn: "item",
      weightColumn: "weight",
      duplicates: "sum",
      split: { by: "time", column: "at", testFrom: new Date(800_000) },
    });
    const expected = new Map<string, number>();
    for (const row of rows.slice(0, 800)) {
      const key = `user ${(row * 7) % 90}|${(row * 13) % 70}`;
      expected.set(key, (expected.get(key) ?? 0) + 1 + (row % 5));
    }
    const found = new Map<string, number>();
    for (let user = 0; user < train.userCount; user++) {
      for (let e = train.offsets[user]!; e < train.offsets[user + 1]!; e++) {
        found.set(`${train.userIds!.ids[user]}|${train.items[e]}`, train.weights![e]!);
      }
    }
    expect(found).toEqual(expected);
    expect(test?.userIds).toBe(train.userIds);
  });

  it.each(["UNCOMPRESSED", "SNAPPY"])("is read with %s pages", async (codec) => {
    const file = written(
      [
        { name: "id", data: ["a", "b", "a", "a"], type: "STRING" },
        { name: "i", data: [1, 2, 3, 4], type: "INT32" },
      ],
      { codec },
    );
    const { train } = await readInteractions([await openParquet(file)], {
      userColumn: "id",
      itemColumn: "i",
    });
    expect([...train.offsets]).toEqual([0, 3, 4]);
  });

  it("gives lists of any float type as features", async () => {
    const v = [
      [1.5, -2],
      [0.25, 3],
    ];
    const list = (element: object): object => ({
      schema: [
        { name: "root", num_children: 2 },
        { name: "id", type: "BYTE_ARRAY", converted_type: "UTF8", repetition_type: "REQUIRED" },
        { name: "v", repetition_type: "OPTIONAL", num_children: 1, converted_type: "LIST" },
        { name: "list", repetition_type: "REPEATED", num_children: 1 },
        { name: "element", repetition_type: "OPTIONAL", ...element },
      ],
    });
    const float16 = { type: "FIXED_LEN_BYTE_ARRAY", type_length: 2, logical_type: { type: "FLOAT16" } };
    for (const element of [{ type: "FLOAT" }, { type: "DOUBLE" }, float16]) {
      const file = written(
        [
          { name: "id", data: ["b", "a"] },
          { name: "v", data: v },
        ],
        list(element),
      );
      const features = await readFeatures(
        [await openParquet(file)],
        { itemCount: 2, itemIds: new IdIndex(["a", "b"]) },
        { idColumn: "id", column: "v" },
      );
      const rows = new Float32Array(4);
      await features.read(0, 2, rows);
      expect([...rows]).toEqual([0.25, 3, 1.5, -2]);
    }
  });

  it("is refused by its name if it is cut off or damaged", async () => {
    const file = written([
      { name: "id", data: Array.from({ length: 500 }, (_, row) => `id ${row}`), type: "STRING" },
      { name: "i", data: new Int32Array(500), type: "INT32" },
    ]);
    for (const length of [0, 4, 12, Math.floor(file.length / 2), file.length - 1]) {
      await expectFailure(
        () => openParquet(file.subarray(0, length), "log.parquet"),
        "format",
        "log.parquet",
      );
    }
    const damaged = file.slice();
    damaged.fill(0xff, 4, 200);
    const source = await openParquet(damaged, "log.parquet");
    await expectFailure(
      () => readInteractions([source], { userColumn: "id", itemColumn: "i" }),
      "format",
      "log.parquet, row group 0, column id",
    );
  });

  it("is read in parts, and only the requested columns of these", async () => {
    const rows = Array.from({ length: 9000 }, (_, row) => row);
    const file = written([
      { name: "text", data: rows.map((row) => `${Math.sin(row)} ${Math.cos(row)}`), type: "STRING" },
      { name: "u", data: Int32Array.from(rows, (row) => row % 7), type: "INT32" },
      { name: "i", data: Int32Array.from(rows, (row) => row % 11), type: "INT32" },
    ]);
    expect(file.length).toBeGreaterThan(200_000);
    const parts: (readonly [number, number])[] = [];
    const source = await openParquet({
      byteLength: file.length,
      slice(start: number, end: number = file.length) {
        parts.push([start, end]);
        return new Uint8Array(file.subarray(start, end)).buffer;
      },
    });
    // The end of the file holds its footer.
    parts.length = 0;
    await readInteractions([source], { userColumn: "u", itemColumn: "i" });
    expect(parts.reduce((sum, [start, end]) => sum + end - start, 0)).toBeLessThan(50_000);
  });
});

describe("A table of vectors as Parquet", () => {
  const [rows, columns] = [1000, 5];
  const data = Float32Array.from({ length: rows * columns }, (_, index) => Math.sin(index));
  const idLists = {
    text: Array.from({ length: rows }, (_, row) => `Ünder ${row}`),
    numbers: Array.from({ length: rows }, (_, row) => (row === 0 ? -(2n ** 62n) : row)),
    none: undefined,
  };

  it.each(Object.entries(idLists))("comes back as it was, IDs: %s", async (_, ids) => {
    for (const rowsPerGroup of [undefined, 7, 300, 1000]) {
      const bytes = await encodeParquet(
        arrayVectors("users", { data, rows, columns, ids: ids && new IdIndex(ids) }),
        {
          rowsPerGroup,
        },
      );
      const table = await readVectors([await openParquet(bytes)]);
      expect(table.data).toEqual(data);
      expect(table.columns).toBe(columns);
      expect(table.ids?.ids).toEqual(ids ?? Array.from({ length: rows }, (_, row) => row));
    }
  });

  it("is written in chunks whatever the vectors' blocks are, also with one column", async () => {
    for (const width of [1, 2, 130, 5000]) {
      const count = Math.floor(60_000 / width);
      const values = Float32Array.from({ length: count * width }, (_, index) => index);
      const uneven = {
        kind: "items" as const,
        rows: count,
        columns: width,
        *blocks(): Generator<Float32Array> {
          for (let row = 0, step = 1; row < count; row += step, step += 3)
            yield values.subarray(row * width, (row + step) * width);
        },
      };
      const chunks: Uint8Array[] = [];
      for await (const chunk of parquetChunks(uneven, { rowsPerGroup: 999 })) chunks.push(chunk.slice());
      const bytes = new Uint8Array(await new Blob(chunks as BlobPart[]).arrayBuffer());
      expect((await readVectors([await openParquet(bytes)])).data).toEqual(values);
    }
  });

  it.each(Object.entries(idLists))("has the same bytes if its IDs are read in blocks: %s", async (_, ids) => {
    const whole = arrayVectors("users", { data, rows, columns, ids: ids && new IdIndex(ids) });
    const list = ids ?? Array.from({ length: rows }, (_, row) => row);
    const vectors = {
      ...whole,
      ids: undefined,
      async *idBlocks() {
        for (let row = 0; row < rows; row += 37) yield list.slice(row, row + 37);
      },
    };
    for (const rowsPerGroup of [undefined, 300]) {
      expect(await encodeParquet(vectors, { rowsPerGroup })).toEqual(
        await encodeParquet(whole, { rowsPerGroup }),
      );
    }
    const few = {
      ...vectors,
      async *idBlocks() {
        yield list.slice(1);
      },
    };
    await expectFailure(() => encodeParquet(few), "invalid-data", "an ID for each row", `${rows - 1} IDs`);
    const many = {
      ...vectors,
      async *idBlocks() {
        yield [];
        yield* [list, [], list];
      },
    };
    await expectFailure(() => encodeParquet(many), "invalid-data", "an ID for each row", `more than ${rows}`);
    const array = { ...whole, ids: list.slice(1) };
    await expectFailure(() => encodeParquet(array), "invalid-data", "an ID for each row", `${rows - 1} IDs`);
    const mixed = {
      ...vectors,
      async *idBlocks() {
        yield [...list.slice(0, 500), typeof list[0] === "string" ? 7 : "seven", ...list.slice(501)];
      },
    };
    await expectFailure(() => encodeParquet(mixed), "invalid-data", "IDs that are all", "users, row 500");
  });

  it("is refused if IDs mix text and numbers, or a value is not finite", async () => {
    const encode = (
      ids: readonly (string | number | bigint)[],
      values: readonly number[] = [1, 2],
    ): Promise<unknown> =>
      // IDs that no table takes are for the encoder to refuse.
      encodeParquet({
        ...arrayVectors("users", { data: Float32Array.from(values), rows: 2, columns: 1 }),
        ids,
      });
    await expectFailure(() => encode(["a", "a"]), "invalid-data", "twice");
    await expectFailure(() => encode(["a", 1]), "invalid-data", "all text", "users, row 1");
    await expectFailure(() => encode([1, 2n ** 63n]), "invalid-data", "64 bits", "users, row 1");
    await expectFailure(() => encode(["a", "b"], [1, Number.NaN]), "invalid-data", "NaN", "row 1");
    await expectFailure(
      () =>
        encodeParquet(arrayVectors("users", { data: new Float32Array(2), rows: 2, columns: 1 }), {
          rowsPerGroup: 0,
        }),
      "invalid-option",
      "rowsPerGroup",
    );
  });
});
