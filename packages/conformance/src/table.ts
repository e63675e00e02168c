import type { CaseResult } from "./run.ts";

const HEADER: readonly string[] = ["backend", "device", "runtime", "operation", "result"];

/**
 * The results as a Markdown table, one line for each backend x device x runtime x operation: how many cases passed,
 * failed, were skipped (with the reason) or are absent (with the reason); below it, every failure with what was found.
 */
export function formatTable(results: readonly CaseResult[]): string {
  const groups = new Map<string, CaseResult[]>();
  for (const result of results) {
    const key = JSON.stringify([result.backend, result.device, result.runtime, result.operation]);
    const group = groups.get(key);
    if (group === undefined) groups.set(key, [result]);
    else group.push(result);
  }
  const lines = Array.from(groups.values(), (group) => {
    const { backend, device, runtime, operation } = group[0]!;
    return [backend, device, runtime, operation, summary(group)];
  });
  const failures = results.filter((result) => result.status === "failed").map(failure);
  return [...aligned([HEADER, ...lines]), ...(failures.length === 0 ? [] : ["", ...failures])].join("\n");
}

/** "12 passed, 1 failed, 2 skipped (no 64-bit integers)". */
function summary(group: readonly CaseResult[]): string {
  const parts: string[] = [];
  for (const status of ["passed", "failed", "skipped", "absent"] as const) {
    const some = group.filter((result) => result.status === status);
    if (some.length === 0) continue;
    const reasons =
      status === "skipped" || status === "absent" ? new Set(some.map((result) => result.reason)) : [];
    const why = [...reasons].join("; ");
    parts.push(`${some.length} ${status}${why === "" ? "" : ` (${why})`}`);
  }
  return parts.join(", ");
}

function failure(result: CaseResult): string {
  const { backend, device, operation, name, reason } = result;
  return `failed: ${backend} on ${device}, ${operation} ${name}: ${reason}`;
}

function aligned(rows: readonly (readonly string[])[]): string[] {
  const cells = rows.map((row) => row.map((cell) => cell.replaceAll("|", "\\|").replaceAll(/\s+/g, " ")));
  const widths = HEADER.map((_, column) => Math.max(...cells.map((row) => row[column]!.length)));
  const lines = cells.map(
    (row) => `| ${row.map((cell, column) => cell.padEnd(widths[column]!)).join(" | ")} |`,
  );
  const rule = `| ${widths.map((width) => "-".repeat(width)).join(" | ")} |`;
  return [lines[0]!, rule, ...lines.slice(1)];
}
