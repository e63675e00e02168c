/** A log in which one user has 10^5 items and one item has 10^6 users, in blocks from DuckDB, against float64 sums. */
import { join } from "node:path";
import { fitInto, type TableSink } from "@wellbegun/core";
import { expect, it } from "vitest";
import { streamLog } from "../src/index.ts";
import { duckdbRun, temporaryFolder } from "./helpers.ts";
import { describeWithDuckdb } from "./peers.ts";

const [userCount, itemCount, width] = [1_000_000, 100_000, 2];
const feature = (item: number, column: number): number => Math.fround(1 + Math.sin(item * 12.9898 + column));

describeWithDuckdb("A skewed log in blocks from DuckDB", (duckdb) => {
  const folder = temporaryFolder();

  it("gives users of 1 and of 100,000 items their sums within 1e-5 of the row norm", async () => {
    const files = join(folder, "log.parquet");
    // User u has items 0 and (7 u) % 100000; user 0 has all.
    await duckdbRun(
      duckdb,
      `copy (
         select 0 as u, i::int as i from range(${itemCount}) t(i)
         union all select u::int, 0 from range(1, ${userCount}) t(u)
         union all select u::int, ((7 * u) % ${itemCount})::int from range(1, ${userCount}) t(u)
       ) to '${files}' (format parquet)`,
    );
    const log = await streamLog({ files, userColumn: "u", itemColumn: "i", memory: "500MB", duckdb });
    const users = new Float32Array(userCount * width);
    const sink: TableSink = {
      begin: () => undefined,
      write: (name, firstRow, view) => {
        if (name === "users") users.set(view, firstRow * width);
      },
    };
    const x = {
      rows: itemCount,
      columns: width,
      read: (first: number, rows: number, into: Float32Array) => {
        for (let i = 0; i < rows * width; i++) into[i] = feature(first + Math.floor(i / width), i % width);
      },
    };
    const plain = { lambda: 1, prepare: "none", project: "none", scale: "none" } as const;
    const quick = { clusters: 2, restarts: 1, maxIterations: 1, perModality: false, initializer: false };
    await fitInto({ train: log.train, features: { x } }, { ...plain, ...quick, memory: 2 ** 29 }, sink);
    const { itemDegrees } = log.train;
    await log.close();

    expect(itemDegrees[0]).toBe(userCount);
    for (const user of [0, 1, 100_000, 999_999]) {
      const other = (7 * user) % itemCount;
      const own =
        user === 0 ? Array.from({ length: itemCount }, (_, item) => item) : other === 0 ? [0] : [0, other];
      const wanted = new Float64Array(width);
      for (const item of own) {
        const factor = 1 / Math.sqrt(own.length * itemDegrees[item]!);
        for (let c = 0; c < width; c++) wanted[c]! += factor * feature(item, c);
      }
      const norm = Math.hypot(...wanted);
      for (let c = 0; c < width; c++) {
        expect(Math.abs(users[user * width + c]! - wanted[c]!)).toBeLessThan(1e-5 * norm);
      }
    }
  }, 60_000);
});
