import type { methodSchema } from "./schema.ts";

type Schema = typeof methodSchema;

/**
 * How features are prepared before all other stages.
 *
 * - `none`: as they are.
 * - `center`: each column's mean is subtracted.
 * - `l2`: each row is divided by its L2 norm.
 * - `standardize`: each column is centered and divided by its standard deviation.
 * - `center+l2`: first `center`, then `l2`. The default.
 * - `whiten`: `center+l2`, centered once more, then whitened: with V diag(s^2) V^T the covariance of these rows,
 *   each is multiplied by V diag((s^2 + ridge mean(s^2))^(-power/2)) V^T (ZCA, Bell and Sejnowski 1997). At power
 *   1 without ridge the covariance of the result is the identity; at power 0 the rows are those of `center+l2`,
 *   centered once more. An axis with less than 1e-10 of the largest variance becomes zero. The eigenvectors take
 *   time and memory in proportion to the cube and the square of the modality's width.
 */
export type Prepare = Schema["prepare"]["choices"][number];

/** The weights of the local term: `sym` sums f_i / sqrt(d_u d_i), `mean` is the plain mean of the f_i. */
export type Normalization = Schema["normalization"]["choices"][number];

/**
 * How modalities become one table: `concat` puts them side by side, each times its weight, before one
 * projection; `mean` and `weighted` project each modality by itself and average the tables. They are here for
 * comparison: on TikTok they lose half of the quality, because axes found separately do not correspond.
 * `cca` whitens each modality and puts them side by side, so that one projection keeps the canonical variates: the
 * directions along which the modalities agree (canonical correlation analysis, Hotelling 1936; for more than two
 * modalities MAXVAR, Kettenring 1971). Needs `project: "pca"`; of a modality, the 256 leading principal axes take part.
 */
export type Combine = Schema["combine"]["choices"][number];

/**
 * How features are reduced to the width `dim`: `pca` (principal axes, not centered again), `random` (seeded
 * Gaussian), `columns` (the columns with the largest energy), `none` (no projection).
 */
export type Projection = Schema["project"]["choices"][number];

/**
 * How tables are scaled: `xavier` brings the user table to the root mean square sqrt(2 / (U + d)) of Xavier
 * initialization and multiplies the items by the same factor; `items` brings users to the mean row norm of the
 * items; `unit` makes every row's L2 norm 1; `none` does not scale.
 */
export type Scale = Schema["scale"]["choices"][number];

/** Where the modalities' weights come from: the options (`given`), or the validation rows (`validation`). */
export type Weighting = Schema["weighting"]["choices"][number];

/** Whether rows of zeros are items without the modality (`missing`) or ordinary vectors (`keep`). */
export type ZeroRows = Schema["zeroRows"]["choices"][number];

/**
 * Named sets of defaults: `default` is chosen on TikTok's validation rows, `paper` follows the text of
 * SG-URInit (lambda 0.1, `sym`), `figure` follows its figure of the method (lambda 0.5, `mean`). No
 * code of the authors confirms either.
 */
export type Preset = Schema["preset"]["choices"][number];

/**
 * One value for all modalities, or a value for each by name; a modality that is not named gets the preset's
 * value.
 */
export type PerModality<T> = T | Readonly<Record<string, T>>;

/** Centroids to start k-means from: clusters x columns, row-major, in the space of the prepared features. */
export interface StartCentroids {
  readonly data: Float32Array;
  readonly clusters: number;
}

/** One value of an option; for an option with a value for each modality, the value of one modality. */
export type OptionValue<Name extends keyof Schema> = Schema[Name] extends {
  readonly choices: readonly (infer T)[];
}
  ? T
  : Schema[Name] extends { readonly kind: "number" }
    ? number
    : Schema[Name] extends { readonly kind: "names" }
      ? readonly string[]
      : StartCentroids;

