// The settings whose training-free score is held against what trained models reach: spread widely on purpose, so that
// the scores differ by more than their noise. `control` says what is done to the data before the fit, or to its tables.

/** @typedef {{ name: string, options: import("@wellbegun/core").FitOptions, control?: "features" | "rows" }} Setting */

/** @type {readonly Setting[]} */
export const settings = [
  { name: "default", options: {} },
  { name: "features-permuted", options: {}, control: "features" },
  { name: "paper", options: { preset: "paper" } },
  { name: "random-projection", options: { project: "random" } },
  { name: "global-8", options: { lambda: 0 } },
  { name: "audio-alone", options: { modalities: ["audio"] } },
  { name: "half-64-mean", options: { lambda: 0.5, clusters: 64, normalization: "mean" } },
  { name: "unprepared", options: { prepare: "none" } },
  { name: "rows-permuted", options: {}, control: "rows" },
  { name: "global-256", options: { lambda: 0, clusters: 256 } },
  { name: "columns-standardized", options: { project: "columns", prepare: "standardize" } },
  { name: "averaged", options: { combine: "mean" } },
];
