import { type Id, IdIndex } from "../data/ids.ts";
import { isWellbegunError } from "../errors.ts";
import type { ResolvedOptions } from "../options/method-options.ts";
import { allowedValues, allows, type OptionRow } from "../options/rows.ts";
import { methodRows } from "../options/schema.ts";
import type { ScaleFactor } from "../stages/scale.ts";
import { contentMapParts } from "./content-map.ts";
import {
  checked,
  damaged,
  describe,
  finite,
  isRecord,
  parseJson,
  type Rule,
  type Rules,
  record,
  whole,
} from "./header-rules.ts";

/** The header's entry of one modality. */
export interface ModalityShape {
  /** Width of its tables, d_m. */
  readonly columns: number;
  /** Number of clusters, K. */
  readonly clusters: number;
  /** fused[column ..] += weight * table. */
  readonly weight: number;
  readonly column: number;
  /** Whether the file holds a mask of the items without this modality. */
  readonly masked: boolean;
  /** Width of raw features, D_m. */
  readonly featureColumns: number;
  /** Whether the file holds the centroids that k-means started from (K x D_m). */
  readonly started: boolean;
}

/** The options of the fit, without the given centroids, which follow the header as arrays. */
type HeaderOptions = Omit<ResolvedOptions, "centroids">;

/** The header of an initializer's bytes, as JSON. */
export interface InitializerHeader {
  readonly options: HeaderOptions;
  readonly userFactor: ScaleFactor;
  readonly itemFactor: ScaleFactor;
  readonly itemCount: number;
  /** Type and text of each raw item ID; null where the item rows are the IDs. */
  readonly itemIds: readonly (readonly [type: string, text: string])[] | null;
  readonly modalities: Readonly<Record<string, ModalityShape>>;
}

const factor: Rule = {
  expected: 'a finite number from 0, or "unit"',
  accepts: (value) => value === "unit" || (typeof value === "number" && Number.isFinite(value) && value >= 0),
};
const positive: Rule = finite("above 0", (value) => value > 0);

/** The rule of the item IDs. */
export const listOrNull: Rule = {
  expected: "a list or null",
  accepts: (value) => value === null || Array.isArray(value),
};

const headerRules: Rules<InitializerHeader> = {
  options: record,
  userFactor: factor,
  itemFactor: factor,
  itemCount: whole(1),
  itemIds: listOrNull,
  modalities: record,
};

const flag: Rule = { expected: "true or false", accepts: (value) => typeof value === "boolean" };

const shapeRules: Rules<ModalityShape> = {
  columns: whole(1),
  clusters: whole(1),
  weight: positive,
  column: whole(0),
  masked: flag,
  featureColumns: whole(1),
  started: flag,
};

/** The options that a header holds: all but the given centroids. */
const optionRows = methodRows.filter(([name]) => name !== "centroids" && name !== "givenCentroids");
const ruleOf = (row: OptionRow): Rule => ({
  expected: allowedValues(row),
  accepts: (value) => allows(row, value),
});

/** The options with a value for each modality. */
const perModality: Readonly<Record<string, Rule>> = Object.fromEntries(
  optionRows.filter(([, row]) => row.perModality !== undefined).map(([name, row]) => [name, ruleOf(row)]),
);

/** Options of {@link HeaderOptions} that have no value unless one is given. */
const absentOptions: readonly string[] = ["initSize", "sampleSize"];

/** The rule of each option. */
const optionRules = Object.fromEntries(
  optionRows.map(([name, row]): [string, Rule] => {
    if (row.perModality !== undefined) return [name, record];
    return [name, absentOptions.includes(name) ? { ...ruleOf(row), optional: true } : ruleOf(row)];
  }),
) as Rules<HeaderOptions>;

/**
 * Reads the header and checks every value. An unknown key is refused: a reader that ignored it could compute
 * other vectors than the writer.
 *
 * @throws {WellbegunError} `format` naming the value at fault.
 */
export function parseHeader(json: Uint8Array): InitializerHeader {
  const header = checked<InitializerHeader>(parseJson(json), headerRules, "the header");
  const options = checked(header.options, optionRules, "options");
  const names = Object.keys(header.modalities);
  if (names.length === 0) throw damaged("at least one modality", "none", "modalities");
  expectNames(names, options.modalities, "options.modalities");
  for (const [option, values] of Object.entries<unknown>({ ...options })) {
    const rule = perModality[option];
    if (rule === undefined || !isRecord(values)) continue;
    expectNames(names, Object.keys(values), `options.${option}`);
    for (const [name, value] of Object.entries(values)) {
      if (!rule.accepts(value)) throw damaged(rule.expected, describe(value), `options.${option} of ${name}`);
    }
  }
  for (const name of names) {
    const { column, columns, featureColumns } = checked(
      header.modalities[name],
      shapeRules,
      `modality ${name}`,
    );
    if (columns !== featureColumns && !contentMapParts(options, name).matrix) {
      const expected = `${columns}, since nothing is projected`;
      throw damaged(expected, `${featureColumns}`, `modality ${name}, featureColumns`);
    }
    if (column + columns > options.dim)
      throw damaged(`columns below ${options.dim}`, `${columns} from ${column}`, `modality ${name}`);
  }
  return header;
}

function expectNames(expected: readonly string[], found: readonly string[], at: string): void {
  if (found.length === expected.length && found.every((name) => expected.includes(name))) return;
  throw damaged(`the modalities ${expected.join(", ")}`, found.join(", ") || "none", at);
}

/**
 * The raw item IDs of a header; undefined where the item rows are the IDs.
 *
 * @throws {WellbegunError} `format` if their number is not that of the items, an ID occurs twice, or an entry
 * is not an ID.
 */
export function parseItemIds({
  itemIds,
  itemCount,
}: Pick<InitializerHeader, "itemIds" | "itemCount">): IdIndex | undefined {
  if (itemIds === null) return undefined;
  if (itemIds.length !== itemCount) throw damaged(`${itemCount} item IDs`, `${itemIds.length}`, "itemIds");
  try {
    return new IdIndex(itemIds.map(parseId));
  } catch (cause) {
    if (isWellbegunError(cause) && cause.code === "format") throw cause;
    throw damaged("each item ID once", "one twice", "itemIds", cause);
  }
}

/** An ID as a header holds it. */
export function idEntry(id: Id): [type: string, text: string] {
  return [typeof id, String(id)];
}

function parseId(entry: unknown, row: number): Id {
  const [type, text] = Array.isArray(entry) && entry.length === 2 ? entry : [];
  if (typeof text === "string") {
    if (type === "string") return text;
    if (type === "bigint" && /^(0|-?[1-9]\d*)$/.test(text)) return BigInt(text);
    const number = Number(text);
    const exact = Number.isSafeInteger(number) || (Number.isFinite(number) && !Number.isInteger(number));
    if (type === "number" && exact && String(number) === text) return number;
  }
  const found = Array.isArray(entry) ? entry.map(describe).join(", ") : describe(entry);
  throw damaged("the type and the text of an ID", found, `itemIds, row ${row}`);
}
