/** The same work as SQL alone: 64 sums by user, the fastest of eight formulations of the study (a column for each element). */

import { duckdb } from "../lib/duckdb.mjs";
import { usage } from "./usage.mjs";

const [log = "", items = "", out = "", memory = "1GB", temp = ""] = process.argv.slice(2);
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
await connection.run(
  `copy (select "user" as id, [${each((k) => `(s${k} * w)::float`)}] as vector from
     (select "user", 1 / sqrt(count(*)) as w, ${each((k) => `sum(v${k}) as s${k}`)}
      from '${log}' join scaled using (item) group by "user"))
   to '${out}' (format parquet, compression uncompressed)`,
);
connection.closeSync();
instance.closeSync();
console.log(JSON.stringify(usage()));
