/** A log of interactions as Parquet, and vectors of its items, of any size, made by DuckDB: skewed users and items. */

import { existsSync } from "node:fs";
import { mkdir, rename } from "node:fs/promises";
import { join } from "node:path";

/**
 * @typedef {object} LogData
 * @property {string} log Parquet with the columns user and item (text where `text`), in random order, no pair twice
 * @property {string} items Parquet with the columns item, vector (a list of 64 float32)
 * @property {number} pairs
 */

export const width = 64;

/**
 * Writes the files if they are not there yet.
 * @param {any} duckdb the package @duckdb/node-api
 * @param {number} wanted number of interactions; a tenth as many users, a hundredth as many items; some pairs fewer come out
 * @param {boolean} text whether IDs are text
 * @param {string} cache
 * @returns {Promise<LogData>}
 */
export async function logData(duckdb, wanted, text, cache) {
  await mkdir(cache, { recursive: true });
  const name = `log-${wanted}${text ? "-text" : ""}`;
  const [log, items] = ["log", "items"].map((kind) => join(cache, `${name}-${kind}.parquet`));
  const instance = await duckdb.DuckDBInstance.create(":memory:", {
    memory_limit: "4GB",
    temp_directory: join(cache, "spill"),
  });
  const connection = await instance.connect();
  const [users, itemCount] = [Math.ceil(wanted / 10), Math.ceil(wanted / 100)];
  const id = (/** @type {string} */ column, /** @type {string} */ kind) =>
    text ? `'${kind} ' || md5(${column}::varchar)[1:12]` : `${column}::int`;
  if (!existsSync(/** @type {string} */ (log))) {
    // Every user and every item occurs; lower numbers occur more often.
    await connection.run(`select setseed(0.5)`);
    await connection.run(
      `create table pairs as select distinct
         (case when i < ${users} then i else floor(${users} * random() ** 2) end)::int as u,
         (case when i < ${itemCount} then i else floor(${itemCount} * random() ** 2) end)::int as i
       from range(${wanted}) t(i)`,
    );
    await connection.run(
      `copy (select ${id("u", "user")} as "user", ${id("i", "item")} as item from pairs order by hash(u, i))
       to '${log}.partial' (format parquet, compression zstd)`,
    );
    await connection.run(
      `copy (select ${id("i", "item")} as item, list_transform(range(${width}), lambda k: sin(i * 1.7 + k * k))::float[] as vector
       from range(${itemCount}) t(i)) to '${items}' (format parquet)`,
    );
    await rename(`${log}.partial`, /** @type {string} */ (log));
  }
  const reader = await connection.runAndReadAll(`select count(*) from '${log}'`);
  const pairs = Number(reader.getRows()[0][0]);
  connection.closeSync();
  instance.closeSync();
  return { log: /** @type {string} */ (log), items: /** @type {string} */ (items), pairs };
}
