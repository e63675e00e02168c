import { WellbegunError } from "@wellbegun/core";
import {
  allowedValues,
  allows,
  methodSchema,
  type OptionRow,
  refuseUnknownKeys,
} from "@wellbegun/core/options";
import { describe, type Random } from "@wellbegun/core/support";
import {
  defaultSettings,
  defaultSpace,
  type SearchedName,
  type SearchSpace,
  type SettingName,
  type Settings,
  searchedNames,
} from "./settings.ts";

/** A search space that fits a dataset: the dimensions in a fixed order, each with its values. */
export interface Dimension {
  readonly name: SettingName;
  readonly values: readonly (string | number)[];
}

/**
 * The dimensions of a search: the given values, or those default values that fit the features' total width and
 * the number of items.
 *
 * @throws {WellbegunError} `invalid-option` naming the setting whose values are empty, unknown or out of range.
 */
export function dimensionsOf(
  given: Partial<SearchSpace>,
  widths: Readonly<Record<string, number>>,
  itemCount: number,
): Dimension[] {
  refuseUnknownKeys("reading the search space", given, searchedNames);
  const total = Object.values(widths).reduce((sum, width) => sum + width, 0);
  /** The largest value that the data allow, and the value to try if no default value fits. */
  const bounds: Partial<Record<SearchedName, Bound>> = {
    clusters: { most: itemCount, what: "the number of items", fallback: 1 },
    dim: { most: total, what: "the width of the features", fallback: total },
  };
  const names = Object.keys(widths);
  return searchedNames.flatMap((name): Dimension[] => {
    const values = valuesOf(name, given[name], bounds[name]);
    if (name === "combine" && names.length === 1) return [];
    if (name !== "weights") return [{ name, values }];
    // A single modality has no other to be weighted against.
    return names.length > 1
      ? names.map((modality) => ({ name: `weights.${modality}` as const, values }))
      : [];
  });
}

interface Bound {
  readonly most: number;
  readonly what: string;
  readonly fallback: number;
}

/** The given values of an option, or those of its row that fit the data. */
function valuesOf(
  name: SearchedName,
  given: readonly (string | number)[] | undefined,
  bound: Bound | undefined,
): readonly (string | number)[] {
  // A search joins modalities before one projection, in one of the ways of the option's row.
  const row: OptionRow =
    name === "combine"
      ? { ...methodSchema.combine, choices: methodSchema.combine.search }
      : methodSchema[name];
  const bounded = row.kind === "number" && bound !== undefined ? { ...row, max: bound.most } : row;
  if (given === undefined) {
    const fitting = (defaultSpace[name] as readonly (string | number)[]).filter((value) =>
      allows(bounded, value),
    );
    return fitting.length > 0 || bound === undefined ? fitting : [bound.fallback];
  }
  const bad = given.find((value) => !allows(bounded, value));
  if (given.length > 0 && bad === undefined) return [...new Set(given)];
  throw new WellbegunError("invalid-option", {
    doing: "reading the search space",
    expected: `values that are each ${allowedValues(bounded)}${bound === undefined ? "" : `, ${bound.what}`}`,
    found: bad === undefined ? "no value" : describe(bad),
    at: name,
  });
}

/** A value for every dimension, each chosen by `choose`, as settings in one form: see {@link canonical}. */
export function compose(
  dimensions: readonly Dimension[],
  widths: Readonly<Record<string, number>>,
  choose: (dimension: Dimension) => string | number,
): Settings {
  const point: Record<string, string | number> = {};
  const weights: Record<string, number> = {};
  for (const dimension of dimensions) {
    const value = choose(dimension);
    if (dimension.name.startsWith("weights."))
      weights[dimension.name.slice("weights.".length)] = Number(value);
    else point[dimension.name] = value;
  }
  const base = defaultSettings(widths);
  return canonical({ ...base, ...point, weights: { ...base.weights, ...weights } }, base);
}

/** Draws every value with equal probability. */
export function drawUniform(
  dimensions: readonly Dimension[],
  widths: Readonly<Record<string, number>>,
  random: Random,
): Settings {
  return compose(dimensions, widths, ({ values }) => values[random.integer(values.length)]!);
}

/** One form for settings that give the same ranking: values without effect take the default, the largest weight is 1. */
export function canonical(settings: Settings, base: Settings): Settings {
  const largest = Math.max(...Object.values(settings.weights));
  const whitens = settings.prepare === "whiten";
  return {
    ...settings,
    whitenPower: whitens ? settings.whitenPower : base.whitenPower,
    whitenRidge: whitens ? settings.whitenRidge : base.whitenRidge,
    clusters: settings.lambda === 1 ? base.clusters : settings.clusters,
    normalization: settings.lambda === 0 ? base.normalization : settings.normalization,
    dim: settings.project === "none" ? null : settings.dim,
    smooth: settings.project === "none" ? 0 : settings.smooth,
    damping: settings.project === "pca" ? settings.damping : 0,
    combine: settings.project === "pca" ? settings.combine : base.combine,
    weights: Object.fromEntries(Object.entries(settings.weights).map(([name, w]) => [name, w / largest])),
  };
}
