/** Tables and figures as Markdown. */

/**
 * @param {readonly string[]} header
 * @param {readonly (readonly string[])[]} rows
 */
export function table(header, rows) {
  const widths = header.map((title, column) =>
    Math.max(title.length, 3, ...rows.map((row) => row[column]?.length ?? 0)),
  );
  const line = (/** @type {readonly string[]} */ cells) =>
    `| ${cells.map((cell, column) => cell.padEnd(widths[column] ?? 0)).join(" | ")} |`;
  return [line(header), line(widths.map((width) => "-".repeat(width))), ...rows.map(line)].join("\n");
}

/**
 * Three significant digits, as far as they stand after the point.
 * @param {number} value
 */
export function figure(value) {
  if (value >= 100) return value.toFixed(0);
  if (value >= 10) return value.toFixed(1);
  return value >= 1 ? value.toFixed(2) : value.toFixed(3);
}

/**
 * "0.123 [0.119-0.131]".
 * @param {import("./statistics.mjs").Summary | undefined} summary
 */
export function spread(summary) {
  if (summary === undefined) return "";
  return `${figure(summary.median)} [${figure(summary.min)}-${figure(summary.max)}]`;
}

/**
 * The ratio of two medians; empty where one is missing.
 * @param {{ median: number } | undefined} one
 * @param {{ median: number } | undefined} other
 * @param {number} [digits] after the point
 */
export function ratio(one, other, digits = 2) {
  return one === undefined || other === undefined ? "" : (one.median / other.median).toFixed(digits);
}
