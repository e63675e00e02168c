import type { ModelName, TestMask } from "@wellbegun/train";
import { type ColumnSettings, columnSettings } from "../../shared/columns/options.ts";
import { type BackendSettings, backendSettings } from "../../shared/options/backend.ts";
import { type BundleOutputSettings, bundleOutputSettings } from "../../shared/options/bundle-output.ts";
import { type DatasetSettings, datasetSettings } from "../../shared/options/dataset.ts";
import {
  byName,
  choice,
  count,
  list,
  memorySize,
  numberIn,
  path,
  seed,
  text,
  toggle,
} from "../../shared/options/kinds.ts";
import { outputSettings } from "../../shared/options/output.ts";
import type { Settings } from "../../shared/options/settings.ts";
import { type BaselineChoice, baselinesKind } from "../../shared/untrained-baselines.ts";
import { modelNames } from "./models.ts";

/** Options of `train`, as given. */
export interface TrainSettings
  extends DatasetSettings,
    ColumnSettings,
    BundleOutputSettings,
    BackendSettings {
  readonly resume?: boolean;
  readonly model?: ModelName;
  readonly modelOptions?: Readonly<Record<string, string>>;
  readonly modalities?: readonly string[];
  readonly start?: string;
  readonly startTables?: "users" | "users+items";
  readonly startModality?: string;
  readonly otherData?: boolean;
  readonly startScale?: number;
  readonly control?: "permuted";
  readonly dim?: number;
  readonly epochs?: number;
  readonly batch?: number;
  readonly lr?: number;
  readonly patience?: number;
  readonly evaluateEvery?: number;
  readonly k?: number;
  readonly testMask?: TestMask;
  readonly baselines?: readonly BaselineChoice[];
  readonly seed?: number;
  readonly seeds?: number;
  readonly memory?: number;
  readonly report?: string;
  readonly beside?: readonly string[];
  readonly quiet?: boolean;
  readonly json?: boolean;
}

const result = "Result:";
const model = "Model:";
const start = "Start:";
const training = "Training:";

/** The options of `train`, in the order of its help. */
export const trainSettings: Settings<TrainSettings> = {
  ...bundleOutputSettings,
  resume: {
    kind: toggle,
    group: result,
    description: "go on from the checkpoints of an interrupted run, to the same bytes",
  },
  model: { kind: choice(modelNames), group: model, description: `${modelNames.join(", ")} (alignrec)` },
  modelOptions: {
    kind: byName(text, "layers=3,regularization=1e-3"),
    group: model,
    description: "options of the model: layers=3,regularization=1e-3 (its own defaults)",
  },
  modalities: { kind: list(text, "<list>"), group: model, description: "such as image,audio (all found)" },
  dim: { kind: count("columns"), group: model, description: "width of the vectors (64)" },
  start: {
    kind: text,
    group: start,
    description: "random, content (as init), spectral, or a bundle's folder (random)",
  },
  otherData: {
    kind: toggle,
    group: start,
    description: "the start was computed from other train rows or features, and that is meant",
  },
  startTables: {
    kind: choice(["users", "users+items"] as const),
    group: start,
    description: "tables that are not random at the start (users+items)",
  },
  startModality: {
    kind: text,
    group: start,
    description: "starts the users from this modality's table, such as image (the fused one)",
  },
  startScale: {
    kind: numberIn({ above: 0 }),
    group: start,
    description: "factor on the start, which has the scale of a random one (1)",
  },
  control: {
    kind: choice(["permuted"] as const),
    group: start,
    description: "permuted: the start's rows in random order, which a real start must beat",
  },
  epochs: { kind: count("epochs"), group: training, description: "most epochs (1000)" },
  patience: {
    kind: numberIn({ whole: true, min: 0 }),
    group: training,
    description: "evaluations without a better validation recall that training goes on for (20)",
  },
  batch: { kind: count("interactions"), group: training, description: "interactions of a step (2048)" },
  lr: { kind: numberIn({ above: 0 }), group: training, description: "learning rate (0.001)" },
  evaluateEvery: {
    kind: count("epochs"),
    group: training,
    description: "epochs from one evaluation to the next (1)",
  },
  k: { kind: count("items"), group: training, description: "length of the lists that are judged (20)" },
  testMask: {
    kind: choice(["train", "train+validation"] as const),
    group: training,
    description: "rows left out of the lists of the test split (train+validation)",
  },
  baselines: {
    kind: baselinesKind(),
    group: training,
    description:
      "judged beside popularity: item-knn, spectral (as wide as the model), ease, or none (all; ease where half the memory holds it, up to 20,000 items)",
  },
  seed: { kind: seed, group: training, description: "one seed for everything random (999)" },
  seeds: {
    kind: count("runs"),
    group: training,
    description: "runs with consecutive seeds, a bundle for each in <out>/seed-<seed> (1)",
  },
  ...datasetSettings,
  ...columnSettings,
  memory: {
    kind: memorySize,
    group: "Machine:",
    description: "most memory that training may take, such as 2GB (what the machine has free)",
  },
  ...backendSettings,
  report: {
    kind: path,
    group: "Output:",
    description: "file for an HTML page of losses, metrics and geometry by epoch",
  },
  beside: {
    kind: list(path, "<bundles>"),
    group: "Output:",
    description: "trained bundles whose curves the page shows beside this run's",
  },
  ...outputSettings,
};
