import { WellbegunError } from "../errors.ts";
import type { ResolvedOptions } from "../options/method-options.ts";
import type { Report, TableReport, Warning, WarningCode } from "./report.ts";

type WarnedOptions = Pick<ResolvedOptions, "clusters" | "initSize" | "sampleSize">;

/**
 * The warnings of a report.
 *
 * @param options Those of the run; the number of clusters is compared with that of the report.
 */
export function warningsOf(
  report: Omit<Report, "warnings">,
  { clusters, initSize = Number.POSITIVE_INFINITY, sampleSize = Number.POSITIVE_INFINITY }: WarnedOptions,
): Warning[] {
  const warnings: Warning[] = [];
  const warn = (code: WarningCode, at: string, message: string): void => {
    warnings.push({ code, at, message });
  };
  for (const [modality, { itemIds }] of Object.entries(report.input.modalities)) {
    if (itemIds === "compared") continue;
    warn("item-order-assumed", modality, `Row r of ${modality} is assumed to be item row r: no IDs tell.`);
  }
  for (const [modality, { clusters: found }] of Object.entries(report.clusters)) {
    const asked = clusters[modality]!;
    if (found === asked) continue;
    const present = report.input.items - report.input.modalities[modality]!.missingItems;
    const drawn = Math.min(initSize, sampleSize);
    const among = drawn < present ? ` among the ${counted(drawn, "item")} that are drawn` : "";
    const message = `${modality} has only ${counted(found, "distinct row")}${among}: ${counted(found, "cluster")} in place of ${asked}.`;
    warn("clusters-lowered", modality, message);
  }
  for (const [name, { rows, before }] of Object.entries(report.tables)) {
    if (before.zeroRows === 0) continue;
    if (before.zeroRows === rows) warn("zero-table", name, `All ${rows} rows of ${name} are zero.`);
    else warn("zero-rows", name, `${before.zeroRows} of ${rows} rows of ${name} are zero.`);
  }
  const { usersWithoutHistory: newcomers, itemsWithoutFeatures: bare } = report;
  if (newcomers.count > 0) {
    const message = `${counted(newcomers.count, "user")} without interactions: each holds the mean item.`;
    warn("users-without-history", "users", message);
  }
  for (const [modality, { count }] of Object.entries(report.usersWithoutModality)) {
    if (count === 0) continue;
    const message = `${counted(count, "user")} without items that have ${modality}: each holds its mean.`;
    warn("users-without-modality", modality, message);
  }
  if (bare.count > 0) {
    const message = `${counted(bare.count, "item")} without any features: each holds the mean item.`;
    warn("items-without-features", "items", message);
  }
  return warnings;
}

/**
 * Refuses tables that a model cannot start from.
 *
 * @throws {WellbegunError} `invalid-data` if all rows of the fused users or items are zero.
 */
export function expectUsable(tables: Readonly<Record<string, TableReport>>): void {
  for (const name of ["users", "items"]) {
    const { rows, before } = tables[name]!;
    if (rows === 0 || before.zeroRows < rows) continue;
    throw new WellbegunError("invalid-data", {
      doing: "computing starting vectors",
      expected: "at least one vector that is not zero",
      found: `zeros in all ${rows} rows`,
      at: `table ${name}`,
      hint: "Features that are equal for all items are zero once they are centered.",
    });
  }
}

function counted(count: number, noun: string): string {
  return `${count} ${noun}${count === 1 ? "" : "s"}`;
}
