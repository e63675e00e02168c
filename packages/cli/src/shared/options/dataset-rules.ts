import type { DatasetSettings } from "./dataset.ts";
import type { IneffectiveRule } from "./ineffective.ts";

/** Options of a dataset that have no effect in combination with others. */
export const datasetRules: readonly IneffectiveRule<DatasetSettings>[] = [
  {
    option: "labelColumn",
    when: ({ allTrain }) => allTrain === true,
    because: "with --all-train, which reads no column of splits",
  },
  {
    option: "users",
    when: ({ ids }) => ids === "raw",
    because: "with --ids raw, where the users are those that the table names",
  },
];