/** Options of the method. All of them are optional. {@link FitOptions} adds where and how a fit runs. */
export interface MethodOptions {
  /** The set of defaults. Default: `default`. */
  readonly preset?: Preset | undefined;
  /** Modalities to use, in this order. Default: all that are given. */
  readonly modalities?: readonly string[] | undefined;
  /** Default: `center+l2`. */
  readonly prepare?: PerModality<Prepare> | undefined;
  /**
   * Power p from 0 to 1 of `prepare: "whiten"`: 0 leaves the axes' deviations as they are, 1 makes them all
   * equal. Other preparations ignore it. Default: 0.5, which found more than `center+l2` on the validation rows
   * of all four datasets of decision 0014; 1 found less on three of them.
   */
  readonly whitenPower?: PerModality<number> | undefined;
  /**
   * Ridge of `prepare: "whiten"` (finite, >= 0): this share of the columns' mean variance is added to the variance
   * of each axis, so that axes of little variance, which may be noise, are raised less. Default: 0.
   */
  readonly whitenRidge?: PerModality<number> | undefined;
  /** Number of clusters, K. Default: 8. */
  readonly clusters?: PerModality<number> | undefined;
  /** Weight of the LOCAL term, from 0 (global only) to 1 (local only). Default: 1; preset `paper`: 0.1, `figure`: 0.5. */
  readonly lambda?: PerModality<number> | undefined;
  /** Default: `sym`; preset `figure`: `mean`. */
  readonly normalization?: PerModality<Normalization> | undefined;
  /** Default: `concat`. */
  readonly combine?: Combine | undefined;
  /**
   * Ridge of `combine: "cca"` (finite, >= 0): this share of the columns' mean variance is added to the variance along each axis
   * before whitening, so that axes of little variance are amplified less. Default: 0.1.
   */
  readonly ccaRidge?: number | undefined;
  /** Weight of each modality (finite, above 0). Default: 1 each. Required for `weighted`; `mean` takes no other than 1. */
  readonly weights?: Readonly<Record<string, number>> | undefined;
  /**
   * `validation`: the weight of each modality is sqrt(r / the best modality's r), r being the Recall@20 of that
   * modality alone on the validation rows of the data, at least 1e-3. Plain concatenation may be worse than the
   * best modality alone. Each modality is fitted once more for it. Refused together with `weights` and
   * with `combine: "mean"`. The fit's options then hold the weights as given, and its report how they came
   * about. Default: `given`.
   */
  readonly weighting?: Weighting | undefined;
  /** Default: `pca`. */
  readonly project?: Projection | undefined;
  /**
   * Width of the tables, d. Default: 64, or the width of the features where that is less. With `project: "none"` the
   * tables keep the features' width, and another `dim` is refused.
   */
  readonly dim?: number | undefined;
  /**
   * Smoothing a (finite, >= 0): the features F that are projected become F + a R^^T (R^ F), with R^ the
   * normalized train matrix D_u^-1/2 R D_i^-1/2, so that items which are touched together become more similar
   * and the axes reflect co-occurrence. Items without interactions keep F alone. 1 rarely lowers quality;
   * choose larger values on validation rows. Needs a projection. Default: 0.
   */
  readonly smooth?: number | undefined;
  /**
   * Exponent p from 0 to 1: each principal axis is divided by its standard deviation (relative to that of the
   * first axis) to the power p, so that axes of low variance get more weight. Needs `project: "pca"`. Default:
   * 0.
   */
  readonly damping?: number | undefined;
  /** Default: `xavier`. */
  readonly scale?: Scale | undefined;
  /** The seed of all random numbers; a safe integer. Default: 999. */
  readonly seed?: number | undefined;
  /**
   * Number of k-means runs from different seeds; the run with the lowest inertia is kept. Default: 5, or 1
   * where `lambda` is 1 for every modality, since no table then depends on the clusters.
   */
  readonly restarts?: number | undefined;
  /**
   * Items that k-means++ chooses its seeds from, drawn evenly for each run; at least as many as clusters, and at most `sampleSize`, whose
   * items they then are (scikit-learn's `init_size`). Default: all with up to 32 clusters; with more, 2048 or 8 for each cluster, whichever is
   * more, since drawing from all items would take most of the time. The sum of squared distances to the centroids is then up to
   * 1.5 % higher when k-means has converged (bench/results/kmeans.md), and a sample may miss a small cluster. The number of
   * items, or any above it, stands for all.
   */
  readonly initSize?: number | undefined;
  /**
   * Items that each run of k-means iterates over, drawn evenly and anew for each run; at least as many as clusters. At the end all
   * items are assigned once. Fewer items take less time, and less reading where features are streamed, for a higher
   * inertia: the report says by how much at least one more iteration over all items would lower it (`sample.excess`), and
   * bench/results/kmeans.md what it cost on some datasets. Default: all items.
   */
  readonly sampleSize?: number | undefined;
  /** Most Lloyd iterations of a run; 0 keeps the starting centroids. Default: 100. */
  readonly maxIterations?: number | undefined;
  /** A run ends when the centroids' squared shift is at most this times the features' mean variance. Default: 1e-4. */
  readonly tolerance?: number | undefined;
  /** Whether rows of zeros are items without the modality (`missing`, the default) or ordinary vectors (`keep`). */
  readonly zeroRows?: ZeroRows | undefined;
  /**
   * Starting centroids by modality. A modality with starting centroids gets a single run, and their number is
   * its K.
   */
  readonly centroids?: Readonly<Record<string, StartCentroids>> | undefined;
  /**
   * Modalities whose centroids were given to the run that these options are a record of (see
   * {@link recordOptions}). A fit refuses these options without `centroids` for each such modality, since it
   * could not repeat the run.
   */
  readonly givenCentroids?: readonly string[] | undefined;
}

/** Options that have no value unless one is given. */
type Optional = "initSize" | "sampleSize" | "centroids" | "givenCentroids";

/** The type of an option with its default filled in: by modality, or for the whole run. */
type Filled<Name extends keyof Schema> = Schema[Name] extends { readonly perModality: string }
  ? Readonly<Record<string, OptionValue<Name>>>
  : OptionValue<Name>;

/**
 * {@link MethodOptions} with every default filled in and every per-modality value by name: options that reproduce the
 * run. The records have an entry for each of `modalities`. They are plain JSON, unless k-means started from given centroids.
 */
export type ResolvedOptions = { readonly [Name in Exclude<keyof Schema, Optional>]: Filled<Name> } & {
  /** Absent where the default holds, which depends on the number of clusters. */
  readonly initSize?: number;
  /** Absent where k-means iterates over all items. */
  readonly sampleSize?: number;
  /** The centroids that k-means started from, of the modalities where they were given. */
  readonly centroids?: Readonly<Record<string, StartCentroids>>;
};

/** {@link ResolvedOptions} as plain JSON: given centroids are named only. */
export interface RecordedOptions extends Omit<ResolvedOptions, "centroids"> {
  /** Modalities whose k-means started from given centroids. */
  readonly givenCentroids: readonly string[];
}

/** The options of a run as plain JSON, for a manifest or a report. */
export function recordOptions({ centroids = {}, ...options }: ResolvedOptions): RecordedOptions {
  return { ...options, givenCentroids: Object.keys(centroids) };
}
