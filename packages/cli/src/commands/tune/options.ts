import type { ZeroRows } from "@wellbegun/core";
import { methodSchema } from "@wellbegun/core/options";
import type { OverlapRule } from "@wellbegun/evaluation";
import { defaultSpace, type Objective, objectives, type SearchSpace, searchedNames } from "@wellbegun/tune";
import { type ColumnSettings, columnSettings } from "../../shared/columns/options.ts";
import { type BackendSettings, backendSettings } from "../../shared/options/backend.ts";
import { type DatasetSettings, datasetSettings } from "../../shared/options/dataset.ts";
import {
  choice,
  count,
  type Kind,
  list,
  memorySize,
  overwrite,
  path,
  seed,
  text,
} from "../../shared/options/kinds.ts";
import { kindOf } from "../../shared/options/method.ts";
import { outputSettings } from "../../shared/options/output.ts";
import { overlapSetting } from "../../shared/options/overlap.ts";
import type { Settings } from "../../shared/options/settings.ts";

/** How long a search goes on. */
export interface TuneBudget {
  readonly trials?: number;
  readonly seconds?: number;
}

/** Options of `tune`, as given. */
export interface TuneSettings extends DatasetSettings, ColumnSettings, BackendSettings, Partial<SearchSpace> {
  readonly out?: string;
  readonly force?: boolean | string;
  readonly resume?: string;
  readonly budget?: TuneBudget;
  readonly objective?: Objective;
  readonly k?: number;
  readonly overlap?: OverlapRule;
  readonly modalities?: readonly string[];
  readonly zeroRows?: ZeroRows;
  readonly seed?: number;
  readonly restarts?: number;
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

/** Each searched option takes several of its values. */
const spaceSettings = Object.fromEntries(
  searchedNames.map((name) => [
    name,
    {
      kind: list(kindOf(methodSchema[name]), "<list>"),
      group: space,
      description: `(${defaultSpace[name].join(", ")})`,
    },
  ]),
) as Settings<SearchSpace>;

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
  k: { kind: count("items"), group: search, description: "length of the lists (20)" },
  overlap: { ...overlapSetting, group: search },
  seed: { kind: seed, group: search, description: "one seed for everything random (999)" },
  restarts: { kind: count("runs"), group: search, description: "k-means runs of which the best counts (1)" },
  modalities: { kind: list(text, "<list>"), group: search, description: "such as image,audio (all found)" },
  zeroRows: {
    kind: choice(methodSchema.zeroRows.choices),
    group: search,
    description: `${methodSchema.zeroRows.help}: ${methodSchema.zeroRows.choices.join(", ")} (missing)`,
  },
  ...spaceSettings,
  ...datasetSettings,
  ...columnSettings,
  ...backendSettings,
  memory: { kind: memorySize, group: "Machine:", description: "bound for shared work, such as 800MB (1GB)" },
  ...outputSettings,
};
