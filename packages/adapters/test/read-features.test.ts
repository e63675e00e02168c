import { IdIndex } from "@wellbegun/core";
import { describe, expect, it } from "vitest";
import { type ItemRows, type ReadFeaturesOptions, readFeatures, readVectors } from "../src/columns/index.ts";
import { columnSource } from "./column-sources.ts";
import { expectFailure } from "./helpers.ts";

const items: ItemRows = { itemCount: 4, itemIds: new IdIndex(["a", "b", "c", "d"]) };
const names = { idColumn: "id", column: "v" };

describe("Features from columns", () => {
  it("are in the rows of their items, whatever the order of the files", async () => {
    const features = await readFeatures(
      [
        columnSource({ id: ["d", "zz", "b"], v: [[7, 8], [9, 9], Float32Array.of(3, 4)] }),
        columnSource({ id: ["a", "c"], v: [[1, 2], null] }),
      ],
      items,
      names,
    );
    const rows = new Float32Array(8);
    await features.read(0, 4, rows);
    expect([...rows]).toEqual([1, 2, 3, 4, 0, 0, 7, 8]);
    expect([...features.missing!]).toEqual([0, 0, 1, 0]);
    expect([features.rows, features.columns, features.missingCount, features.unusedRows]).toEqual([
      4, 2, 1, 1,
    ]);
  });

  it("count vectors of zeros as missing unless told otherwise", async () => {
    const source = columnSource({
      id: [1, 0n],
      v: [
        [0, 0],
        [1, 0],
      ],
    });
    const zeros = await readFeatures([source], { itemCount: 2 }, names);
    expect([...zeros.missing!]).toEqual([0, 1]);
    const none = await readFeatures([source], { itemCount: 2 }, { ...names, missing: "none" });
    expect(none.missing).toBeUndefined();
  });

  it("are refused with the file, row and column of the first fault", async () => {
    const read = (
      id: readonly unknown[],
      v: readonly unknown[],
      options: Partial<ReadFeaturesOptions> = {},
    ): Promise<unknown> =>
      readFeatures([columnSource({ id, v }, "items.parquet")], items, { ...names, ...options });
    await expectFailure(
      () => read(["a", "b"], [[1], [1]], { column: "image" }),
      "format",
      '"image"',
      "items.parquet",
    );
    await expectFailure(
      () => read(["a", "b", "a"], [[1], [2], [3]]),
      "invalid-data",
      '"a" again',
      "row 2, column id",
    );
    await expectFailure(
      () => read(["a", "b"], [[1, 2], [3]]),
      "invalid-data",
      "2 numbers, as in items.parquet, row 0",
      "row 1, column v",
    );
    await expectFailure(
      () => read(["a", "b"], [[1, 2], "3 4"]),
      "invalid-data",
      "the text",
      "row 1, column v",
    );
    await expectFailure(
      () =>
        read(
          ["a", "b"],
          [
            [1, 2],
            [3, Number.NaN],
          ],
        ),
      "invalid-data",
      "NaN",
      "row 1, column v, element 1",
    );
    await expectFailure(
      () =>
        read(
          ["a", "b"],
          [
            [1, 2],
            [3, null],
          ],
        ),
      "invalid-data",
      "null",
      "element 1",
    );
    await expectFailure(
      () =>
        read(
          ["a", "b"],
          [
            [1, 2],
            [3, 1e39],
          ],
        ),
      "invalid-data",
      "finite",
      "element 1",
    );
    await expectFailure(() => read([1, 2], [[1], [2]]), "mismatch", "one kind", "items.parquet");
    await expectFailure(
      () => read(["x", "y"], [[1], [2]]),
      "mismatch",
      'such as "a"',
      "2 rows, all of other items",
    );
    await expectFailure(() => read(["a", null], [[1], [2]]), "invalid-data", "row 1, column id");
  });
});

describe("A table of vectors from columns", () => {
  it("keeps the order of its rows", async () => {
    const table = await readVectors([
      columnSource({
        id: ["b", "a"],
        vector: [
          [1, 2],
          [3, 4],
        ],
      }),
    ]);
    expect(table.ids?.ids).toEqual(["b", "a"]);
    expect([...table.data]).toEqual([1, 2, 3, 4]);
  });

  it("refuses an ID that occurs twice, and a null vector", async () => {
    const twice = columnSource({ id: ["b", "b"], vector: [[1], [2]] });
    await expectFailure(() => readVectors([twice]), "invalid-data", '"b" twice');
    const none = columnSource({ id: ["a", "b"], vector: [[1], null] }, "users.parquet");
    await expectFailure(
      () => readVectors([none]),
      "invalid-data",
      "null",
      "users.parquet, row 1, column vector",
    );
  });
});
