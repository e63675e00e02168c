import { WellbegunError } from "@wellbegun/core";
import { controlOf } from "../bundle/control.ts";
import type { Manifest } from "../bundle/manifest.ts";
import type { Target } from "../targets/find.ts";
import { checkWireOptions } from "./check-options.ts";
import { planFiles } from "./files.ts";
import { rowOrder } from "./order.ts";
import { planParameters } from "./parameters.ts";
import type { WireOptions, WirePlan, WireSource } from "./types.ts";
import { warningsFor } from "./warnings.ts";

/**
 * Decides which table of a bundle goes into which parameter of a model, in which row order and width. Only the
 * manifest and the IDs are read.
 *
 * @throws {WellbegunError} `invalid-option` for an option without effect on the model, a width that is not a whole number
 * above 0, a factor that is not finite and above 0, or a modality that the model or the bundle does not have; `mismatch` if the bundle lacks a table, no table has a
 * width that fits, or rows are IDs in the codebase and the bundle's IDs are not 0 .. n-1 in any order; `format` if the
 * manifest names an unknown control.
 */
export function planWire(source: WireSource, target: Target, options: WireOptions = {}): WirePlan {
  const tables = options.tables ?? "users";
  const scaleFactor = options.scaleFactor ?? 1;
  const control = controlOf(source.manifest);
  checkWireOptions(source, target, { ...options, tables, scaleFactor });
  const rule = target.codebase.order.rule;
  // A table of users and items together has as many rows as both, whichever of them are wired.
  const itemsNeeded =
    tables === "users+items" || target.model.parameters.some((parameter) => parameter.rows === "nodes");
  const rows = {
    users: rowOrder("user", countOf(source, "users", true), source.userIds, rule),
    items: rowOrder("item", countOf(source, "items", itemsNeeded), source.itemIds, rule),
  };
  const parameters = planParameters(source.tables, target, tables, options, {
    users: rows.users.count,
    items: rows.items.count,
    features: featureWidths(source.manifest),
  });
  return {
    target,
    tables,
    control,
    scaleFactor,
    parameters,
    files: planFiles(source.tables, target, tables),
    rows,
    warnings: warningsFor(source.manifest, target, tables, parameters),
  };
}

/** Numbers of rows; 0 items if the bundle has no item table and none is requested. */
function countOf(source: WireSource, side: "users" | "items", needed: boolean): number {
  const count = side === "users" ? source.userCount : source.itemCount;
  if (count !== undefined) return count;
  if (!needed) return 0;
  throw new WellbegunError("mismatch", {
    doing: "planning to wire a bundle",
    expected: `a table of ${side}`,
    found: [...source.tables.keys()].join(", ") || "no table",
    at: "the bundle",
  });
}

/** Columns of each modality's features, if the manifest records the data. */
function featureWidths({ input }: Manifest): Record<string, number> {
  const widths: Record<string, number> = {};
  for (const [modality, { shape }] of Object.entries(input?.features ?? {})) widths[modality] = shape[1];
  return widths;
}
