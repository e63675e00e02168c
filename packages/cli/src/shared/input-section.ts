import type { OpenDataset } from "./dataset.ts";
import { datasetNotes, noteLines } from "./dataset-notes.ts";
import { count, percent, plural } from "./format.ts";
import type { Colors } from "./output.ts";
import { pairs, table } from "./text-table.ts";

/** The section of output about the input. */
export function inputSection(
  label: string,
  dataset: Pick<OpenDataset, "counts" | "features" | "notes">,
  colors: Colors,
): string[] {
  const { users, items, train, validation, test, duplicates } = dataset.counts;
  const modalities = Object.entries(dataset.features);
  const repeated = duplicates === 0 ? "" : `, ${plural(duplicates, "repeated row")} counted once`;
  return [
    `${colors.strong("Input")}  ${label}`,
    ...pairs(
      [
        ["users", count(users)],
        ["items", count(items)],
        [
          "interactions",
          `${count(train)} train (held out: ${count(validation)} validation, ${count(test)} test)`,
        ],
        ["sparsity", `${percent(1 - train / (users * items))}${repeated}`],
        ...(modalities.length === 0 ? [["features", "none"] as [string, string]] : []),
      ],
      colors.faint,
    ),
    ...(modalities.length === 0
      ? []
      : table(
          [{ title: "modality" }, { title: "columns", align: "right" }],
          modalities.map(([name, { columns }]) => [name, count(columns)]),
          colors.faint,
        )),
    ...noteLines(datasetNotes(dataset), colors),
    "",
  ];
}
