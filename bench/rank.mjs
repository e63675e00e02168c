#!/usr/bin/env node
/**
 * Ranking beside FAISS (IndexFlatIP), NumPy (product, then argpartition) and usearch (exact search), in one run on the same cores:
 * CPU seconds for the k best items of each user, with one thread and with two. Prints Markdown.
 *
 *   npm run bench:rank -- path/to/tiktok path/to/ml1m --random 500x1000000 --python path/to/python
 *
 * Datasets are in MMRec's layout; their vectors are those of `fit`, 64 columns. The first `--warm` runs of each process (1) do not
 * count. `--most usearch=1e8` bounds the scores that a side computes, users x items, so that it ranks the first users alone; ratios
 * are of CPU seconds per user. usearch, which takes some fifteen times as long as the others, has this bound by default. `--out path`
 * also writes path.md and path.json.
 * "Unseen" leaves out each user's train items, which of the peers only NumPy can do for all users at once. The lists of all sides
 * are compared: an item may differ where the two scores differ by less than a millionth of the largest.
 */

import { mkdtemp, readFile, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { decodeNpy } from "@wellbegun/adapters/npy";
import { choice, commandLine, list, UsageError, wholeNumber, wholeNumbers } from "./lib/arguments.mjs";
import { surroundings, surroundingsText } from "./lib/machine.mjs";
import { figure, spread, table } from "./lib/markdown.mjs";
import { canPin, runJson } from "./lib/process.mjs";
import { absentIn, absentText } from "./lib/python.mjs";
import { fittedData, randomData } from "./lib/rank-data.mjs";
import { summarize } from "./lib/statistics.mjs";

/** The peers, and what each of them imports besides NumPy. */
const peerModules = { faiss: ["faiss"], numpy: [], usearch: ["usearch"] };
const peerNames = Object.keys(peerModules);
const { values, positionals } = commandLine({
  allowPositionals: true,
  options: {
    random: { type: "string" },
    k: { type: "string", default: "20" },
    threads: { type: "string", default: "1,2" },
    repeats: { type: "string", default: "5" },
    warm: { type: "string", default: "1" },
    most: { type: "string", default: "usearch=1e8" },
    backends: { type: "string", default: "wasm" },
    peers: { type: "string", default: peerNames.join(",") },
    out: { type: "string" },
    python: { type: "string", default: process.env.WELLBEGUN_PYTHON ?? "python3" },
  },
});
const k = wholeNumber("k", values.k, 1);
const repeats = wholeNumber("repeats", values.repeats, 1);
const warm = wholeNumber("warm", values.warm, 0);
const most = new Map(
  list(values.most).map((one) => {
    const [side = "", scores = ""] = one.split("=");
    if (!(Number(scores) >= 1)) throw new UsageError(`--most: expected side=scores, found ${one}`);
    return [choice("most", side, [...list(values.backends), ...peerNames]), Number(scores)];
  }),
);
const threads = wholeNumbers("threads", values.threads, 1);
const ours = fileURLToPath(new URL("sides/rank.mjs", import.meta.url));
const theirs = fileURLToPath(new URL("python/rank.py", import.meta.url));
/** @type {import("./lib/python.mjs").Absent[]} */
const absent = [];
const peers = list(values.peers).filter((name) => {
  const modules = peerModules[/** @type {keyof typeof peerModules} */ (choice("peers", name, peerNames))];
  const packages = ["numpy", ...modules].join(" ").replace("faiss", "faiss-cpu");
  const missing = absentIn(values.python, name, ["numpy", ...modules], packages);
  if (missing !== undefined) absent.push(missing);
  return missing === undefined;
});
for (const { name, reason } of absent) console.error(`absent: ${name} (${reason})`);
const sides = [
  ...list(values.backends).map((name) => ({
    name: `ours, ${name}`,
    command: [process.execPath, ours],
    argument: name,
    peer: false,
    unseen: true,
  })),
  ...peers.map((name) => ({
    name,
    command: [values.python, theirs],
    argument: name,
    peer: true,
    unseen: name === "numpy",
  })),
];

/**
 * @typedef {object} Cell
 * @property {string} tables
 * @property {number} users
 * @property {number} items
 * @property {string} which items compete: all, or those that the user has not seen
 * @property {number} threads
 * @property {readonly { side: string, peer: boolean, users: number, cpu: Summary, wall: Summary, lists: string }[]} sides
 */
/** @typedef {import("./lib/statistics.mjs").Summary} Summary */

const work = await mkdtemp(join(tmpdir(), "wellbegun-bench-rank-"));
try {
  /** @type {Cell[]} */
  const cells = [];
  /** @type {Set<string>} */
  const versions = new Set();
  const data = [];
  for (const dataset of positionals) data.push(await fittedData(dataset, work));
  if (values.random !== undefined) data.push(await randomData(values.random, work));
  for (const one of data) {
    for (const which of one.seen ? ["all", "unseen"] : ["all"]) {
      for (const cores of threads) cells.push(await measure(one, which, cores, versions));
    }
  }
  const where = surroundings();
  const settings = `the ${k} best items; CPU seconds, median [min-max] of ${repeats} ${repeats === 1 ? "run" : "runs"} in a process that has run ${warm === 0 ? "nothing" : warm === 1 ? "once" : `${warm} times`}`;
  const parts = [absentText(absent), cellsTable(cells)].filter((part) => part !== "");
  const text = `# Ranking\n\n${surroundingsText(where)}\n- ${[...versions].join(", ")}\n- ${settings}\n\n${parts.join("\n\n")}\n`;
  console.log(text);
  if (values.out !== undefined) {
    await writeFile(`${values.out}.md`, text);
    await writeFile(
      `${values.out}.json`,
      `${JSON.stringify({ surroundings: where, settings, absent, cells })}\n`,
    );
  }
} finally {
  await rm(work, { recursive: true, force: true });
}

/**
 * @param {import("./lib/rank-data.mjs").RankData} cell
 * @param {string} which
 * @param {number} cores
 * @param {Set<string>} versions
 * @returns {Promise<Cell>}
 */
async function measure(cell, which, cores, versions) {
  const found = [];
  for (const side of sides) {
    if (which === "unseen" && !side.unseen) continue;
    const bound = most.get(side.argument) ?? Number.POSITIVE_INFINITY;
    const users = Math.min(cell.users, Math.max(1, Math.floor(bound / cell.items)));
    const out = join(work, "lists.npy");
    const own = [cell.folder, side.argument, `${users}`, `${cores}`, `${k}`, `${warm + repeats}`, which, out];
    const { output } = await runJson([...side.command, ...own], canPin ? cores : undefined);
    const runs = output.runs.slice(warm);
    versions.add(output.version);
    const lists = /** @type {Int32Array} */ (decodeNpy(await readFile(out)).data);
    found.push({
      side,
      users,
      lists,
      cpu: summarize(runs.map((/** @type {{ cpu: number }} */ run) => run.cpu)),
      wall: summarize(runs.map((/** @type {{ wall: number }} */ run) => run.wall)),
    });
    console.error(`${cell.name}, ${which}, ${cores} thread(s): ${side.name} ${spread(found.at(-1)?.cpu)}`);
  }
  const sidesOf = [];
  for (const { side, users, lists, cpu, wall } of found) {
    const same = side === found[0]?.side ? "" : await difference(cell, found[0]?.lists ?? [], lists);
    sidesOf.push({ side: side.name, peer: side.peer, users, cpu, wall, lists: same });
  }
  return { tables: cell.name, users: cell.users, items: cell.items, which, threads: cores, sides: sidesOf };
}

/** @param {readonly Cell[]} cells */
function cellsTable(cells) {
  const columns = [
    "tables",
    "users x items",
    "compete",
    "threads",
    "side",
    "CPU s",
    "wall s",
    "ratio",
    "lists",
  ];
  const rows = cells.flatMap(({ tables, users, items, which, threads: cores, sides: all }) => {
    const best = Math.min(...all.filter(({ peer }) => peer).map((one) => one.cpu.median / one.users));
    return all.map(({ side, peer, users: ranked, cpu, wall, lists }) => {
      const ratio = peer || best === Number.POSITIVE_INFINITY ? "" : figure(cpu.median / ranked / best);
      const name = ranked === users ? side : `${side}, ${ranked} users`;
      const labels = [tables, `${users} x ${items}`, which, `${cores}`, name];
      return [...labels, spread(cpu), spread(wall), ratio, lists];
    });
  });
  return `${table(columns, rows)}\n\nRatio: CPU time per user to that of the best peer.`;
}

/**
 * How the lists of a side differ from the first side's.
 * @param {import("./lib/rank-data.mjs").RankData} cell
 * @param {ArrayLike<number>} first
 * @param {ArrayLike<number>} second
 */
async function difference(cell, first, second) {
  const read = async (/** @type {string} */ name) => {
    const { data, shape } = decodeNpy(await readFile(join(cell.folder, `${name}.npy`)));
    return { data: /** @type {Float32Array} */ (data), columns: shape[1] ?? 0 };
  };
  const [users, items] = [await read("users"), await read("items")];
  const score = (/** @type {number} */ user, /** @type {number} */ item) => {
    let sum = 0;
    for (let c = 0; c < users.columns; c++) {
      sum += (users.data[user * users.columns + c] ?? 0) * (items.data[item * items.columns + c] ?? 0);
    }
    return sum;
  };
  let [places, wrong] = [0, 0];
  for (let at = 0; at < Math.min(first.length, second.length); at++) {
    if (first[at] === second[at]) continue;
    places++;
    const user = Math.floor(at / k);
    const largest = Math.abs(score(user, first[user * k] ?? 0));
    const gap = Math.abs(score(user, first[at] ?? 0) - score(user, second[at] ?? 0));
    if (!(gap <= largest * 1e-6)) wrong++;
  }
  if (wrong > 0) return `${wrong} places differ`;
  return places === 0 ? "the same" : `the same but for ${places} places that tie`;
}
