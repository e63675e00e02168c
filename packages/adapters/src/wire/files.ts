import { WellbegunError } from "@wellbegun/core";
import type { TableShape } from "../bundle/manifest-files.ts";
import type { Target } from "../targets/find.ts";
import type { WiredTables, WireFile } from "./types.ts";

/** The files that the codebase reads itself, each with its table: the fused table of the file's side. */
export function planFiles(
  tables: ReadonlyMap<string, TableShape>,
  { model }: Target,
  wired: WiredTables,
): WireFile[] {
  const files = (model.files ?? []).filter(({ rows }) => wired === "users+items" || rows === "users");
  return files.map((file) => {
    const table = tables.get(file.rows);
    const columns = table?.dtype === "float32" ? table.shape[1] : undefined;
    if (columns !== undefined) return { ...file, from: file.rows, columns };
    throw new WellbegunError("mismatch", {
      doing: `choosing a table for ${file.name}`,
      expected: `a fused table of ${file.rows}`,
      found: [...tables.keys()].join(", ") || "none",
      at: "the bundle",
    });
  });
}
