import { byteSize, count } from "../../shared/format.ts";
import type { Colors } from "../../shared/output.ts";
import { pairs, table } from "../../shared/text-table.ts";
import type { SynthResult } from "./run.ts";

/** Prints the result of generating as text. */
export function synthSections(
  { out, options, users, items, interactions, files }: SynthResult,
  colors: Colors,
): string[] {
  const { train, validation, test } = interactions;
  return [
    `${colors.strong("Synthetic dataset")}  ${out}  (seed ${options.seed})`,
    ...pairs(
      [
        ["users", count(users)],
        ["items", count(items)],
        ["interactions", `${count(train)} train, ${count(validation)} validation, ${count(test)} test`],
        ["planted tastes", count(options.tastes)],
      ],
      colors.faint,
    ),
    ...table(
      [{ title: "file" }, { title: "size", align: "right" }],
      Object.entries(files).map(([name, bytes]) => [name, byteSize(bytes)]),
      colors.faint,
    ),
    "",
  ];
}
