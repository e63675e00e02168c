import { type FitOptions, type OptionValue, resolveOptions } from "@wellbegun/core";
import { methodSchema } from "@wellbegun/core/options";

/**
 * The options of core's `fit` that a search decides, in the order of drawing. The trial cache implements the
 * effect of each.
 */
export const searchedNames = [
  "prepare",
  "whitenPower",
  "whitenRidge",
  "normalization",
  "lambda",
  "clusters",
  "combine",
  "project",
  "dim",
  "smooth",
  "damping",
  "scale",
  "weights",
] as const;

/** An option that a search decides. */
export type SearchedName = (typeof searchedNames)[number];

/**
 * One point of the search: the options of core's `fit` that `tune` decides, the same for all modalities, but for their
 * weights, of which the largest is 1. Without a projection, `dim` is null and `smooth` and `damping` are 0. The
 * power and the ridge of whitening are the defaults unless `prepare` is `whiten`. `combine` is `concat` or `cca`, and
 * `concat` for one modality and without principal axes.
 */
export type Settings = { readonly [Name in Exclude<SearchedName, "dim" | "weights">]: OptionValue<Name> } & {
  readonly dim: number | null;
  readonly weights: Readonly<Record<string, number>>;
};

/** Options of core's `fit` that a search leaves alone, with their effect on every trial. */
export type FixedOptions = Pick<
  FitOptions,
  "modalities" | "seed" | "restarts" | "maxIterations" | "tolerance" | "zeroRows"
>;

/** A setting with an importance: a key of {@link Settings}, or one modality's weight, `weights.image`. */
export type SettingName = Exclude<keyof Settings, "weights"> | `weights.${string}`;

/**
 * The values that a search chooses from, by option. `dim` applies to projections that have a width. Each
 * combination of `weights` over the modalities is divided by its largest, so that proportional combinations are
 * the same.
 */
export type SearchSpace = { readonly [Name in SearchedName]: readonly OptionValue<Name>[] };

/** The default values of a search, before limiting them to the data: `search` in the options' rows. */
export const defaultSpace: SearchSpace = Object.fromEntries<readonly (string | number)[]>(
  searchedNames.map((name) => [name, methodSchema[name].search]),
) as SearchSpace;

/**
 * The settings as options of core's `fit`, and, written as JSON, as the config file of `wellbegun init`. With the fixed
 * options of the search that found them, a fit gives the trial's tables again.
 */
export function settingsToOptions(settings: Settings, fixed: FixedOptions = {}): FitOptions {
  const { dim, ...rest } = settings;
  const given = Object.entries(fixed).filter(([, value]) => value !== undefined);
  return { ...Object.fromEntries(given), ...rest, ...(dim === null ? {} : { dim }) };
}

/** The defaults of core's `fit`, as a point of the search. */
export function defaultSettings(widths: Readonly<Record<string, number>>): Settings {
  const filled = resolveOptions({}, widths);
  const own = <T>(byModality: Readonly<Record<string, T>>): T => byModality[filled.modalities[0]!]!;
  const { combine, project, dim, smooth, damping, scale, weights } = filled;
  return {
    prepare: own(filled.prepare),
    whitenPower: own(filled.whitenPower),
    whitenRidge: own(filled.whitenRidge),
    normalization: own(filled.normalization),
    lambda: own(filled.lambda),
    clusters: own(filled.clusters),
    ...{ combine, project, dim, smooth, damping, scale, weights },
  };
}

/** A key that is equal for equal settings. */
export function settingsKey(settings: Settings): string {
  const { weights, ...others } = settings;
  const names = searchedNames.filter((name) => name !== "weights");
  return JSON.stringify([...names.map((name) => others[name]), Object.entries(weights)]);
}

/** The value of one setting; null where it has no effect (the clusters of a purely local table, an unused width). */
export function valueIn(settings: Settings, name: SettingName): string | number | null {
  if (name.startsWith("weights.")) return settings.weights[name.slice("weights.".length)]!;
  if (name === "clusters" && settings.lambda === 1) return null;
  if (name === "normalization" && settings.lambda === 0) return null;
  if (name.startsWith("whiten") && settings.prepare !== "whiten") return null;
  if (name === "smooth" && settings.project === "none") return null;
  if ((name === "damping" || name === "combine") && settings.project !== "pca") return null;
  return settings[name as Exclude<keyof Settings, "weights">];
}
