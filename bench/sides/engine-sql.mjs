/**
 * The same work as SQL alone: 64 sums by user, the fastest of eight formulations of the study (a column for each element). With
 * parts, one statement for each part of the users, so that a part's sums fit into memory; the files of the parts then become one.
 */

import { rm } from "node:fs/promises";
import { duckdb } from "../lib/duckdb.mjs";
import { usage } from "./usage.mjs";

const [log = "", items = "", out = "", memory = "1GB", temp = "", parts = "1"] = process.argv.slice(2);
const instance = await duckdb.DuckDBInstance.create(":memory:", {
  memory_limit: memory,
  threads: "2",
  temp_directory: temp,
  preserve_insertion_order: "false",
});
const connection = await instance.connect();
const each = (/** @type {(k: number) => string} */ text) =>
  Array.from({ length: 64 }, (_, k) => text(k)).join(", ");
await connection.run(
  `create temp table scaled as
     with degrees as (select item, count(*) as degree from '${log}' group by item)
     select i.item, ${each((k) => `(vector[${k + 1}] / sqrt(degree))::float as v${k}`)}
     from '${items}' i join degrees using (item)`,
);
/** @param {string} path @param {string} users a condition */
const sums = (path, users) =>
  connection.run(
    `copy (select "user" as id, [${each((k) => `(s${k} * w)::float`)}] as vector from
     (select "user", 1 / sqrt(count(*)) as w, ${each((k) => `sum(v${k}) as s${k}`)}
      from '${log}' join scaled using (item) where ${users} group by "user"))
   to '${path}' (format parquet, compression uncompressed)`,
  );
if (Number(parts) === 1) await sums(out, "true");
else {
  const paths = Array.from({ length: Number(parts) }, (_, part) => `${out}.${part}`);
  for (const [part, path] of paths.entries()) await sums(path, `hash("user") % ${parts} = ${part}`);
  const all = paths.map((path) => `'${path}'`).join(", ");
  await connection.run(
    `copy (from read_parquet([${all}])) to '${out}' (format parquet, compression uncompressed)`,
  );
  for (const path of paths) await rm(path);
}
connection.closeSync();
instance.closeSync();
console.log(JSON.stringify(usage()));
