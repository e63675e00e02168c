/** `wellbegun init --engine duckdb` as a side of bench/engine.mjs, with options by which its users are the plain sums. */

import { rename, rm } from "node:fs/promises";
import { join } from "node:path";
import { run } from "wellbegun";
import { usage } from "./usage.mjs";

const [log = "", items = "", out = "", memory = "1GB", temp = ""] = process.argv.slice(2);
const bundle = `${out}.bundle`;
const data = ["--interactions", log, "--user-column", "user", "--item-column", "item"];
const plain = ["--lambda", "1", "--prepare", "none", "--project", "none", "--scale", "none"];
const status = await run([
  "init",
  ...data,
  ...["--features", `x=${items}:vector`],
  ...plain,
  ...["--clusters", "2", "--max-iterations", "1", "--no-per-modality", "--backend", "wasm"],
  ...["--engine", "duckdb", "--memory", memory, "--temp", temp],
  ...["--format", "npy,parquet", "--out", bundle, "--quiet"],
]);
if (status !== 0) process.exit(status);
const used = usage();
await rename(join(bundle, "users.parquet"), out);
await rm(bundle, { recursive: true });
console.log(JSON.stringify(used));
