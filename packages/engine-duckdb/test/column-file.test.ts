/** Files of columns through DuckDB, beside the readers in JavaScript. */
import { mkdirSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { readVectors } from "@wellbegun/adapters/columns";
import { type ColumnFile, openColumnFile, writeParquet } from "@wellbegun/adapters/node";
import { createTable, IdIndex, type Table } from "@wellbegun/core";
import { expect, it } from "vitest";
import { openColumns, openLog } from "../src/index.ts";
import { duckdbRun, expectFailure, temporaryFolder } from "./helpers.ts";
import { describeWithDuckdb } from "./peers.ts";

describeWithDuckdb("A file of columns through DuckDB", (duckdb) => {
  const folder = temporaryFolder();
  const read = async (path: string, idColumn: string = "id"): Promise<Table> => {
    const file = await openColumns(path, { memory: "100MB", temp: folder, duckdb });
    try {
      return await readVectors([file], { idColumn });
    } finally {
      await file.close();
    }
  };
  const wanted = (rows: number, id: (row: number) => string | number): Table =>
    createTable(
      Float32Array.from({ length: rows * 3 }, (_, i) => Math.fround(i / 8 - 5)),
      rows,
      3,
      new IdIndex(Array.from({ length: rows }, (_, row) => id(row))),
    );

  it("refuses an option that there is not, as a log does", async () => {
    const options = { tmp: folder, duckdb } as object;
    await expect(openColumns(join(folder, "any.parquet"), options)).rejects.toThrow("Did you mean temp?");
    const log = { files: "any.parquet", userColumn: "u", itemColumn: "i", minUsers: 3, duckdb };
    await expect(openLog(log)).rejects.toThrow("Did you mean minUser?");
  });

  it("gives the rows of Parquet, in order, in batches far below a row group", async () => {
    const path = join(folder, "own.parquet");
    const table = wanted(20_000, (row) => `item ${(row * 7919) % 20_000} é`);
    await writeParquet(path, table);
    const found = await read(path);
    expect(found.data).toEqual(table.data);
    expect(found.ids).toEqual(table.ids);
    const file = await openColumns(path, { temp: folder, duckdb });
    let next = 0;
    for await (const { firstRow, rows } of file.batches(["vector"])) {
      expect(firstRow).toBe(next);
      expect(rows).toBeLessThanOrEqual(2048);
      next += rows;
    }
    expect(next).toBe(20_000);
    await file.close();
  });

  it("refuses a value that does not fit far down in a file", async () => {
    const path = join(folder, "late.csv");
    const rows = Array.from({ length: 400_000 }, (_, row) => (row === 399_000 ? "many" : row));
    writeFileSync(path, `id\n${rows.join("\n")}\n`);
    const file = await openColumns(path, { temp: folder, duckdb });
    const reading = async (): Promise<void> => {
      for await (const { rows } of file.batches(["id"])) expect(rows).toBeGreaterThan(0);
    };
    await expectFailure(reading, "format", "many");
    await file.close();
  });

  it.each([
    ["float32 lists", "float[]", "i"],
    ["arrays of one size", "float[3]", "i"],
    ["float64 lists", "double[]", "i"],
    [
      "decimals, with UUIDs as IDs",
      "decimal(12, 4)[]",
      "('00000000-0000-0000-0000-' || lpad(i::varchar, 12, '0'))::uuid",
    ],
  ])("reads %s as the reader in JavaScript does", async (_, type, id) => {
    const path = join(folder, `${type.replaceAll(/\W/g, "-")}.parquet`);
    await duckdbRun(
      duckdb,
      `copy (select ${id} as id, [i * 3 / 8 - 5, (i * 3 + 1) / 8 - 5, (i * 3 + 2) / 8 - 5]::${type} as vector
         from range(5000) t(i)) to '${path}' (format parquet)`,
    );
    const table = wanted(5000, (row) =>
      id === "i" ? row : `00000000-0000-0000-0000-${String(row).padStart(12, "0")}`,
    );
    const found = await read(path);
    expect(found.data).toEqual(table.data);
    expect(found.ids).toEqual(table.ids);
    if (id !== "i") return;
    const file = await openColumnFile(path);
    const other = await readVectors([file]);
    await file.close();
    expect(found.data).toEqual(other.data);
  });

  it.each(["text", "bytes"] as const)(
    "gives times, binary columns as %s, and lists as the reader in JavaScript does",
    async (binary) => {
      const path = join(folder, `values-${binary}.parquet`);
      await duckdbRun(
        duckdb,
        `copy (select i as id, case when i % 3 > 0 then ('item ' || i)::blob end as bytes, date '2020-02-29' + i::int as day,
         make_timestamp(1700000000123000 + i) as at, timestamp_ms '2020-01-02 03:04:05.678' as ms,
         timestamp_ns '2020-01-02 03:04:05.678' as ns, timestamptz '2020-01-02 03:04:05+00' as zoned,
         [date '2020-01-02', null] as days, ['a', null, 'b' || i] as words
         from range(3000) t(i)) to '${path}' (format parquet)`,
      );
      const names = ["bytes", "day", "at", "ms", "ns", "zoned", "days", "words"];
      const rows = async (file: ColumnFile): Promise<unknown[][]> => {
        const found: unknown[][] = [];
        for await (const batch of file.batches(names)) {
          for (let row = 0; row < batch.rows; row++)
            found.push(batch.columns.map((column) => column[row] ?? null));
        }
        await file.close();
        return found;
      };
      const found = await rows(await openColumns(path, { temp: folder, duckdb, binary }));
      for (const [row, own] of (await rows(await openColumnFile(path, { binary }))).entries())
        expect(found[row]).toEqual(own);
      expect(found[1]![0]).toEqual(binary === "text" ? "item 1" : new Uint8Array(Buffer.from("item 1")));
      expect(found[1]![1]).toEqual(new Date("2020-03-01T00:00:00Z"));
      expect(found).toHaveLength(3000);
    },
  );

  it("reads JSON lines, which the readers in JavaScript do not", async () => {
    const path = join(folder, "items.jsonl");
    const table = wanted(100, (row) => `i${row}`);
    const line = (row: number): string =>
      JSON.stringify({ item: `i${row}`, vector: Array.from(table.row(`i${row}`)) });
    writeFileSync(path, Array.from({ length: 100 }, (_, row) => line(row)).join("\n"));
    const found = await read(path, "item");
    expect(found.data).toEqual(table.data);
  });

  it("takes a path as it is: neither as a pattern, nor as columns of its folders", async () => {
    const within = join(folder, "id=7", "vector=8");
    mkdirSync(within, { recursive: true });
    const odd = join(within, "it's [a] *?.parquet");
    await writeParquet(
      odd,
      wanted(10, (row) => `odd ${row}`),
    );
    await writeParquet(
      join(within, "it's a b.parquet"),
      wanted(20, (row) => `other ${row}`),
    );
    const found = await read(odd);
    expect(found.ids).toEqual(wanted(10, (row) => `odd ${row}`).ids);
    expect(found.data).toEqual(wanted(10, (row) => row).data);
  });

  it("refuses a column that is not there, and a file that is none", async () => {
    const path = join(folder, "own.parquet");
    await expectFailure(() => read(path, "item"), "format", 'a column "item"', "id, vector");
    writeFileSync(join(folder, "bad.parquet"), "no Parquet at all");
    await expectFailure(() => read(join(folder, "bad.parquet")), "format", "bad.parquet");
    await expectFailure(() => read(join(folder, "none.parquet")), "io", "none.parquet");
  });
});
