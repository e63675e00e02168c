import type { IneffectiveRule } from "../../shared/options/ineffective.ts";
import { modelOf } from "./models.ts";
import type { TrainSettings } from "./options.ts";
import { startFolder } from "./start.ts";

const isRandom = ({ start = "random" }: TrainSettings): boolean => start === "random";

/** Whether the run reads the features: its model does, or its start is made from them. */
export function readsFeatures({ model = "alignrec", start }: TrainSettings): boolean {
  return start === "content" || modelOf(model).readsFeatures;
}

/** Options of `train` that have no effect in combination with others. */
export const trainRules: readonly IneffectiveRule<TrainSettings>[] = [
  {
    option: "beside",
    when: ({ report }) => report === undefined,
    because: "without --report, the page that shows them",
  },
  ...(["startTables", "startScale", "control"] as const).map((option) => ({
    option,
    when: isRandom,
    because: "with a random start",
  })),
  {
    option: "startModality",
    when: ({ start = "random" }) => start === "random" || start === "spectral",
    because: "with a start that has no tables by modality",
  },
  {
    option: "startModality",
    when: ({ startTables }) => startTables === "users+items",
    because: "with --start-tables users+items: items have no table by modality",
  },
  {
    option: "otherData",
    when: (settings) => startFolder(settings) === undefined,
    because: "without a bundle as --start, whose data could be other",
  },
  {
    option: "modalities",
    when: (settings) => !readsFeatures(settings),
    because: "with a model that reads no features",
  },
];
