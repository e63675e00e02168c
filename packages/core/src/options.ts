import { WellbegunError } from "./errors.ts";

/**
 * How features are prepared before anything else sees them.
 *
 * - `none`: as they are.
 * - `center`: each column's mean is subtracted.
 * - `l2`: each row is divided by its L2 norm.
 * - `standardize`: each column is centered and divided by its standard deviation.
 * - `center+l2`: first `center`, then `l2`. The default.
 */
export type Prepare = "none" | "center" | "l2" | "standardize" | "center+l2";

/** The local term: `sym` sums f_i / sqrt(d_u d_i), `mean` is the plain mean of the f_i. */
export type Norm = "sym" | "mean";

/**
 * How modalities become one table: `concat` puts them side by side, each times its weight, before one projection;
 * `mean` and `weighted` project each modality by itself and average (measured on TikTok, that loses half of the
 * quality, because axes found separately do not correspond; they are here for comparison).
 */
export type Combine = "concat" | "mean" | "weighted";

/**
 * How the width of the features becomes `dim`: `pca` (principal axes, not centered again), `random` (seeded
 * Gaussian), `columns` (the columns with the largest energy), `none` (no projection; `dim` must be left out).
 */
export type Projection = "pca" | "random" | "columns" | "none";

/**
 * How large the vectors are made: `xavier` gives the user table the root mean square sqrt(2 / (U + d)) that Xavier
 * initialization would have given it and multiplies the items by the same factor; `items` gives users the mean
 * row norm of the items; `unit` makes every row's L2 norm 1; `none` leaves everything as it is.
 */
export type Scale = "xavier" | "items" | "unit" | "none";

/** Named sets of defaults: `default` is chosen on TikTok's validation rows, `paper` is what SG-URInit reports. */
export type Preset = "default" | "paper";

/** One value for all modalities, or one each by name; a modality that is not named gets the preset's value. */
export type PerModality<T> = T | Readonly<Record<string, T>>;

/** Centroids to start k-means from: clusters x columns, row-major, in the space of the prepared features. */
export interface StartCentroids {
  readonly data: Float32Array;
  readonly clusters: number;
}

/** Options of {@link fit}. Everything may be left out. */
export interface FitOptions {
  /** The values that options left out take. Default: `default`. */
  readonly preset?: Preset | undefined;
  /** Modalities to use, in this order. Default: all that are given. */
  readonly modalities?: readonly string[] | undefined;
  /** Default: `center+l2`. */
  readonly prepare?: Prepare | undefined;
  /** Number of clusters, K. Default: 8. */
  readonly clusters?: PerModality<number> | undefined;
  /** Weight of the LOCAL term, from 0 (global only) to 1 (local only). Default: 1; preset `paper`: 0.1. */
  readonly lambda?: PerModality<number> | undefined;
  /** Default: `sym`, in both presets. */
  readonly norm?: PerModality<Norm> | undefined;
  /** Default: `concat`. */
  readonly combine?: Combine | undefined;
  /** Weight of each modality (finite, above 0). Default: 1 each. Required for `weighted`, refused for `mean`. */
  readonly weights?: Readonly<Record<string, number>> | undefined;
  /** Default: `pca`. */
  readonly project?: Projection | undefined;
  /** Width of the tables, d. Default: 64, or the width of the features where that is less. */
  readonly dim?: number | undefined;
  /** Default: `xavier`. */
  readonly scale?: Scale | undefined;
  /** One seed for everything random; a safe integer. Default: 999. */
  readonly seed?: number | undefined;
  /**
   * k-means runs from different seeds, of which the best inertia wins. Default: 5, or 1 where `lambda` is 1 for every
   * modality, since no table depends on the clusters then.
   */
  readonly restarts?: number | undefined;
  /**
   * Items that k-means++ chooses its seeds from, drawn evenly for each run; at least as many as clusters (scikit-learn's
   * `init_size`). Default: all. A few thousand are read once instead of K times, at the risk of passing over a small
   * cluster.
   */
  readonly initSize?: number | undefined;
  /** Most Lloyd iterations of a run; 0 uses the starting centroids as they are. Default: 100. */
  readonly maxIterations?: number | undefined;
  /** A run ends when the centroids' squared shift is at most this times the features' mean variance. Default: 1e-4. */
  readonly tolerance?: number | undefined;
  /** Starting centroids by modality; such a modality gets one run and no restarts, and their number is its K. */
  readonly centroids?: Readonly<Record<string, StartCentroids>> | undefined;
  /** Whether rows of zeros are items without the modality (`missing`, the default) or vectors like any (`keep`). */
  readonly zeroRows?: "missing" | "keep" | undefined;
}

