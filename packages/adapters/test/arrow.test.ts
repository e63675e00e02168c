import { IdIndex } from "@wellbegun/core";
import * as arrow from "apache-arrow";
import { describe, expect, it } from "vitest";
import { encodeArrow, openArrow } from "../src/arrow/index.ts";
import { arrayVectors } from "../src/bundle/index.ts";
import { readFeatures, readInteractions, readVectors } from "../src/columns/index.ts";
import { arrowSchema } from "../src/parquet/arrow-schema.ts";
import { expectFailure } from "./helpers.ts";

describe("An Arrow file", () => {
  const options = { label: "log.arrow" };
  const ipc = (columns: Record<string, unknown>, format: "file" | "stream"): Uint8Array => {
    const table = new arrow.Table(columns as never) as never;
    return arrow.tableToIPC(table, format);
  };

  it.each(["file", "stream"] as const)("of the %s format gives interactions", async (format) => {
    const text = arrow.vectorFromArray(
      ["b", "a", "b"],
      new arrow.Dictionary(new arrow.Utf8(), new arrow.Int32()),
    );
    const item = arrow.vectorFromArray([3n, 2n ** 60n, 2n], new arrow.Int64());
    const at = arrow.vectorFromArray(
      [0, 5000, 9000].map((time) => new Date(time)),
      new arrow.TimestampMicrosecond(),
    );
    const weight = arrow.vectorFromArray([1, 2, 0.5], new arrow.Float64());
    const source = await openArrow(ipc({ text, item, at, weight }, format), options);
    expect(source.names).toEqual(["text", "item", "at", "weight"]);
    const { train, test } = await readInteractions([source], {
      userColumn: "text",
      itemColumn: "item",
      weightColumn: "weight",
      split: { by: "time", column: "at", testFrom: "1970-01-01T00:00:09" },
    });
    expect(train.userIds?.ids).toEqual(["a", "b"]);
    expect(train.itemIds?.ids).toEqual([2, 3, 2n ** 60n]);
    expect([...train.items]).toEqual([2, 1]);
    expect([...train.weights!]).toEqual([2, 1]);
    expect([...test!.items]).toEqual([0]);
  });

  it("gives lists of any float type, of fixed or variable size and with nulls, as features", async () => {
    const vectors = [[0.5, 1], null, [2, -3]];
    for (const type of [new arrow.Float16(), new arrow.Float32(), new arrow.Float64()]) {
      const field = new arrow.Field("item", type, true);
      for (const list of [new arrow.List(field), new arrow.FixedSizeList(2, field)]) {
        const v = arrow.vectorFromArray(vectors, list);
        const id = arrow.vectorFromArray([2, 1, 0], new arrow.Int32());
        const source = await openArrow(ipc({ id, v }, "file"), options);
        const features = await readFeatures([source], { itemCount: 3 }, { idColumn: "id", column: "v" });
        const rows = new Float32Array(6);
        await features.read(0, 3, rows);
        expect([...rows]).toEqual([2, -3, 0, 0, 0.5, 1]);
        expect([...features.missing!]).toEqual([0, 1, 0]);
      }
    }
  });

  it("names the row of a null ID", async () => {
    const u = arrow.vectorFromArray([1, null, 3], new arrow.Int32());
    const source = await openArrow(ipc({ u, i: u }, "file"), options);
    const read = (): Promise<unknown> => readInteractions([source], { userColumn: "u", itemColumn: "i" });
    await expectFailure(read, "invalid-data", "null", "log.arrow, row 1, column u");
  });

  it("is read batch by batch from a stream that can be opened again", async () => {
    const vectors = Float32Array.from({ length: 40 }, (_, index) => index);
    const bytes = await encodeArrow(arrayVectors("users", { data: vectors, rows: 20, columns: 2 }), {
      format: "stream",
      rowsPerBatch: 3,
    });
    const source = await openArrow(async function* () {
      for (let start = 0; start < bytes.length; start += 100) yield bytes.subarray(start, start + 100);
    }, options);
    for (let time = 0; time < 2; time++) expect((await readVectors([source])).data).toEqual(vectors);
    const sizes: number[] = [];
    for await (const { rows } of source.batches(["id"])) sizes.push(rows);
    expect(sizes).toEqual([3, 3, 3, 3, 3, 3, 2]);
  });

  it("is refused by its name if it has another format or is cut off", async () => {
    await expectFailure(() => openArrow(new Uint8Array(0), options), "format", "log.arrow");
    await expectFailure(
      () => openArrow(new TextEncoder().encode("user,item\n1,2\n"), options),
      "format",
      "log.arrow",
    );
    const u = arrow.vectorFromArray(
      Array.from({ length: 1000 }, (_, row) => row),
      new arrow.Int32(),
    );
    const bytes = ipc({ u, i: u }, "stream");
    const read = async (): Promise<unknown> =>
      readInteractions([await openArrow(bytes.subarray(0, bytes.length / 2), options)], {
        userColumn: "u",
        itemColumn: "i",
      });
    await expectFailure(read, "format", "log.arrow");
  });

  it.each([
    ["text", ["bé", "a", "c"]],
    ["numbers", [5, 2n ** 60n, -1]],
    ["none", undefined],
  ])("holds a table of vectors as apache-arrow reads it, IDs: %s", async (_, ids) => {
    const data = Float32Array.of(1, 2, 3, 4, 5, 6);
    for (const format of ["file", "stream"] as const) {
      const table = arrayVectors("users", { data, rows: 3, columns: 2, ids: ids && new IdIndex(ids) });
      const bytes = await encodeArrow(table, { format, rowsPerBatch: 2 });
      const read = arrow.tableFromIPC(bytes);
      expect(String(read.schema.fields[1]!.type)).toBe("FixedSizeList[2]<Float32>");
      const rows = read.toArray().map((row) => [row!.id, [...row!.vector]]);
      const expected = (ids ?? [0, 1, 2]).map((id) => (typeof id === "string" ? id : BigInt(id)));
      expect(rows).toEqual(expected.map((id, row) => [id, [...data.subarray(2 * row, 2 * row + 2)]]));
      expect((await readVectors([await openArrow(bytes, options)])).ids?.ids).toEqual(ids ?? [0, 1, 2]);
    }
  });

  it("has the schema that Parquet files of vectors carry", () => {
    for (const kind of ["text", "number"] as const) {
      const element = new arrow.Field("element", new arrow.Float32(), false);
      const id = new arrow.Field("id", kind === "text" ? new arrow.Utf8() : new arrow.Int64(), false);
      const vector = new arrow.Field("vector", new arrow.FixedSizeList(300, element), false);
      const table = new arrow.Table(new arrow.Schema<arrow.TypeMap>([id, vector]));
      const stream = arrow.tableToIPC(table, "stream");
      const message = stream.subarray(
        0,
        8 + new DataView(stream.buffer, stream.byteOffset).getInt32(4, true),
      );
      expect(arrowSchema(kind, 300)).toBe(btoa(String.fromCharCode(...message)));
    }
  });
});
