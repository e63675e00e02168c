import { mkdirSync, readdirSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { createTable, fit, IdIndex } from "@wellbegun/core";
import { parquetWriteBuffer } from "hyparquet-writer";
import { describe, expect, it } from "vitest";
import { arrayVectors } from "../src/bundle/index.ts";
import { readVectors } from "../src/columns/index.ts";
import { expandPaths, openColumnFile, readColumnDataset, writeParquet } from "../src/node/index.ts";
import { expectFailure, snapshot, temporaryFolder } from "./helpers.ts";

describe("A dataset from files of columns", () => {
  const folder = temporaryFolder();
  const write = (name: string, columnData: Parameters<typeof parquetWriteBuffer>[0]["columnData"]): void =>
    writeFileSync(join(folder, name), new Uint8Array(parquetWriteBuffer({ columnData })));
  mkdirSync(join(folder, "log"));
  write("log/1.parquet", [
    { name: "user", data: ["bob", "ann"], type: "STRING" },
    { name: "item", data: ["tea", "tea"], type: "STRING" },
  ]);
  write("log/2.parquet", [
    { name: "item", data: ["oil", "jam"], type: "STRING" },
    { name: "user", data: ["bob", "cid"], type: "STRING" },
  ]);
  const dataOf = (ids: readonly string[]): Float32Array => Float32Array.from(ids, (id) => id.charCodeAt(0));
  const feature = (name: string, ids: readonly string[]): Promise<unknown> =>
    writeParquet(join(folder, name), createTable(dataOf(ids), ids.length, 1, new IdIndex(ids)));
  const options = { interactions: join(folder, "log/*.parquet"), userColumn: "user", itemColumn: "item" };

  it("matches features by ID, in memory and in files, and gives items that only have features a row", async () => {
    await feature("image.parquet", ["tea", "new", "oil"]);
    await feature("text.parquet", ["zen", "jam"]);
    const features = {
      image: { path: join(folder, "image.parquet"), column: "vector" },
      text: { path: join(folder, "te?t.parquet"), column: "vector", idColumn: "id" },
    };
    const temp = temporaryFolder();
    for (const keep of ["memory", "files"] as const) {
      const dataset = await readColumnDataset({ ...options, features, keep, temp });
      expect(readdirSync(temp)).toEqual([]);
      expect(dataset.train.userIds?.ids).toEqual(["ann", "bob", "cid"]);
      expect(dataset.train.itemIds?.ids).toEqual(["jam", "new", "oil", "tea", "zen"]);
      const read = async (name: string): Promise<number[]> => {
        const rows = new Float32Array(5);
        await dataset.features[name]!.read(0, 5, rows);
        return [...rows];
      };
      const code = (id: string): number => id.charCodeAt(0);
      expect(await read("image")).toEqual([0, code("n"), code("o"), code("t"), 0]);
      expect([...dataset.features.image!.missing!]).toEqual([1, 0, 0, 0, 1]);
      expect(await read("text")).toEqual([code("j"), 0, 0, 0, code("z")]);
      expect(dataset.features.text!.ids).toBe(dataset.train.itemIds);
      expect(dataset.files.interactions).toEqual([
        join(folder, "log/1.parquet"),
        join(folder, "log/2.parquet"),
      ]);
      await dataset.close();
    }

    const fewer = await readColumnDataset({ ...options, features, items: "interactions" });
    expect(fewer.train.itemIds?.ids).toEqual(["jam", "oil", "tea"]);
    expect(fewer.features.image!.unusedRows).toBe(1);
    expect(fewer.counts).toEqual({
      ...{ users: 3, items: 3, train: 4, validation: 0, test: 0, duplicates: 0 },
      missing: { image: 1, text: 2 },
    });
    expect(fewer.notes.length).toBe(2);
    expect(fewer.notes[0]).toContain("left out: 1");
  });

  it("says that features were matched by ID also where IDs are the row numbers, of which no list is kept", async () => {
    write("numbers.parquet", [
      { name: "user", data: [0, 1, 1], type: "INT32" },
      { name: "item", data: [2, 0, 1], type: "INT32" },
    ]);
    const ids = new IdIndex([2, 0, 1]);
    await writeParquet(join(folder, "rows.parquet"), createTable(Float32Array.of(7, 5, 6), 3, 1, ids));
    const dataset = await readColumnDataset({
      ...options,
      interactions: join(folder, "numbers.parquet"),
      features: { image: { path: join(folder, "rows.parquet"), column: "vector" } },
    });
    expect(dataset.train.itemIds).toBeUndefined();
    const rows = new Float32Array(3);
    await dataset.features.image!.read(0, 3, rows);
    expect([...rows]).toEqual([5, 6, 7]);
    const { report } = await fit(dataset, { clusters: 1 });
    expect(report.input.modalities.image!.itemIds).toBe("compared");
    expect(report.warnings.map(({ code }) => code)).not.toContain("item-order-assumed");
  });

  it("is refused with the name of the missing file, column or item", async () => {
    await expectFailure(() => readColumnDataset({ ...options, features: {} }), "invalid-option", "features");
    const plain = await readColumnDataset({ ...options, features: {}, withoutFeatures: "allow" });
    expect(plain.train.itemIds?.ids).toEqual(["jam", "oil", "tea"]);
    expect(plain).toMatchObject({ features: {}, counts: { users: 3, items: 3, train: 4, missing: {} } });
    const features = { image: { path: join(folder, "image*.pq"), column: "vector" } };
    await expectFailure(() => readColumnDataset({ ...options, features }), "io", "image*.pq");
    await expectFailure(() => openColumnFile(join(folder, "none.parquet")), "io", "none.parquet");
    await expectFailure(() => openColumnFile("log.csv"), "invalid-option", "log.csv", "engine-duckdb");
  });

  it("finds the files of patterns as a shell does", async () => {
    const tree = join(folder, "tree");
    for (const path of ["a/x.parquet", "a/y.csv", "b/c/x.parquet", "b/.hidden.parquet", "z[1].parquet"]) {
      mkdirSync(join(tree, path, ".."), { recursive: true });
      writeFileSync(join(tree, path), "");
    }
    const find = async (...patterns: string[]): Promise<string[]> =>
      (
        await expandPaths(
          patterns.map((pattern) => join(tree, pattern)),
          "testing",
        )
      ).map((path) => path.slice(tree.length + 1));
    expect(await find("*/*.parquet")).toEqual(["a/x.parquet"]);
    expect(await find("**/*.parquet")).toEqual(["a/x.parquet", "b/c/x.parquet", "z[1].parquet"]);
    expect(await find("b/**/x.*", "a/[!x].*")).toEqual(["b/c/x.parquet", "a/y.csv"]);
    expect(await find("?[[]1].parquet")).toEqual(["z[1].parquet"]);
    expect(await find("b/.*")).toEqual(["b/.hidden.parquet"]);
    await expectFailure(() => find("*.arrow"), "io", "*.arrow");
  });

  it("writes a table in one piece or not at all", async () => {
    const out = join(folder, "out");
    mkdirSync(out);
    const path = join(out, "users.parquet");
    const table = { rows: 2, columns: 2, ids: new IdIndex(["a", "b"]) };
    await writeParquet(path, arrayVectors("users", { ...table, data: Float32Array.of(1, 2, 3, 4) }));
    const before = snapshot(out);
    expect(Object.keys(before)).toEqual(["users.parquet"]);
    const bad = arrayVectors("users", { ...table, data: Float32Array.of(1, 2, 3, Number.NaN) });
    await expectFailure(() => writeParquet(path, bad), "invalid-data", "NaN");
    expect(snapshot(out)).toEqual(before);
    const file = await openColumnFile(path);
    expect([...(await readVectors([file])).row("b")]).toEqual([3, 4]);
    await file.close();
  });
});
