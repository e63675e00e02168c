import { choices, WellbegunError } from "@wellbegun/core";
import type { Random } from "@wellbegun/core/support";
import {
  defaultSettings,
  defaultSpace,
  type SearchSpace,
  type SettingName,
  type Settings,
} from "./settings.ts";

/** A search space that fits a dataset: the dimensions in a fixed order, each with its values. */
export interface Dimension {
  readonly name: SettingName;
  readonly values: readonly (string | number)[];
}

/**
 * The dimensions of a search: the given values, or the default ones as far as they fit the features' total width and
 * the number of items.
 *
 * @throws {WellbegunError} `invalid-option` naming the setting whose values are none, unknown or out of range.
 */
export function dimensionsOf(
  given: Partial<SearchSpace>,
  widths: Readonly<Record<string, number>>,
  itemCount: number,
): Dimension[] {
  const total = Object.values(widths).reduce((sum, width) => sum + width, 0);
  const names = Object.keys(widths);
  const choice = (name: "prepare" | "normalization" | "project" | "scale"): Dimension => {
    const values = given[name] ?? defaultSpace[name];
    const allowed: readonly string[] = choices[name];
    return { name, values: checked(name, values, (value) => allowed.includes(value), allowed.join(", ")) };
  };
  const numbers = (
    name: "lambda" | "clusters" | "dim" | "smooth" | "damping",
    fits: (value: number) => boolean,
    expected: string,
    fallback: number,
  ): Dimension => {
    if (given[name] !== undefined) return { name, values: checked(name, given[name], fits, expected) };
    const values = defaultSpace[name].filter(fits);
    return { name, values: values.length > 0 ? values : [fallback] };
  };
  const whole =
    (most: number) =>
    (value: number): boolean =>
      Number.isSafeInteger(value) && value >= 1 && value <= most;
  const weights = checked(
    "weight",
    given.weight ?? defaultSpace.weight,
    (value) => Number.isFinite(value) && value > 0,
    "finite numbers above 0",
  );
  return [
    choice("prepare"),
    choice("normalization"),
    numbers("lambda", (value) => value >= 0 && value <= 1, "numbers from 0 to 1", 1),
    numbers("clusters", whole(itemCount), `whole numbers from 1 to ${itemCount}, the number of items`, 1),
    choice("project"),
    numbers("dim", whole(total), `whole numbers from 1 to ${total}, the width of the features`, total),
    numbers("smooth", (value) => Number.isFinite(value) && value >= 0, "finite numbers >= 0", 0),
    numbers("damping", (value) => value >= 0 && value <= 1, "numbers from 0 to 1", 0),
    choice("scale"),
    // A single modality has nothing to be weighed against.
    ...(names.length > 1 ? names : []).map((name) => ({ name: `weights.${name}` as const, values: weights })),
  ];
}

function checked<T extends string | number>(
  name: string,
  values: readonly T[],
  fits: (value: T) => boolean,
  expected: string,
): readonly T[] {
  const bad = values.find((value) => !fits(value));
  if (values.length === 0 || bad !== undefined) {
    throw new WellbegunError("invalid-option", {
      doing: "reading the search space",
      expected,
      found: bad === undefined ? "no value" : `${bad}`,
      at: name,
    });
  }
  return [...new Set(values)];
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

/** Draws every value with equal chances. */
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
  return {
    ...settings,
    clusters: settings.lambda === 1 ? base.clusters : settings.clusters,
    normalization: settings.lambda === 0 ? base.normalization : settings.normalization,
    dim: settings.project === "none" ? null : settings.dim,
    smooth: settings.project === "none" ? 0 : settings.smooth,
    damping: settings.project === "pca" ? settings.damping : 0,
    weights: Object.fromEntries(Object.entries(settings.weights).map(([name, w]) => [name, w / largest])),
  };
}
