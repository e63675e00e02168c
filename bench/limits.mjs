#!/usr/bin/env node
/**
 * `wellbegun init` at sizes where arrays, maps and files of JavaScript end: 2^24 + 1 users with text IDs (ids), an `.inter` of more
 * than 4 GiB (bytes), 10^8 users within 2 GB of memory (users). Each user has two items (bytes: 64), and the vectors are the plain
 * sums, so that a sample of users is compared with sums in float64. Data and results are removed at the end. Prints Markdown.
 *
 *   WELLBEGUN_PEERS=path/to/peers npm run bench:limits -- --cases ids,bytes,users --temp /large/disk
 */

import { mkdir, mkdtemp, rm, stat, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { openVectors } from "@wellbegun/adapters/node";
import { encodeNpy } from "@wellbegun/adapters/npy";
import { choice, commandLine, list } from "./lib/arguments.mjs";
import { duckdb } from "./lib/duckdb.mjs";
import { surroundings, surroundingsText } from "./lib/machine.mjs";
import { figure, table } from "./lib/markdown.mjs";
import { runJson } from "./lib/process.mjs";

/**
 * @typedef {object} Case
 * @property {number} users
 * @property {number} perUser items of a user
 * @property {"parquet" | "inter"} log
 * @property {boolean} text whether users have text as IDs
 * @property {string} memory of DuckDB while it makes the data, and of `init`
 * @property {number} width of the vectors
 */

const itemCount = 100_000;
/** The ID of user u is u times an odd number, modulo 2^32: no two are equal, and their order is another. */
const [step, inverse] = [2_654_435_761n, 244_002_641n];
/** @type {Record<string, Case>} */
const cases = {
  ids: { users: 2 ** 24 + 1, perUser: 2, log: "parquet", text: true, memory: "2GB", width: 16 },
  bytes: { users: 2_600_000, perUser: 64, log: "inter", text: false, memory: "4GB", width: 16 },
  users: { users: 10 ** 8, perUser: 2, log: "parquet", text: false, memory: "2GB", width: 16 },
};

const { values } = commandLine({
  options: {
    cases: { type: "string", default: Object.keys(cases).join(",") },
    temp: { type: "string", default: tmpdir() },
    share: { type: "string", default: "1" },
  },
});
// Small sizes try the command itself.
const share = Number(values.share);
const wanted = list(values.cases).map((name) => choice("cases", name, Object.keys(cases)));
const peers = fileURLToPath(new URL("../tools/peers.mjs", import.meta.url));
const side = fileURLToPath(new URL("./sides/command.mjs", import.meta.url));

console.log(`# Sizes where JavaScript's own structures end\n\n${surroundingsText(surroundings())}\n`);
const rows = [];
for (const name of wanted) {
  const full = /** @type {Case} */ (cases[name]);
  const size = { ...full, users: Math.round(full.users * share) };
  const folder = await mkdtemp(join(values.temp, "wellbegun-bench-limits-"));
  try {
    const { data, bytes } = await makeData(folder, size);
    const out = join(folder, "out");
    const plain = [
      "--lambda",
      "1",
      "--prepare",
      "none",
      "--project",
      "none",
      "--scale",
      "none",
      "--clusters",
      "2",
    ];
    const quick = [
      "--max-iterations",
      "1",
      "--no-per-modality",
      "--backend",
      "wasm",
      "--quiet",
      "--out",
      out,
    ];
    const command = [process.execPath, "--import", peers, side, "init", ...data, ...plain, ...quick];
    const { output, wallSeconds } = await runJson(command, 2);
    rows.push([
      name,
      size.users.toLocaleString("en"),
      (size.users * size.perUser).toLocaleString("en"),
      `${figure(bytes / 2 ** 30)}`,
      size.log === "inter" ? "none" : size.memory,
      figure(wallSeconds),
      figure(output.cpuSeconds),
      figure(output.peakBytes / 1e6),
      figure(output.writtenBytes / 1e6),
      (await largestDifference(out, size)).toExponential(1),
    ]);
  } finally {
    await rm(folder, { recursive: true, force: true });
  }
}
console.log(
  table(
    [
      "case",
      "users",
      "pairs",
      "log, GiB",
      "--memory",
      "wall, s",
      "CPU, s",
      "peak MB",
      "written MB",
      "difference",
    ],
    rows,
  ),
);

/**
 * The item of a user: `k` is 0 up to the number of items of a user.
 * @param {number} user
 * @param {number} k
 */
function itemOf(user, k) {
  return (user * 7 + k * (1 + (user % 50))) % itemCount;
}

/** @param {string} id */
function userOf(id) {
  return Number((BigInt(id.slice("user ".length)) * inverse) % 2n ** 32n);
}

/**
 * @param {number} item
 * @param {number} column
 */
function feature(item, column) {
  return Math.fround(1 + Math.sin(item * 12.9898 + column));
}

/**
 * Writes the log and the features.
 * @param {string} folder
 * @param {Case} size
 * @returns {Promise<{ data: string[], bytes: number }>} the options of `init` that name them, and the log's bytes
 */
async function makeData(folder, { users, perUser, log, text, memory, width }) {
  const place = join(folder, "data");
  await mkdir(place);
  const instance = await duckdb.DuckDBInstance.create(":memory:", {
    memory_limit: memory,
    temp_directory: join(folder, "spill"),
    preserve_insertion_order: "false",
  });
  const connection = await instance.connect();
  const pairs = `select u, (u * 7 + k * (1 + u % 50)) % ${itemCount} as i from range(${users}) a(u), range(${perUser}) b(k)`;
  const id = text ? `'user ' || (u * ${step}) % ${2 ** 32}` : "u::int";
  const path = join(place, log === "inter" ? "data.inter" : "log.parquet");
  await connection.run(
    log === "inter"
      ? `copy (select u as "userID", i as "itemID", 5.0::decimal(2, 1) as rating, 1700000000 + u as timestamp, 0 as x_label from (${pairs}))
         to '${path}' (format csv, delimiter '\t', header)`
      : `copy (select ${id} as "user", i::int as item from (${pairs})) to '${path}' (format parquet, compression zstd)`,
  );
  const list = `list_transform(range(${width}), lambda c: 1 + sin(i * 12.9898 + c))::float[]`;
  const items = join(place, "items.parquet");
  if (log === "parquet")
    await connection.run(
      `copy (select i::int as item, ${list} as vector from range(${itemCount}) t(i)) to '${items}' (format parquet)`,
    );
  connection.closeSync();
  instance.closeSync();
  if (log === "inter") {
    const values = Float32Array.from({ length: itemCount * width }, (_, at) =>
      feature(Math.floor(at / width), at % width),
    );
    await writeFile(join(place, "image_feat.npy"), encodeNpy(values, [itemCount, width]));
  }
  const columns = ["--interactions", path, "--user-column", "user", "--item-column", "item"];
  const engine = [
    "--features",
    `image=${items}:vector`,
    "--engine",
    "duckdb",
    "--memory",
    memory,
    "--temp",
    folder,
  ];
  const { size: bytes } = await stat(path);
  return { data: log === "inter" ? [place] : [...columns, ...engine], bytes };
}

/**
 * The largest distance of one user in each 4,096 from its sum in float64, as a share of the sum's length.
 * @param {string} out
 * @param {Case} size
 */
async function largestDifference(out, { users, perUser, text, width }) {
  const degrees = new Float64Array(itemCount);
  for (let user = 0; user < users; user++) {
    for (let k = 0; k < perUser; k++) degrees[itemOf(user, k)] = (degrees[itemOf(user, k)] ?? 0) + 1;
  }
  const { rows, blocks, idBlocks } = await openVectors(out, "users", { verifyHashes: false });
  if (rows !== users) throw new Error(`${rows} users, where ${users} were written`);
  const ids = text ? idBlocks?.(4096)[Symbol.asyncIterator]() : undefined;
  let [largest, first] = [0, 0];
  for await (const block of blocks(4096)) {
    const at = (block.length / width) >> 1;
    const user = ids === undefined ? first + at : userOf(String((await ids.next()).value[at]));
    const sum = new Float64Array(width);
    for (let k = 0; k < perUser; k++) {
      const item = itemOf(user, k);
      const factor = 1 / Math.sqrt(perUser * (degrees[item] ?? 1));
      for (let c = 0; c < width; c++) sum[c] = (sum[c] ?? 0) + factor * feature(item, c);
    }
    const error = Math.hypot(...sum.map((value, c) => value - (block[at * width + c] ?? 0)));
    largest = Math.max(largest, error / Math.hypot(...sum));
    first += block.length / width;
  }
  return largest;
}
