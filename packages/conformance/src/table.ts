import type { CaseResult } from "./run.ts";

const HEADER: readonly string[] = ["backend", "device", "runtime", "operation", "result"];

/**
 * The results as a Markdown table, one line for each backend x device x runtime x operation: how many cases passed,
 * failed, were skipped (with the reason) or are absent (with the reason); below it, every failure with what was found.
 */
export function formatTable(results: readonly CaseResult[]): string {
  const groups = grouped(results, ({ backend, device, runtime, operation }) => [
    backend,
    device,
    runtime,
    operation,
  ]);
  const lines = groups.map((group) => {
    const { backend, device, runtime, operation } = group[0]!;
    return [backend, device, runtime, operation, summary(group)];
  });
  const failures = results.filter((result) => result.status === "failed").map(failure);
  return [...aligned([HEADER, ...lines]), ...(failures.length === 0 ? [] : ["", ...failures])].join("\n");
}

/**
 * The results with one line for each backend x device x runtime and one column for each operation: how many
 * cases passed, and how many did not. Below are the reasons for cases that failed, were skipped or are absent.
 */
export function formatOverview(results: readonly CaseResult[]): string {
  const operations = [...new Set(results.map(({ operation }) => operation))];
  const lines = grouped(results, ({ backend, device, runtime }) => [backend, device, runtime]).map(
    (place) => {
      const { backend, device, runtime } = place[0]!;
      const cells = operations.map((name) => counts(place.filter(({ operation }) => operation === name)));
      return [backend, device, runtime, ...cells];
    },
  );
  const header = ["backend", "device", "runtime", ...operations];
  const omissions = results.filter(({ status }) => status === "skipped" || status === "absent");
  const notes = omissions.map(({ backend, runtime, operation, name, status, reason }) => {
    const what = status === "absent" ? "" : `, ${operation} ${name}`;
    return `${status}: ${backend} on ${runtime}${what}: ${reason?.replaceAll(/\s+/g, " ")}`;
  });
  const below = [...results.filter(({ status }) => status === "failed").map(failure), ...notes];
  return [...aligned([header, ...lines]), ...(below.length === 0 ? [] : ["", ...below])].join("\n");
}

/** "12", "11, 1 FAILED"; nothing where no case was run. */
function counts(results: readonly CaseResult[]): string {
  const count = (status: CaseResult["status"]): number =>
    results.filter((result) => result.status === status).length;
  const [passed, failed, skipped, absent] = [
    count("passed"),
    count("failed"),
    count("skipped"),
    count("absent"),
  ];
  return [
    passed > 0 ? `${passed}` : "",
    failed > 0 ? `${failed} FAILED` : "",
    skipped > 0 ? `${skipped} skipped` : "",
    absent > 0 ? "absent" : "",
  ]
    .filter((part) => part !== "")
    .join(", ");
}

/** Results grouped by `key`, in the order in which the groups first appear. */
function grouped(
  results: readonly CaseResult[],
  key: (result: CaseResult) => readonly string[],
): CaseResult[][] {
  const groups = new Map<string, CaseResult[]>();
  for (const result of results) {
    const text = JSON.stringify(key(result));
    const group = groups.get(text);
    if (group === undefined) groups.set(text, [result]);
    else group.push(result);
  }
  return [...groups.values()];
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
  const widths = rows[0]!.map((_, column) => Math.max(...cells.map((row) => row[column]!.length)));
  const lines = cells.map(
    (row) => `| ${row.map((cell, column) => cell.padEnd(widths[column]!)).join(" | ")} |`,
  );
  const rule = `| ${widths.map((width) => "-".repeat(width)).join(" | ")} |`;
  return [lines[0]!, rule, ...lines.slice(1)];
}
