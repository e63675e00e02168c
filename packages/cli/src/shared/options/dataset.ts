import { choice, count, separator, text, toggle } from "./kinds.ts";
import type { Settings } from "./settings.ts";

/** How a dataset's table of interactions is written: keys of MMRec's yaml. */
export interface DatasetSettings {
  readonly userColumn?: string;
  readonly itemColumn?: string;
  readonly labelColumn?: string;
  readonly allTrain?: boolean;
  readonly separator?: string;
  readonly ids?: "rows" | "raw";
  readonly users?: number;
}

const dataset = "Dataset:";

/** How to read a dataset: options of every command that reads one. */
export const datasetSettings: Settings<DatasetSettings> = {
  userColumn: { kind: text, group: dataset, description: "column of user IDs in the .inter table (userID)" },
  itemColumn: { kind: text, group: dataset, description: "column of item IDs (itemID)" },
  labelColumn: {
    kind: text,
    group: dataset,
    description: "column of the split, 0 train, 1 validation, 2 test (x_label)",
  },
  allTrain: {
    kind: toggle,
    group: dataset,
    description: "the table has no column of the split: all rows are train rows",
  },
  ids: {
    kind: choice(["rows", "raw"]),
    group: dataset,
    description: "rows: IDs are row numbers; raw: any text, with item_ids.txt for the feature rows (rows)",
  },
  separator: { kind: separator, group: dataset, description: "what separates the columns (a tab)" },
  users: {
    kind: count("users"),
    group: dataset,
    description: "number of users, where some without interactions follow (largest ID + 1)",
  },
};
