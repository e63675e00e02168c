import { noteLines } from "../../shared/dataset-notes.ts";
import { byteSize, count, plural } from "../../shared/format.ts";
import type { Colors } from "../../shared/output.ts";
import { table } from "../../shared/text-table.ts";
import type { CollectResult } from "./run.ts";

/** Prints the bundle that was made. */
export function collectSections(result: CollectResult, colors: Colors): string[] {
  const { job, out, tables, files, usersWithUnknownItems } = result;
  const unknown = plural(usersWithUnknownItems, "user");
  const notes =
    usersWithUnknownItems === 0
      ? []
      : [`${unknown} with items that have no features; these items do not count.`];
  const bytes = Object.values(files).reduce((sum, size) => sum + size, 0);
  return [
    `${colors.strong("Bundle")}  ${out}, from the job ${job}`,
    ...table(
      [{ title: "table" }, { title: "shape", align: "right" }, { title: "dtype" }],
      Object.entries(tables).map(([name, { dtype, shape }]) => [name, shape.map(count).join(" x "), dtype]),
      colors.faint,
    ),
    ...noteLines(notes, colors),
    "",
    `${colors.good("Done:")} ${plural(Object.keys(files).length, "file")}, ${byteSize(bytes)}.`,
  ];
}
