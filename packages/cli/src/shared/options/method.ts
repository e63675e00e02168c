import {
  type Combine,
  choices,
  defaultDim,
  type Normalization,
  type PerModality,
  type Prepare,
  type Preset,
  type Projection,
  presets,
  type Scale,
} from "@wellbegun/core";
import { byName, choice, list, number, path, perModality, text } from "./kinds.ts";
import type { Settings } from "./settings.ts";

/** The options that say how vectors are made, as given: what is left out takes the preset's value. */
export interface MethodSettings {
  readonly preset?: Preset;
  readonly modalities?: readonly string[];
  readonly prepare?: Prepare;
  readonly zeroRows?: "missing" | "keep";
  readonly clusters?: PerModality<number>;
  readonly lambda?: PerModality<number>;
  readonly normalization?: PerModality<Normalization>;
  readonly combine?: Combine;
  readonly weights?: Readonly<Record<string, number>>;
  readonly project?: Projection;
  readonly dim?: number;
  readonly smooth?: number;
  readonly damping?: number;
  readonly scale?: Scale;
  readonly seed?: number;
  readonly restarts?: number;
  readonly initSize?: number;
  readonly maxIterations?: number;
  readonly tolerance?: number;
  readonly centroids?: string;
}

const method = "Method:";
const clustering = "Clustering:";

/** The options that say how vectors are made, in the order of the help: those of `init`, and of `evaluate`. */
export const methodSettings: Settings<MethodSettings> = {
  preset: {
    kind: choice(choices.preset),
    group: method,
    description: "values of what is left out: default, or paper (lambda 0.1, sym)",
  },
  modalities: { kind: list(text, "<list>"), group: method, description: "such as image,audio (all found)" },
  prepare: {
    kind: choice(choices.prepare),
    group: method,
    description: "features: none, center, l2, standardize, center+l2 (center+l2)",
  },
  zeroRows: {
    kind: choice(["missing", "keep"]),
    group: method,
    description: "rows of zeros: missing, items without the modality, or keep (missing)",
  },
  lambda: {
    kind: perModality(number),
    group: method,
    description: `weight of the local term, 0 to 1 (${byPreset("lambda")})`,
  },
  normalization: {
    kind: perModality(choice(choices.normalization)),
    group: method,
    description: `local term: sym or mean (${byPreset("normalization")})`,
  },
  combine: {
    kind: choice(choices.combine),
    group: method,
    description: "modalities: concat, mean, weighted (concat)",
  },
  weights: { kind: byName(number), group: method, description: "such as image=0.7,audio=0.3 (1 each)" },
  project: {
    kind: choice(choices.project),
    group: method,
    description: "to --dim columns by: pca, random, columns, none (pca)",
  },
  dim: {
    kind: number,
    group: method,
    description: `width of the tables (${defaultDim}, or the features' width if that is less)`,
  },
  smooth: {
    kind: number,
    group: method,
    description: "a of F + a R'(R F): axes that see co-occurrence; 1, 4 or 16 (0)",
  },
  damping: {
    kind: number,
    group: method,
    description: "power of its deviation that each principal axis is divided by, 0 to 1 (0)",
  },
  scale: {
    kind: choice(choices.scale),
    group: method,
    description: "length of the vectors: xavier, items, unit, none (xavier)",
  },
  clusters: {
    kind: perModality(number),
    group: clustering,
    description: `number of clusters (${byPreset("clusters")})`,
  },
  seed: { kind: number, group: clustering, description: "one seed for everything random (999)" },
  restarts: {
    kind: number,
    group: clustering,
    description: "k-means runs, of which the best counts (5; 1 if lambda is 1 throughout)",
  },
  initSize: {
    kind: number,
    group: clustering,
    description: "items that a run's seeds are drawn from (all)",
  },
  maxIterations: { kind: number, group: clustering, description: "most iterations of a run (100)" },
  tolerance: {
    kind: number,
    group: clustering,
    description: "shift of the centroids that ends a run (1e-4)",
  },
  centroids: {
    kind: path,
    group: clustering,
    description: "folder with centroids to start from; one run, no restarts",
  },
};

/** The presets' values of an option, for the help. */
function byPreset(option: "lambda" | "normalization" | "clusters"): string {
  const { default: own, paper } = presets;
  return own[option] === paper[option] ? `${own[option]}` : `${own[option]}; paper: ${paper[option]}`;
}
