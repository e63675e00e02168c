/** A bundle whose users and interactions were read in blocks, beside one from memory. */
import { mkdirSync, readdirSync } from "node:fs";
import { join } from "node:path";
import { readBundle, writeBundle } from "@wellbegun/adapters/node";
import { type AnyInteractions, denseFeatures, fitInto, type TableSink } from "@wellbegun/core";
import { expect, it } from "vitest";
import { readLog, streamLog } from "../src/index.ts";
import { duckdbRun, temporaryFolder } from "./helpers.ts";
import { describeWithDuckdb } from "./peers.ts";

const [userCount, itemCount, width] = [9000, 60, 3];

describeWithDuckdb("A bundle of a log in blocks", (duckdb) => {
  const folder = temporaryFolder();
  const temp = join(folder, "temp");
  mkdirSync(temp);

  it.each([
    ["text", "'user ' || (u * 7919) % 10007 || 'é'"],
    ["numbers", "(u * 7919) % 10007"],
    ["numbers beyond 2^53", "1152921504606846976 + u"],
    ["row numbers", "u"],
  ])("has the same files as one from memory: IDs are %s", async (name, id) => {
    const files = join(folder, `${name}.parquet`);
    const pairs = `select u, k from range(${userCount}) a(u), range(4) b(k)`;
    await duckdbRun(
      duckdb,
      `copy (select ${id} as u, (u * 11 + k * k) % ${itemCount} as i from (${pairs}) order by hash(u * 4 + k)) to '${files}' (format parquet)`,
    );
    const log = { files, userColumn: "u", itemColumn: "i", duckdb, temp };
    const data = Float32Array.from({ length: itemCount * width }, (_, at) => Math.sin(at * at + 1));
    const options = { clusters: 3, perModality: false, initializer: false } as const;
    const manifestOf = async (train: AnyInteractions, out: string) => {
      const tables: Record<string, { rows: number; columns: number; data: Float32Array }> = {};
      const sink: TableSink = {
        begin: (table, rows, columns) => {
          tables[table] = { rows, columns, data: new Float32Array(rows * columns) };
        },
        write: (table, firstRow, view) => tables[table]!.data.set(view, firstRow * tables[table]!.columns),
      };
      const image = denseFeatures(data, itemCount, width);
      const fitted = await fitInto({ train, features: { image } }, options, sink);
      const made = {
        ...fitted,
        tables: Object.entries(tables).map(([table, one]) => ({ name: table, ...one })),
      };
      return await writeBundle(join(folder, out), made, { formats: ["npy", "parquet"], rowsPerPart: 4000 });
    };
    const { train } = await readLog(log);
    const expected = await manifestOf(train, `${name}-memory`);
    const streamed = await streamLog(log);
    const found = await manifestOf(streamed.train, `${name}-blocks`);
    expect(streamed.train.userIds?.size).toBe(train.userIds?.size);
    await streamed.close();
    expect(found).toEqual(expected);
    expect(Object.keys(found.files)).toContain("users/part-00002.parquet");
    const { userIds } = await readBundle(join(folder, `${name}-blocks`));
    expect(userIds).toEqual(train.userIds?.ids.map(String));
    expect(readdirSync(temp)).toEqual([]);
  });
});
