import { type ColumnSettings, columnSettings } from "../../shared/columns/options.ts";
import { type BackendSettings, backendSettings } from "../../shared/options/backend.ts";
import { count, list, overwrite, path, text } from "../../shared/options/kinds.ts";
import { type MethodSettings, methodSettings } from "../../shared/options/method.ts";
import { outputSettings } from "../../shared/options/output.ts";
import type { Settings } from "../../shared/options/settings.ts";

/** How the log's columns are read: what the job can follow. */
type LogSettings = Pick<
  ColumnSettings,
  "features" | "idColumn" | "weightColumn" | "split" | "validationFrom" | "testFrom" | "duplicates"
>;

/** Options of `plan`, as given. */
export interface PlanSettings extends MethodSettings, LogSettings, BackendSettings {
  readonly job?: string;
  readonly force?: boolean | string;
  readonly interactions?: readonly string[];
  readonly userColumn?: string;
  readonly itemColumn?: string;
  readonly sampleItems?: number;
  readonly quiet?: boolean;
  readonly json?: boolean;
}

const result = "Result:";
const columns = "Dataset from files of columns:";
const { features, idColumn, weightColumn, split, validationFrom, testFrom, duplicates } = columnSettings;

/** The options of `plan`, in the order of its help. */
export const planSettings: Settings<PlanSettings> = {
  job: { kind: path, group: result, description: "folder to write the job to (required)" },
  force: {
    kind: overwrite,
    group: result,
    description: "replace a job even if its output lies in it; with its path once more, any folder",
  },
  interactions: {
    kind: list(path, "<files>"),
    group: columns,
    description:
      "log as the job will find it: paths, patterns or URIs of Parquet, CSV or JSON lines (required)",
  },
  features,
  userColumn: { kind: text, group: columns, description: "column of user IDs in the log (required)" },
  itemColumn: { kind: text, group: columns, description: "column of item IDs in the log (required)" },
  idColumn,
  weightColumn,
  split,
  validationFrom,
  testFrom,
  duplicates,
  ...methodSettings,
  sampleItems: {
    kind: count("items"),
    group: "Clustering:",
    description: "items that k-means runs on; the others are assigned in one pass (1048576)",
  },
  ...backendSettings,
  ...outputSettings,
};
