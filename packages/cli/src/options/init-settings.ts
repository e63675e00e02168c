import {
  backendChoices,
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
import { candidates } from "../backends/candidates.ts";
import {
  byName,
  choice,
  list,
  memorySize,
  number,
  path,
  perModality,
  separator,
  text,
  toggle,
} from "./kinds.ts";
import type { Settings } from "./settings.ts";

/** How a dataset's table of interactions is written: keys of MMRec's yaml. */
export interface DatasetSettings {
  readonly userColumn?: string;
  readonly itemColumn?: string;
  readonly labelColumn?: string;
  readonly separator?: string;
  readonly users?: number;
}

/** Options of `init`, as given: what is left out takes the preset's value. */
export interface InitSettings extends DatasetSettings {
  readonly out?: string;
  readonly force?: boolean;
  readonly format?: readonly ("npy" | "safetensors")[];
  readonly perModality?: boolean;
  readonly evaluate?: boolean;
  readonly control?: "permuted" | "none";
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
  readonly backend?: string;
  readonly memory?: number;
  readonly quiet?: boolean;
  readonly json?: boolean;
}

const method = "Method:";
const clustering = "Clustering:";
const dataset = "Dataset:";
const machine = "Machine:";
const result = "Result:";

/** What becomes of standard output: options of every command. */
export const outputSettings: Settings<{ quiet?: boolean; json?: boolean }> = {
  quiet: { kind: toggle, group: "Output:", description: "print nothing but errors" },
  json: { kind: toggle, group: "Output:", description: "print one JSON object and nothing else" },
};

/** How to read a dataset: options of every command that reads one. */
export const datasetSettings: Settings<DatasetSettings> = {
  userColumn: { kind: text, group: dataset, description: "column of user IDs in the .inter table (userID)" },
  itemColumn: { kind: text, group: dataset, description: "column of item IDs (itemID)" },
  labelColumn: {
    kind: text,
    group: dataset,
    description: "column of the split, 0 train, 1 validation, 2 test (x_label)",
  },
  separator: { kind: separator, group: dataset, description: "what separates the columns (a tab)" },
  users: {
    kind: number,
    group: dataset,
    description: "number of users, where some without interactions follow (largest ID + 1)",
  },
};

/** The options of `init`, in the order of its help. */
export const initSettings: Settings<InitSettings> = {
  out: { kind: path, group: result, description: "folder to write the bundle to (required)" },
  force: { kind: toggle, group: result, description: "replace the folder even if it is no bundle" },
  format: {
    kind: list(choice(["npy", "safetensors"]), "<list>"),
    group: result,
    description: "npy, safetensors, or both: npy,safetensors (npy)",
  },
  perModality: {
    kind: toggle,
    group: result,
    description: "leave out the tables users.<modality>",
    onByDefault: true,
  },
  evaluate: {
    kind: toggle,
    group: result,
    description: "judge the vectors, untrained, on the validation rows",
  },
  control: {
    kind: choice(["permuted", "none"]),
    group: result,
    description: "permuted: write all tables with their rows permuted, to compare with; or none (none)",
  },
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
  ...datasetSettings,
  backend: {
    kind: choice(backendChoices(candidates)),
    group: machine,
    description: `${backendChoices(candidates).join(", ")} (auto)`,
  },
  memory: {
    kind: memorySize,
    group: machine,
    description: "bound for matrices, such as 800MB; tables then pass through files",
  },
  ...outputSettings,
};

/** The presets' values of an option, for the help. */
function byPreset(option: "lambda" | "normalization" | "clusters"): string {
  const { default: own, paper } = presets;
  return own[option] === paper[option] ? `${own[option]}` : `${own[option]}; paper: ${paper[option]}`;
}
