import {
  backendChoices,
  choices,
  type Normalization,
  type Prepare,
  type Projection,
  type Scale,
} from "@wellbegun/core";
import { defaultSpace, type Objective, objectives } from "@wellbegun/tune";
import { candidates } from "../../shared/backends/candidates.ts";
import { type DatasetSettings, datasetSettings } from "../../shared/options/dataset.ts";
import {
  choice,
  type Kind,
  list,
  memorySize,
  number,
  overwrite,
  path,
  text,
} from "../../shared/options/kinds.ts";
import { outputSettings } from "../../shared/options/output.ts";
import type { Settings } from "../../shared/options/settings.ts";

/** How long a search goes on. */
export interface TuneBudget {
  readonly trials?: number;
  readonly seconds?: number;
}

/** Options of `tune`, as given. */
export interface TuneSettings extends DatasetSettings {
  readonly out?: string;
  readonly force?: boolean | string;
  readonly resume?: string;
  readonly budget?: TuneBudget;
  readonly objective?: Objective;
  readonly k?: number;
  readonly modalities?: readonly string[];
  readonly prepare?: readonly Prepare[];
  readonly normalization?: readonly Normalization[];
  readonly lambda?: readonly number[];
  readonly clusters?: readonly number[];
  readonly project?: readonly Projection[];
  readonly dim?: readonly number[];
  readonly smooth?: readonly number[];
  readonly damping?: readonly number[];
  readonly weight?: readonly number[];
  readonly scale?: readonly Scale[];
  readonly zeroRows?: "missing" | "keep";
  readonly seed?: number;
  readonly restarts?: number;
  readonly backend?: string;
  readonly memory?: number;
  readonly quiet?: boolean;
  readonly json?: boolean;
}

const wholeBudget = /^\d+$/;
const timedBudget = /^(\d+(?:\.\d+)?)(s|m|h)$/;
const secondsOf: Readonly<Record<string, number>> = { s: 1, m: 60, h: 3600 };

/** A number of trials (200) or a time (60s, 5m, 1h). */
export const budget: Kind<TuneBudget> = {
  expected: "a number of trials such as 200, or a time such as 60s or 5m",
  placeholder: "<budget>",
  fromText: (given) => {
    if (wholeBudget.test(given)) return Number(given) > 0 ? { trials: Number(given) } : undefined;
    const match = timedBudget.exec(given);
    const seconds = match === null ? 0 : Number(match[1]) * secondsOf[match[2]!]!;
    return seconds > 0 ? { seconds } : undefined;
  },
  fromJson: (value) => {
    if (typeof value === "number") return budget.fromText(`${value}`);
    return typeof value === "string" ? budget.fromText(value) : undefined;
  },
};

const search = "Search:";
const space = "Values to choose from:";
const machine = "Machine:";

/** The options of `tune`, in the order of its help. */
export const tuneSettings: Settings<TuneSettings> = {
  out: { kind: path, group: search, description: "config file to write, for init --config (tune.json)" },
  force: {
    kind: overwrite,
    group: search,
    description: "replace an earlier config file and its trials; with the path of --out once more, any files",
  },
  resume: { kind: path, group: search, description: "go on with the search in this .trials.jsonl file" },
  budget: { kind: budget, group: search, description: "trials, or a time: 200, 60s, 5m (200)" },
  objective: {
    kind: choice(objectives),
    group: search,
    description: "recall, cold-items (recall of items with at most 2 train interactions), item-cf (recall)",
  },
  k: { kind: number, group: search, description: "length of the lists (20)" },
  seed: { kind: number, group: search, description: "one seed for everything random (999)" },
  restarts: { kind: number, group: search, description: "k-means runs of which the best counts (1)" },
  modalities: { kind: list(text, "<list>"), group: search, description: "such as image,audio (all found)" },
  zeroRows: {
    kind: choice(["missing", "keep"]),
    group: search,
    description: "rows of zeros: missing, items without the modality, or keep (missing)",
  },
  prepare: words("prepare"),
  normalization: words("normalization"),
  lambda: numbers("lambda"),
  clusters: numbers("clusters"),
  project: words("project"),
  dim: numbers("dim"),
  smooth: numbers("smooth"),
  damping: numbers("damping"),
  weight: numbers("weight"),
  scale: words("scale"),
  ...datasetSettings,
  backend: {
    kind: choice(backendChoices(candidates)),
    group: machine,
    description: `${backendChoices(candidates).join(", ")} (auto)`,
  },
  memory: { kind: memorySize, group: machine, description: "bound for shared work, such as 800MB (1GB)" },
  ...outputSettings,
};

/** A setting of the method: several of its choices. */
function words<N extends "prepare" | "normalization" | "project" | "scale">(
  name: N,
): { kind: Kind<readonly (typeof choices)[N][number][]>; group: string; description: string } {
  const allowed: readonly (typeof choices)[N][number][] = choices[name];
  return {
    kind: list(choice(allowed), "<list>"),
    group: space,
    description: `(${defaultSpace[name].join(", ")})`,
  };
}

/** A setting of the method: several numbers. */
function numbers(name: "lambda" | "clusters" | "dim" | "smooth" | "damping" | "weight"): {
  kind: Kind<readonly number[]>;
  group: string;
  description: string;
} {
  return { kind: list(number, "<list>"), group: space, description: `(${defaultSpace[name].join(", ")})` };
}
