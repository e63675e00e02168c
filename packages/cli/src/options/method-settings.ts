import type { InitSettings } from "./init-settings.ts";

type MethodKey =
  | "preset"
  | "modalities"
  | "prepare"
  | "zeroRows"
  | "lambda"
  | "normalization"
  | "combine"
  | "weights"
  | "project"
  | "dim"
  | "smooth"
  | "damping"
  | "scale"
  | "clusters"
  | "seed"
  | "restarts"
  | "initSize"
  | "maxIterations"
  | "tolerance"
  | "centroids";

/** Those of the options of `init` that say how vectors are made, as given. */
export type MethodSettings = Pick<InitSettings, MethodKey>;

/** Their names, in the order of the help. */
export const methodKeys: readonly MethodKey[] = [
  "preset",
  "modalities",
  "prepare",
  "zeroRows",
  "lambda",
  "normalization",
  "combine",
  "weights",
  "project",
  "dim",
  "smooth",
  "damping",
  "scale",
  "clusters",
  "seed",
  "restarts",
  "initSize",
  "maxIterations",
  "tolerance",
  "centroids",
];
