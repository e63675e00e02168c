/** Our side of bench/engine.mjs: the log through engine-duckdb, the product through core's kernel, block by block. */

import { readIds, readVectors } from "@wellbegun/adapters/columns";
import { writeParquet } from "@wellbegun/adapters/node";
import { wasm } from "@wellbegun/core";
import { openColumns, openLog } from "@wellbegun/engine-duckdb";
import { usage } from "./usage.mjs";

const [log = "", items = "", out = "", memory = "1GB", temp = ""] = process.argv.slice(2);
const file = await openColumns(items, { memory, temp });
const alsoItems = await readIds([file], "item");
const opened = await openLog({
  files: log,
  userColumn: "user",
  itemColumn: "item",
  alsoItems,
  memory,
  threads: 2,
  temp,
});
const prepared = performance.now();
const vectors = await readVectors([file], { idColumn: "item" });
await file.close();
const { columns } = vectors;
const { itemCount, userCount } = opened;
const { itemDegrees, itemIds, userIds } = await opened.source("train");

const backend = await wasm();
const table = await backend.create(itemCount, columns);
await backend.write(table, 0, itemCount, (into) => {
  for (let row = 0; row < itemCount; row++) into.set(vectors.row(itemIds?.ids[row] ?? row), row * columns);
});
const columnScale = Float32Array.from(itemDegrees, (degree) => 1 / Math.sqrt(degree || 1));

/** The sums of each user's items over the root of both degrees, a block of users at a time. */
async function* products() {
  for await (const { rows, offsets, items } of opened.blocks("train")) {
    const rowScale = Float32Array.from(
      { length: rows },
      (_, row) => 1 / Math.sqrt(offsets[row + 1] - offsets[row] || 1),
    );
    const part = await backend.create(rows, columns);
    await backend.multiplySparse(
      { rows, columns: itemCount, offsets, indices: items, rowScale, columnScale },
      table,
      part,
    );
    /** @type {Float32Array} */
    let values = new Float32Array(0);
    await backend.read(part, 0, rows, (view) => {
      values = view.slice();
    });
    part.dispose();
    // Pages are as long as the reader wants them, blocks of users longer.
    for (let row = 0; row < rows; row += 4096) yield values.subarray(row * columns, (row + 4096) * columns);
  }
}
/** IDs that are no row numbers stay with DuckDB. */
async function* idBlocks() {
  if (userIds !== undefined && "blocks" in userIds) yield* userIds.blocks();
}
const ids = userIds === undefined ? {} : { idBlocks };
await writeParquet(out, { kind: "users", rows: userCount, columns, ...ids, blocks: products });
await backend.dispose();
await opened.close();
console.log(JSON.stringify({ ...usage(), openSeconds: prepared / 1000 }));
