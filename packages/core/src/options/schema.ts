/**
 * The options of a fit, each as one row of data. These rows are the source of the choices and types of the
 * options, their defaults and checks, the flags and the help of the command line, the keys of its config file,
 * the values that `@wellbegun/tune` searches, and the tables in the documentation (`npm run docs:options`).
 */

import type { OptionRow } from "./rows.ts";
import { runSchema } from "./run-schema.ts";

/** The options of the method, in the order of the resolved options. {@link MethodOptions} documents each. */
export const methodSchema = {
  preset: {
    kind: "choice",
    choices: ["default", "paper", "figure"],
    default: "default",
    group: "Method",
    help: "set of defaults that left-out options take; paper and figure are two readings of SG-URInit, both unconfirmed",
  },
  modalities: {
    kind: "names",
    defaultText: "all that are given",
    group: "Method",
    help: "modalities to use, in this order",
  },
  prepare: {
    kind: "choice",
    choices: ["none", "center", "l2", "standardize", "center+l2", "whiten"],
    default: "center+l2",
    perModality: "either",
    search: ["none", "center", "l2", "standardize", "center+l2", "whiten"],
    group: "Method",
    help: "how features are prepared",
  },
  whitenPower: {
    kind: "number",
    min: 0,
    max: 1,
    default: 0.5,
    perModality: "either",
    search: [0.25, 0.5, 1],
    group: "Method",
    help: "how far prepare whiten evens out the axes, from 0 (not at all) to 1 (fully)",
  },
  whitenRidge: {
    kind: "number",
    min: 0,
    default: 0,
    perModality: "either",
    search: [0, 0.1, 1],
    group: "Method",
    help: "share of the mean variance that prepare whiten adds to each axis",
  },
  clusters: {
    kind: "number",
    whole: true,
    min: 1,
    default: 8,
    presets: { paper: 8, figure: 8 },
    perModality: "either",
    search: [8, 16, 32, 64, 128],
    group: "Clustering",
    help: "number of k-means clusters",
  },
  lambda: {
    kind: "number",
    min: 0,
    max: 1,
    default: 1,
    presets: { paper: 0.1, figure: 0.5 },
    perModality: "either",
    search: [0, 0.1, 0.2, 0.3, 0.4, 0.5, 0.6, 0.7, 0.8, 0.9, 0.95, 1],
    group: "Method",
    help: "weight of the local term, from 0 (global only) to 1 (local only)",
  },
  normalization: {
    kind: "choice",
    choices: ["sym", "mean"],
    default: "sym",
    presets: { paper: "sym", figure: "mean" },
    perModality: "either",
    search: ["sym", "mean"],
    group: "Method",
    help: "how the local term weighs items",
  },
  combine: {
    kind: "choice",
    choices: ["concat", "mean", "weighted", "cca"],
    default: "concat",
    // The other two find the axes of each modality by itself, which do not correspond.
    search: ["concat", "cca"],
    group: "Method",
    help: "how modalities become one table",
  },
  ccaRidge: {
    kind: "number",
    min: 0,
    default: 0.1,
    group: "Method",
    help: "share of the mean variance that combine cca adds to each axis before whitening",
  },
  weights: {
    kind: "number",
    above: 0,
    default: 1,
    defaultText: "1 each",
    perModality: "each",
    search: [0.1, 0.25, 0.5, 1],
    group: "Method",
    help: "weight of each modality",
  },
  weighting: {
    kind: "choice",
    choices: ["given", "validation"],
    default: "given",
    group: "Method",
    help: "whether weights are given, or come from what each modality finds on the validation rows",
  },
  project: {
    kind: "choice",
    choices: ["pca", "random", "columns", "none"],
    default: "pca",
    search: ["pca", "random", "columns", "none"],
    group: "Method",
    help: "how the features' width becomes dim",
  },
  dim: {
    kind: "number",
    whole: true,
    min: 1,
    default: 64,
    defaultText: "64, or the features' width if that is less",
    search: [16, 32, 64, 128],
    group: "Method",
    help: "width of the tables",
  },
  smooth: {
    kind: "number",
    min: 0,
    default: 0,
    search: [0, 1, 4, 16],
    group: "Method",
    help: "a of F + a R'(R F), the features whose axes are found: they see co-occurrence",
  },
  damping: {
    kind: "number",
    min: 0,
    max: 1,
    default: 0,
    search: [0, 0.5, 1],
    group: "Method",
    help: "power of its deviation that each principal axis is divided by",
  },
  scale: {
    kind: "choice",
    choices: ["xavier", "items", "unit", "none"],
    default: "xavier",
    // The other two multiply all users by one factor and all items by another, which changes no ranking.
    search: ["xavier", "unit"],
    group: "Method",
    help: "length of the vectors",
  },
  seed: {
    kind: "number",
    whole: true,
    min: 0,
    default: 999,
    group: "Clustering",
    help: "one seed for everything random",
  },
  restarts: {
    kind: "number",
    whole: true,
    min: 1,
    default: 5,
    defaultText: "5, or 1 if lambda is 1 for every modality",
    group: "Clustering",
    help: "k-means runs, of which the best counts",
  },
  initSize: {
    kind: "number",
    whole: true,
    min: 1,
    defaultText: "all; with more than 32 clusters 2048, or 8 for each if more",
    group: "Clustering",
    help: "items that a run's seeds are drawn from",
  },
  sampleSize: {
    kind: "number",
    whole: true,
    min: 1,
    defaultText: "all",
    group: "Clustering",
    help: "items that a run's centroids come from, drawn anew for each run",
  },
  maxIterations: {
    kind: "number",
    whole: true,
    min: 0,
    default: 100,
    group: "Clustering",
    help: "most iterations of a run",
  },
  tolerance: {
    kind: "number",
    min: 0,
    default: 0.0001,
    group: "Clustering",
    help: "shift of the centroids that ends a run",
  },
  zeroRows: {
    kind: "choice",
    choices: ["missing", "keep"],
    default: "missing",
    group: "Method",
    help: "whether rows of zeros are items without the modality",
  },
  centroids: {
    kind: "other",
    type: "arrays of clusters x columns values",
    perModality: "each",
    group: "Clustering",
    help: "centroids to start from, in one run",
  },
  givenCentroids: {
    kind: "names",
    group: "Clustering",
    help: "modalities whose centroids the recorded run was given",
  },
} as const;

/** Name of an option of the method. */
export type MethodOptionName = keyof typeof methodSchema;

/** The rows of the method's options with their names, in order. */
export const methodRows: readonly (readonly [name: MethodOptionName, row: OptionRow])[] =
  Object.entries<OptionRow>(methodSchema) as [MethodOptionName, OptionRow][];

/** Names of all options of a fit. */
export const fitOptionNames: readonly string[] = [...Object.keys(methodSchema), ...Object.keys(runSchema)];
