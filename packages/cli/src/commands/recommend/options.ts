import { type ColumnSettings, columnSettings } from "../../shared/columns/options.ts";
import { type BackendSettings, backendSettings } from "../../shared/options/backend.ts";
import { type BundleOutputSettings, bundleOutputSettings } from "../../shared/options/bundle-output.ts";
import { type DatasetSettings, datasetSettings } from "../../shared/options/dataset.ts";
import { count, list, optionalNumber, path, seed, text } from "../../shared/options/kinds.ts";
import { outputSettings } from "../../shared/options/output.ts";
import type { Settings } from "../../shared/options/settings.ts";
import { type BaselineChoice, baselinesKind, quickEaseItems } from "../../shared/untrained-baselines.ts";

/** Baselines of `recommend`, whose own collaborative side is spectral. */
export const recommendBaselines = ["item-knn", "ease"] as const;

/** Options of `recommend`, as given. */
export interface RecommendSettings
  extends Omit<DatasetSettings, "users">,
    ColumnSettings,
    BundleOutputSettings,
    BackendSettings {
  /** Path of a file of new users. */
  readonly users?: string;
  /** Number of users. */
  readonly userCount?: number;
  readonly k?: number;
  readonly explain?: readonly string[];
  readonly modalities?: readonly string[];
  readonly maxWidth?: number;
  readonly contentWidth?: number;
  readonly maxUsers?: number;
  readonly fillCold?: boolean | number;
  readonly baselines?: readonly BaselineChoice[];
  readonly seed?: number;
  readonly quiet?: boolean;
  readonly json?: boolean;
}

const result = "Result:";
const search = "Search:";

// The reader's `users`, a number, has another name here: `--users` is the file of new users.
const { users: userCount, ...folderSettings } = datasetSettings;

/** The options of `recommend`, in the order of its help. */
export const recommendSettings: Settings<RecommendSettings> = {
  ...bundleOutputSettings,
  users: {
    kind: path,
    group: result,
    description:
      'new users as JSON lines, {"user": …, "items": […]}, also with "weights", "negatives", "negativeWeights" and "negativeFactor": prints a list for each',
  },
  k: {
    kind: count("items"),
    group: result,
    description: "length of the lists, which the search judges by (20)",
  },
  explain: {
    kind: list(text, "<user,item>"),
    group: result,
    description: "a train user and an item: which of the user's items give the score, by which side",
  },
  baselines: {
    kind: baselinesKind(recommendBaselines),
    group: result,
    description: `what the tables are held against besides popularity: ${recommendBaselines.join(", ")}, or none (all; ease up to ${quickEaseItems} items unless it is named)`,
  },
  modalities: { kind: list(text, "<list>"), group: search, description: "such as image,audio (all found)" },
  maxWidth: {
    kind: count("columns"),
    group: search,
    description: "widest collaborative table that is tried (512)",
  },
  contentWidth: { kind: count("columns"), group: search, description: "columns of the content table (64)" },
  maxUsers: {
    kind: count("users"),
    group: search,
    description: "users whose validation rows choices are made by; a sample of more (2000)",
  },
  fillCold: {
    kind: optionalNumber(0.25, 3),
    group: search,
    description:
      "give items with at most 2 train rows a collaborative row from their content, of this norm (0.25 to 3): finds more of them and fewer of the others, both printed; without a number the norm that finds most of them and loses at most 1 % over all",
  },
  seed: { kind: seed, group: search, description: "one seed for everything random (0)" },
  ...folderSettings,
  userCount,
  ...columnSettings,
  ...backendSettings,
  ...outputSettings,
};
