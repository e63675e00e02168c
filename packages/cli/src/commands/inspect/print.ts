import { CONTROL_NOTE } from "../../shared/compared-data.ts";
import { noteLines } from "../../shared/dataset-notes.ts";
import { byteSize, count, percent, plural, quantity } from "../../shared/format.ts";
import type { Colors } from "../../shared/output.ts";
import { pairs, table } from "../../shared/text-table.ts";
import type { BundleDescription, DatasetDescription, Degrees } from "./run.ts";

/** Prints a dataset as text. */
export function datasetSections(found: DatasetDescription, colors: Colors): string[] {
  const { interactions, duplicates } = found;
  const modalities = Object.entries(found.modalities);
  const repeated = duplicates === 0 ? "none" : `${count(duplicates)}, counted once`;
  return [
    `${colors.strong("Dataset")}  ${found.path}  (MMRec layout)`,
    ...pairs(
      [
        ["users", count(found.users)],
        ["items", count(found.items)],
        ["train", count(interactions.train)],
        ["validation", count(interactions.validation)],
        ["test", count(interactions.test)],
        ["repeated rows", repeated],
        ["sparsity (train)", percent(found.sparsity)],
        ["train per user", degrees(found.perUser)],
        ["train per item", degrees(found.perItem)],
      ],
      colors.faint,
    ),
    "",
    ...(modalities.length === 0
      ? ["No features: `wellbegun recommend` needs interactions alone."]
      : table(
          [
            { title: "modality" },
            { title: "columns", align: "right" },
            { title: "dtype" },
            { title: "items without", align: "right" },
          ],
          modalities.map(([name, { columns, dtype, missingItems }]) => [
            name,
            count(columns),
            dtype,
            count(missingItems),
          ]),
          colors.faint,
        )),
    "",
    ...noteLines(found.notes, colors),
    closing(found, colors),
  ];
}

/** Whether the dataset has no fault; overlapping splits are readable, but a fault. */
function closing({ overlap, modalities }: DatasetDescription, colors: Colors): string {
  const sound =
    Object.keys(modalities).length === 0
      ? "every ID is a row number"
      : "every ID has its feature row, every feature is finite";
  const shared = overlap.validation + overlap.test;
  if (shared === 0) return `${colors.good("All is well:")} ${sound}.`;
  return `${colors.bad("Splits overlap:")} ${plural(shared, "held-out row")} of train. Otherwise all is well: ${sound}.`;
}

/** Prints a bundle as text. */
export function bundleSections(found: BundleDescription, colors: Colors): string[] {
  const { packages, backend, seed, recommender, start, training, options = training } = found.manifest;
  const told: [string, string][] = [
    ["users", found.users === null ? "no table" : count(found.users)],
    ["items", found.items === null ? "no table" : count(found.items)],
  ];
  for (const [name, value] of Object.entries({ recommender, start, packages, backend, seed })) {
    if (value !== undefined) told.push([name, flat(value)]);
  }
  const { input } = found.manifest;
  if (input !== undefined) {
    const named = input.name === undefined ? "" : `${input.name}, `;
    told.push(["computed from", `${named}${plural(input.train.interactions, "train interaction")}`]);
  }
  const set = optionPairs(options);
  return [
    `${colors.strong("Bundle")}  ${found.path}${found.control === null ? "" : `  (${colors.bad("control")})`}`,
    ...pairs(told, colors.faint),
    ...noteLines(found.control === null ? [] : [CONTROL_NOTE], colors),
    "",
    ...table(
      [{ title: "table" }, { title: "shape", align: "right" }, { title: "dtype" }],
      Object.entries(found.tables).map(([name, { dtype, shape }]) => [
        name,
        shape.map(count).join(" x "),
        dtype,
      ]),
      colors.faint,
    ),
    "",
    ...(set.length === 0 ? [] : [colors.strong("Options"), ...pairs(set, colors.faint), ""]),
    ...table(
      [{ title: "file" }, { title: "size", align: "right" }, { title: "SHA-256" }],
      Object.entries(found.files).map(([name, bytes]) => [name, byteSize(bytes), "as in the manifest"]),
      colors.faint,
    ),
    "",
    `${colors.good("All is well:")} every file is what the manifest says.`,
  ];
}

function degrees({ median, mean, max, without }: Degrees): string {
  return `median ${quantity(median)}, mean ${quantity(mean)}, most ${count(max)}; ${count(without)} have none`;
}

/** The options by name. */
function optionPairs(options: unknown): [string, string][] {
  if (!isRecord(options)) return [];
  return Object.entries(options).map(([name, value]) => [name, flat(value)]);
}

/** A value of the manifest on one line. */
function flat(value: unknown): string {
  if (Array.isArray(value)) return value.length === 0 ? "none" : value.map(flat).join(", ");
  if (!isRecord(value)) return String(value);
  return Object.entries(value)
    .filter(([, part]) => part !== null)
    .map(([name, part]) => `${name} ${flat(part)}`)
    .join(", ");
}

function isRecord(value: unknown): value is Record<string, unknown> {
  return typeof value === "object" && value !== null && !Array.isArray(value);
}
