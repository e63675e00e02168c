// The tables of README.md and of this folder's README.md, out of results.json: `node experiments/untrained/tables.mjs`.
// run.mjs writes them at its end.

import { readFileSync, writeFileSync } from "node:fs";
import { pathToFileURL } from "node:url";

const datasets = ["lfm2k", "ml1m", "citeulike_a", "tiktok"];
const resultsFile = new URL("results.json", import.meta.url);

/**
 * @typedef {{ name: string, recall: number, cold: number | null, width?: number }} Row
 * @typedef {{ difference: number, low: number, high: number }} Difference
 * @typedef {{ seconds: number, cpuSeconds: number }} Time
 * @typedef {{ rows: Row[], comparisons: Record<string, Difference | undefined>, coldest?: string, search: Partial<Time>,
 *   wholeProcess: Time & { megabytes: number }, peers?: Record<string, Time | undefined> }} Result
 */

/** .4137 @param {number | null | undefined} value @param {number} digits */
const share = (value, digits = 3) =>
  value === null || value === undefined ? "" : value.toFixed(digits).replace(/^0/, "");
/** @param {number} value */
const signed = (value) => `${value < 0 ? "-" : "+"}${share(Math.abs(value), 4)}`;
/** @param {Difference | undefined} found */
const interval = (found) =>
  found === undefined ? "" : `${signed(found.difference)} (${signed(found.low)} to ${signed(found.high)})`;
/** @param {Partial<Time> | undefined} time */
const seconds = (time) => time?.cpuSeconds?.toFixed(1) ?? "";

/** @param {readonly string[]} titles @param {readonly (readonly string[])[]} rows */
function table(titles, rows) {
  const line = (/** @type {readonly string[]} */ cells) =>
    `| ${cells.join(" | ")} |`.replace(/\| {2}(?=\|)/g, "| ");
  return [line(titles), line(titles.map(() => "---")), ...rows.map(line)].join("\n");
}

/** @param {Record<string, Result>} results */
function quality(results) {
  const columns = ["popularity", "content", "spectral", "one pair", "EASE", "EASE with content"];
  return table(
    [
      "dataset",
      "popularity",
      "content",
      "collaborative (columns)",
      "one pair (columns)",
      "EASE",
      "EASE with content",
      "pair - control (95 %)",
      "pair - collaborative (95 %)",
    ],
    known(results).map(([name, { rows, comparisons }]) => {
      const judged = columns.map((column) => rows.find((row) => row.name === column));
      const best = Math.max(...judged.map((row) => row?.recall ?? 0));
      const cells = judged.map((row) => {
        const recall = row?.recall === best ? `**${share(best)}**` : share(row?.recall);
        const wide = row?.name === "spectral" || row?.name === "one pair";
        return wide ? `${recall} (${row.width})` : recall;
      });
      const gains = ["one pair - control", "one pair - spectral"].map((key) => interval(comparisons[key]));
      return [name, ...cells, ...gains];
    }),
  );
}

/** @param {Record<string, Result>} results */
function coldItems(results) {
  const both = (/** @type {Row | undefined} */ row) =>
    row === undefined ? "" : `${share(row.recall, 4)} / ${share(row.cold, 4) || "none"}`;
  return table(
    ["dataset", "one pair", "most cold items for at most 1 %", "filled x 3", "filled x 3 - one pair (95 %)"],
    known(results).map(([name, { rows, comparisons, coldest = "one pair" }]) => {
      const of = (/** @type {string} */ wanted) => both(rows.find((row) => row.name === wanted));
      const kind = coldest === "one pair" ? "the pair itself" : coldest.replace("one pair, cold items ", "");
      const strong = comparisons["cold items filled x 3 - one pair"];
      return [
        name,
        of("one pair"),
        `${kind}: ${of(coldest)}`,
        of("one pair, cold items filled x 3"),
        interval(strong),
      ];
    }),
  );
}

/** @param {Record<string, Result>} results */
function times(results) {
  return table(
    ["dataset", "search", "pair, whole process", "seconds", "memory", "SciPy's svds", "NumPy's EASE"],
    known(results).map(([name, { search, wholeProcess, peers }]) => [
      name,
      seconds(search),
      seconds(wholeProcess),
      wholeProcess.seconds.toFixed(1),
      `${wholeProcess.megabytes} MB`,
      seconds(peers?.svds),
      seconds(peers?.ease),
    ]),
  );
}

/** @param {Record<string, Result>} results @returns {[string, Result][]} */
const known = (results) => datasets.flatMap((name) => (results[name] ? [[name, results[name]]] : []));

/** @param {URL} file @param {Record<string, string>} tables by the name in the marks around them */
function write(file, tables) {
  let text = readFileSync(file, "utf8");
  for (const [name, content] of Object.entries(tables)) {
    const [begin, end] = [`<!-- untrained:${name} -->`, `<!-- /untrained:${name} -->`];
    const [from, to] = [text.indexOf(begin), text.indexOf(end)];
    if (from < 0 || to < from) throw new Error(`${file.pathname}: expected ${begin} … ${end}`);
    text = `${text.slice(0, from + begin.length)}\n\n${content}\n\n${text.slice(to)}`;
  }
  writeFileSync(file, text);
}

export function writeTables() {
  const results = JSON.parse(readFileSync(resultsFile, "utf8"));
  const main = { quality: quality(results) };
  write(new URL("../../README.md", import.meta.url), main);
  write(new URL("README.md", import.meta.url), { ...main, cold: coldItems(results), times: times(results) });
}

if (import.meta.url === pathToFileURL(process.argv[1] ?? "").href) writeTables();
