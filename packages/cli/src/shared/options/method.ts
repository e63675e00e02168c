import type { MethodOptions } from "@wellbegun/core";
import {
  allowedValues,
  defaultInWords,
  type MethodOptionName,
  methodRows,
  type OptionRow,
} from "@wellbegun/core/options";
import { byName, choice, type Kind, list, numberIn, path, perModality, text } from "./kinds.ts";
import { flagOf, type Setting, type Settings } from "./settings.ts";

/** The options of the method that the command line takes as values. */
type ValueName = Exclude<MethodOptionName, "centroids" | "givenCentroids">;

/** The options that say how vectors are made, as given: what is left out takes the preset's value. */
export type MethodSettings = {
  readonly [Name in ValueName]?: Exclude<MethodOptions[Name], undefined>;
} & {
  /** Folder with centroids to start from. */
  readonly centroids?: string;
};

const headings = { Method: "Method:", Clustering: "Clustering:", Run: "Machine:" } as const;
/** Options of a fit that have no flag: a record of a run holds them. */
const withoutFlag: readonly MethodOptionName[] = ["givenCentroids"];

/** The options that say how vectors are made, in the order of the help: those of `init`, and of `evaluate`. */
export const methodSettings: Settings<MethodSettings> = Object.fromEntries(
  methodRows
    .filter(([name]) => !withoutFlag.includes(name))
    .map(([name, row]) => [name, settingOf(name, row)]),
) as Settings<MethodSettings>;

/** The flags that take one value for all modalities, or one each, a line of help for each three. */
export const flagsByModality: string = inWords(
  methodRows.filter(([, { perModality }]) => perModality === "either").map(([name]) => flagOf(name)),
)
  .replaceAll(/((?:--\S+ ){3})/g, "$1\n")
  .replaceAll(" \n", "\n");

function settingOf(name: MethodOptionName, row: OptionRow): Setting<unknown> {
  const group = headings[row.group];
  if (name === "centroids") return { kind: path, group, description: `folder with ${row.help}` };
  const values =
    row.kind === "choice" ? row.choices.join(", ") : row.perModality === "each" ? "image=0.7,…" : "";
  const description = `${row.help}${values === "" ? "" : `: ${values}`} (${defaultInWords(row)})`;
  return { kind: spread(kindOf(row), row), group, description };
}

/** How one value of an option is read. */
export function kindOf(row: OptionRow): Kind<unknown> {
  if (row.kind === "choice") return choice(row.choices);
  if (row.kind === "number") return numberIn(row);
  if (row.kind === "names") return list(text, "<list>");
  throw new Error(`no value of a command line is ${allowedValues(row)}`);
}

function spread(kind: Kind<unknown>, row: OptionRow): Kind<unknown> {
  if (row.perModality === undefined) return kind;
  return row.perModality === "each" ? byName(kind) : perModality(kind);
}

function inWords(names: readonly string[]): string {
  return `${names.slice(0, -1).join(", ")} and ${names.at(-1)}`;
}