/** What one modality is fitted with. */
export interface ModalityOptions {
  readonly clusters: number;
  readonly lambda: number;
  readonly norm: Norm;
  readonly weight: number;
}

/** {@link FitOptions} with every default filled in; plain data that reproduces the run. */
export interface ResolvedOptions {
  readonly preset: Preset;
  readonly modalities: Readonly<Record<string, ModalityOptions>>;
  readonly prepare: Prepare;
  readonly combine: Combine;
  readonly project: Projection;
  /** Width of the tables, d. */
  readonly dim: number;
  readonly scale: Scale;
  readonly seed: number;
  readonly restarts: number;
  /** Left out: all items. */
  readonly initSize?: number;
  readonly maxIterations: number;
  readonly tolerance: number;
  readonly zeroRows: "missing" | "keep";
  /** Modalities whose k-means started from given centroids. */
  readonly givenCentroids: readonly string[];
}

/** The allowed values of each option that is a choice, for messages and command lines. */
export const choices: {
  readonly preset: readonly Preset[];
  readonly prepare: readonly Prepare[];
  readonly norm: readonly Norm[];
  readonly combine: readonly Combine[];
  readonly project: readonly Projection[];
  readonly scale: readonly Scale[];
} = {
  preset: ["default", "paper"],
  prepare: ["none", "center", "l2", "standardize", "center+l2"],
  norm: ["sym", "mean"],
  combine: ["concat", "mean", "weighted"],
  project: ["pca", "random", "columns", "none"],
  scale: ["xavier", "items", "unit", "none"],
};

/** What the presets say about the method's own settings. */
export const presets: Readonly<Record<Preset, { clusters: number; lambda: number; norm: Norm }>> = {
  default: { clusters: 8, lambda: 1, norm: "sym" },
  paper: { clusters: 8, lambda: 0.1, norm: "sym" },
};

/** Width of the tables when `dim` is left out and the features are at least that wide. */
export const defaultDim = 64;

/**
 * Fills in the defaults and checks every option against the features' widths.
 *
 * @param widths Width of each modality that is given, by name.
 * @throws {WellbegunError} `invalid-option` naming the option, what it may be and what it was.
 */
export function resolveOptions(
  options: FitOptions,
  widths: Readonly<Record<string, number>>,
): ResolvedOptions {
  const known = Object.keys(widths);
  const names = options.modalities ?? known;
  if (names.length === 0) refuse("modalities", "at least one modality", "none");
  for (const name of names) {
    if (!known.includes(name)) refuse("modalities", `some of ${known.join(", ")}`, name);
    if (names.indexOf(name) !== names.lastIndexOf(name)) refuse("modalities", "each once", `${name} twice`);
  }
  const preset = choice("preset", options.preset ?? "default", choices.preset);
  const combine = choice("combine", options.combine ?? "concat", choices.combine);
  const project = choice("project", options.project ?? "pca", choices.project);
  checkWeights(combine, options.weights, names);

  const modalities: Record<string, ModalityOptions> = {};
  for (const name of names) {
    const start = options.centroids?.[name];
    if (start !== undefined) checkCentroids(name, start, widths[name]!);
    const norm = perModality("norm", options.norm, name, names, presets[preset].norm);
    modalities[name] = {
      clusters: wholeNumber(
        `clusters of ${name}`,
        start?.clusters ?? perModality("clusters", options.clusters, name, names, presets[preset].clusters),
        1,
      ),
      lambda: within(
        `lambda of ${name}`,
        perModality("lambda", options.lambda, name, names, presets[preset].lambda),
        0,
        1,
      ),
      norm: choice(`norm of ${name}`, norm, choices.norm),
      weight: options.weights?.[name] ?? 1,
    };
  }
  for (const name of Object.keys(options.centroids ?? {})) {
    if (!names.includes(name)) refuse("centroids", `some of ${names.join(", ")}`, name);
  }

  return {
    preset,
    modalities,
    prepare: choice("prepare", options.prepare ?? "center+l2", choices.prepare),
    combine,
    project,
    dim: tableWidth(options, combine, project, names, widths),
    scale: choice("scale", options.scale ?? "xavier", choices.scale),
    seed: wholeNumber("seed", options.seed ?? 999, 0),
    restarts: wholeNumber("restarts", options.restarts ?? defaultRestarts(modalities), 1),
    ...(options.initSize === undefined ? {} : { initSize: checkedInitSize(options.initSize, modalities) }),
    maxIterations: wholeNumber("maxIterations", options.maxIterations ?? 100, 0),
    tolerance: within("tolerance", options.tolerance ?? 1e-4, 0, Number.MAX_VALUE),
    zeroRows: choice("zeroRows", options.zeroRows ?? "missing", ["missing", "keep"] as const),
    givenCentroids: Object.keys(options.centroids ?? {}),
  };
}

