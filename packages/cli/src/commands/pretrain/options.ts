import { type BackendSettings, backendSettings } from "../../shared/options/backend.ts";
import type { IneffectiveRule } from "../../shared/options/ineffective.ts";
import { count, list, numberIn, overwrite, path, seed, text } from "../../shared/options/kinds.ts";
import { outputSettings } from "../../shared/options/output.ts";
import type { Settings } from "../../shared/options/settings.ts";

/** Options of `pretrain`, as given. */
export interface PretrainSettings extends BackendSettings {
  readonly out?: string;
  readonly force?: boolean | string;
  readonly space?: string;
  readonly modalities?: readonly string[];
  readonly dim?: number;
  readonly hidden?: number;
  readonly contrast?: number;
  readonly similarity?: number;
  readonly epochs?: number;
  readonly patience?: number;
  readonly batch?: number;
  readonly lr?: number;
  readonly seed?: number;
  readonly quiet?: boolean;
  readonly json?: boolean;
}

const result = "Result:";
const model = "Model:";
const training = "Training:";

/** The options of `pretrain`, in the order of its help. */
export const pretrainSettings: Settings<PretrainSettings> = {
  out: { kind: path, group: result, description: "folder to write the dataset to (required)" },
  force: {
    kind: overwrite,
    group: result,
    description:
      "replace an earlier output even if other files lie beside it; with its path once more, any folder",
  },
  space: {
    kind: path,
    group: result,
    description: "output of an earlier run: these items are placed in its space, and nothing is learned",
  },
  modalities: { kind: list(text, "<list>"), group: model, description: "such as image,text (all found)" },
  dim: { kind: count("columns"), group: model, description: "width of the unified vectors (64)" },
  hidden: {
    kind: numberIn({ min: 0, max: 1 }),
    group: model,
    description: "share of the columns that is hidden (0.25)",
  },
  contrast: {
    kind: numberIn({ min: 0 }),
    group: model,
    description: "weight of the contrastive term between modalities (0.1)",
  },
  similarity: {
    kind: numberIn({ min: 0 }),
    group: model,
    description: "weight of the term that keeps the items' cosines (1)",
  },
  epochs: { kind: count("epochs"), group: training, description: "most epochs (500)" },
  patience: {
    kind: count("epochs"),
    group: training,
    description: "epochs without a lower loss of held-out items that training goes on for (10)",
  },
  batch: { kind: count("items"), group: training, description: "items of a step (256)" },
  lr: {
    kind: numberIn({ above: 0 }),
    group: training,
    description: "learning rate of the first epoch (0.005)",
  },
  seed: { kind: seed, group: training, description: "one seed for everything random (999)" },
  ...backendSettings,
  ...outputSettings,
};

/** What learning needs is not read where nothing is learned. */
export const pretrainRules: readonly IneffectiveRule<PretrainSettings>[] = (
  [
    ...(["dim", "hidden", "contrast", "similarity", "epochs"] as const),
    ...(["patience", "batch", "lr", "seed", "backend"] as const),
  ] as const
).map((option) => ({
  option,
  when: ({ space }) => space !== undefined,
  because: "with --space, where nothing is learned",
}));
