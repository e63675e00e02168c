import {
  type FitOptions,
  type Normalization,
  type Prepare,
  type Projection,
  presets,
  type Scale,
} from "@wellbegun/core";

/** One point of the search: the options of core's `fit` that `tune` decides. Modalities are combined by `concat`. */
export interface Settings {
  readonly prepare: Prepare;
  readonly normalization: Normalization;
  /** Weight of the local term, 0 to 1, the same for all modalities. */
  readonly lambda: number;
  /** K, the same for all modalities. */
  readonly clusters: number;
  readonly project: Projection;
  /** Width of the tables; null where nothing is projected. */
  readonly dim: number | null;
  /** Smoothing over co-occurrences; 0 where nothing is projected. */
  readonly smooth: number;
  /** Damping of the principal axes, 0 to 1; 0 where none are found. */
  readonly damping: number;
  /** Weight of each modality, the largest 1. */
  readonly weights: Readonly<Record<string, number>>;
  readonly scale: Scale;
}

/** Options of core's `fit` that a search leaves alone, with their effect on every trial. */
export type FixedOptions = Pick<
  FitOptions,
  "modalities" | "seed" | "restarts" | "maxIterations" | "tolerance" | "zeroRows"
>;

/** A setting whose importance can be told: a key of {@link Settings}, or one modality's weight, `weights.image`. */
export type SettingName = Exclude<keyof Settings, "weights"> | `weights.${string}`;

/** The values that a search chooses from. */
export interface SearchSpace {
  readonly prepare: readonly Prepare[];
  readonly normalization: readonly Normalization[];
  readonly lambda: readonly number[];
  readonly clusters: readonly number[];
  readonly project: readonly Projection[];
  /** Widths, for the projections that have one. */
  readonly dim: readonly number[];
  readonly smooth: readonly number[];
  readonly damping: readonly number[];
  /** Weights of a modality; each combination is divided by its largest, so that equal ones are one. */
  readonly weight: readonly number[];
  readonly scale: readonly Scale[];
}

/** What a search draws from when nothing is said, cut to what fits the data. */
export const defaultSpace: SearchSpace = {
  prepare: ["none", "center", "l2", "standardize", "center+l2"],
  normalization: ["sym", "mean"],
  lambda: [0, 0.1, 0.2, 0.3, 0.4, 0.5, 0.6, 0.7, 0.8, 0.9, 0.95, 1],
  clusters: [8, 16, 32, 64, 128],
  project: ["pca", "random", "columns", "none"],
  dim: [16, 32, 64, 128],
  smooth: [0, 1, 4, 16],
  damping: [0, 0.5, 1],
  weight: [0.1, 0.25, 0.5, 1],
  // The other two multiply all users by one factor and all items by another: no ranking depends on them.
  scale: ["xavier", "unit"],
};

/**
 * The settings as options of core's `fit`, and, written as JSON, as the config file of `wellbegun init`. With the fixed
 * options of the search that found them, a fit gives the trial's tables again.
 */
export function settingsToOptions(settings: Settings, fixed: FixedOptions = {}): FitOptions {
  const { dim, ...rest } = settings;
  const given = Object.entries(fixed).filter(([, value]) => value !== undefined);
  return { ...Object.fromEntries(given), ...rest, combine: "concat", ...(dim === null ? {} : { dim }) };
}

/** What core's `fit` does when nothing is said, as a point of the search. */
export function defaultSettings(widths: Readonly<Record<string, number>>): Settings {
  const total = Object.values(widths).reduce((sum, width) => sum + width, 0);
  return {
    prepare: "center+l2",
    ...presets.default,
    project: "pca",
    dim: Math.min(64, total),
    smooth: 0,
    damping: 0,
    weights: Object.fromEntries(Object.keys(widths).map((name) => [name, 1])),
    scale: "xavier",
  };
}

/** A name under which equal settings are one. */
export function settingsKey(settings: Settings): string {
  const { prepare, normalization, lambda, clusters, project, dim, smooth, damping, weights, scale } =
    settings;
  return JSON.stringify([
    prepare,
    normalization,
    lambda,
    clusters,
    project,
    dim,
    smooth,
    damping,
    Object.entries(weights),
    scale,
  ]);
}

/** The value of one setting; null where it has no effect (the clusters of a purely local table, an unused width). */
export function valueIn(settings: Settings, name: SettingName): string | number | null {
  if (name.startsWith("weights.")) return settings.weights[name.slice("weights.".length)]!;
  if (name === "clusters" && settings.lambda === 1) return null;
  if (name === "normalization" && settings.lambda === 0) return null;
  if (name === "smooth" && settings.project === "none") return null;
  if (name === "damping" && settings.project !== "pca") return null;
  return settings[name as Exclude<keyof Settings, "weights">];
}