/** One run where the clusters reach no table: more would only polish what is reported. */
function defaultRestarts(modalities: Readonly<Record<string, ModalityOptions>>): number {
  return Object.values(modalities).every(({ lambda }) => lambda === 1) ? 1 : 5;
}

function checkedInitSize(initSize: number, modalities: Readonly<Record<string, ModalityOptions>>): number {
  return wholeNumber("initSize", initSize, Math.max(...Object.values(modalities).map((one) => one.clusters)));
}

function tableWidth(
  options: FitOptions,
  combine: Combine,
  project: Projection,
  names: readonly string[],
  widths: Readonly<Record<string, number>>,
): number {
  const total = names.reduce((sum, name) => sum + widths[name]!, 0);
  const narrowest = Math.min(...names.map((name) => widths[name]!));
  if (project === "none") {
    if (options.dim !== undefined) refuse("dim", "no dim together with project none", `${options.dim}`);
    if (combine === "concat") return total;
    const uneven = names.find((name) => widths[name] !== narrowest);
    if (uneven !== undefined) {
      const all = names.map((name) => `${name} ${widths[name]}`).join(", ");
      refuse("combine", `equal widths for ${combine} without projection`, all);
    }
    return narrowest;
  }
  const width = combine === "concat" ? total : narrowest;
  if (options.dim === undefined) return Math.min(defaultDim, width);
  const dim = wholeNumber("dim", options.dim, 1);
  const what = combine === "concat" ? "the modalities side by side" : "the narrowest modality";
  if (dim > width) refuse("dim", `at most ${width}, the width of ${what}`, `${dim}`);
  return dim;
}

function checkWeights(
  combine: Combine,
  weights: Readonly<Record<string, number>> | undefined,
  names: readonly string[],
): void {
  if (weights === undefined) {
    if (combine === "weighted") refuse("weights", "a weight for each modality with combine weighted", "none");
    return;
  }
  if (combine === "mean") refuse("weights", "no weights together with combine mean", JSON.stringify(weights));
  for (const name of Object.keys(weights)) {
    if (!names.includes(name)) refuse("weights", `some of ${names.join(", ")}`, name);
    const weight = weights[name]!;
    if (!(Number.isFinite(weight) && weight > 0))
      refuse(`weight of ${name}`, "a finite number above 0", `${weight}`);
  }
  const unweighted = names.find((name) => weights[name] === undefined);
  if (combine === "weighted" && unweighted !== undefined) {
    refuse("weights", "a weight for each modality with combine weighted", `none for ${unweighted}`);
  }
}

function checkCentroids(name: string, start: StartCentroids, width: number): void {
  const { data, clusters } = start;
  if (data.length !== clusters * width) {
    refuse(`centroids of ${name}`, `${clusters} x ${width} values`, `${data.length}`);
  }
  const bad = data.findIndex((value) => !Number.isFinite(value));
  if (bad >= 0) {
    const place = `${data[bad]} at row ${Math.floor(bad / width)}, column ${bad % width}`;
    refuse(`centroids of ${name}`, "finite values", place);
  }
}

function perModality<T>(
  option: string,
  value: PerModality<T> | undefined,
  name: string,
  names: readonly string[],
  fallback: T,
): T {
  if (value === undefined) return fallback;
  if (typeof value !== "object" || value === null) return value as T;
  const byName = value as Readonly<Record<string, T>>;
  const unknown = Object.keys(byName).find((key) => !names.includes(key));
  if (unknown !== undefined) refuse(option, `modalities among ${names.join(", ")}`, unknown);
  return byName[name] ?? fallback;
}

function choice<T extends string>(option: string, value: T, allowed: readonly T[]): T {
  if (!allowed.includes(value)) refuse(option, `one of ${allowed.join(", ")}`, `${value}`);
  return value;
}

function wholeNumber(option: string, value: number, least: number): number {
  if (!(Number.isSafeInteger(value) && value >= least))
    refuse(option, `a whole number >= ${least}`, `${value}`);
  return value;
}

function within(option: string, value: number, least: number, most: number): number {
  const range =
    most === Number.MAX_VALUE ? `a finite number >= ${least}` : `a number from ${least} to ${most}`;
  if (!(typeof value === "number" && value >= least && value <= most)) refuse(option, range, `${value}`);
  return value;
}

function refuse(option: string, expected: string, found: string): never {
  throw new WellbegunError("invalid-option", { doing: "reading the options", expected, found, at: option });
}
