import { choice, count, list, path, text } from "../options/kinds.ts";
import type { Settings } from "../options/settings.ts";
import { type FeaturePlace, namedColumns } from "./named-columns.ts";

/** How a dataset is read from files of columns, instead of a folder in MMRec's layout. */
export interface ColumnSettings {
  readonly interactions?: readonly string[];
  readonly features?: Readonly<Record<string, FeaturePlace>>;
  readonly idColumn?: string;
  readonly weightColumn?: string;
  readonly split?: SplitPlace;
  readonly validationFrom?: string;
  readonly testFrom?: string;
  readonly duplicates?: "max" | "sum" | "last";
  readonly minUser?: number;
  readonly minItem?: number;
  readonly items?: "all" | "interactions";
  readonly engine?: "javascript" | "duckdb";
  readonly temp?: string;
}

/** What a split goes by, and the column: `time:timestamp`, `label:split`. */
export interface SplitPlace {
  readonly by: "time" | "label";
  readonly column: string;
}

const columns = "Dataset from files of columns:";

/** The options of every command that reads a dataset from files of columns, beside `userColumn` and `itemColumn`. */
export const columnSettings: Settings<ColumnSettings> = {
  interactions: {
    kind: list(path, "<files>"),
    group: columns,
    description:
      "log of interactions: Parquet or Arrow, with --engine duckdb also CSV and JSON lines; patterns in quotes",
  },
  features: {
    kind: namedColumns,
    group: columns,
    description: "file and list column of each modality: image=items.parquet:image",
  },
  idColumn: {
    kind: text,
    group: columns,
    description: "column of the items' IDs in the features (the item column, where they have it, else id)",
  },
  weightColumn: { kind: text, group: columns, description: "column of the interactions' weights (all 1)" },
  split: {
    kind: {
      expected: "time:<column> or label:<column>",
      placeholder: "<by:column>",
      fromText: (value) => splitPlace(value),
      fromJson: (value) => (typeof value === "string" ? splitPlace(value) : undefined),
    },
    group: columns,
    description: "time:<column>, cut by the next two options; or label:<column> (all rows are train rows)",
  },
  validationFrom: {
    kind: text,
    group: columns,
    description: "first date, or number, of the validation rows",
  },
  testFrom: { kind: text, group: columns, description: "first date, or number, of the test rows" },
  duplicates: {
    kind: choice(["max", "sum", "last"]),
    group: columns,
    description: "weight of what occurs more than once: max, sum or last (max)",
  },
  minUser: {
    kind: count("items"),
    group: columns,
    description: "leave out users with fewer items, repeatedly (1)",
  },
  minItem: {
    kind: count("users"),
    group: columns,
    description: "leave out items with fewer users, repeatedly (1)",
  },
  items: {
    kind: choice(["all", "interactions"]),
    group: columns,
    description: "all items, or those with interactions (all)",
  },
  engine: {
    kind: choice(["javascript", "duckdb"]),
    group: columns,
    description:
      "what reads the log: javascript, in memory, or duckdb, which spills to the disk (javascript)",
  },
  temp: {
    kind: path,
    group: columns,
    description:
      "folder for temporary files of duckdb, and within --memory of features and tables (the system's)",
  },
};

/** The names of these options. */
export const columnOptionNames: readonly (keyof ColumnSettings)[] = Object.keys(
  columnSettings,
) as (keyof ColumnSettings)[];

function splitPlace(value: string): SplitPlace | undefined {
  const match = /^(time|label):(.+)$/.exec(value);
  return match === null ? undefined : { by: match[1] as "time" | "label", column: match[2]! };
}
