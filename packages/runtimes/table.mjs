/** The result as a Markdown table. */

/** @typedef {import("./judge.mjs").Row} Row */

const header = [
  "runtime",
  "backend",
  "golden cases",
  "small",
  "TikTok size",
  "save and load",
  "training",
  "conformance",
  "note",
];

/** @param {readonly Row[]} rows */
export function formatRows(rows) {
  const cells = rows.map((row) =>
    [
      row.runtime,
      row.backend,
      row.golden,
      row.small,
      row.tiktok,
      row.saveLoad,
      row.training,
      row.conformance,
      row.note,
    ].map((cell) => cell.replaceAll("|", "\\|").replaceAll(/\s+/g, " ")),
  );
  const widths = header.map((_, column) =>
    Math.max(...[header, ...cells].map((row) => row[column]?.length ?? 0)),
  );
  /** @param {string[]} row */
  const line = (row) =>
    // The last column holds sentences; padding it would wrap every line.
    `| ${row.map((cell, column) => (column === header.length - 1 ? cell : cell.padEnd(widths[column] ?? 0))).join(" | ")} |`;
  return [line(header), `|${header.map(() => " --- ").join("|")}|`, ...cells.map(line)].join("\n");
}
