import type { OverlapRule } from "@wellbegun/evaluation";
import { type ColumnSettings, columnSettings, type SplitPlace } from "../../shared/columns/options.ts";
import { type BackendSettings, backendSettings } from "../../shared/options/backend.ts";
import { type DatasetSettings, datasetSettings } from "../../shared/options/dataset.ts";
import { choice, count, list, numberIn, path, toggle } from "../../shared/options/kinds.ts";
import { type MethodSettings, methodSettings } from "../../shared/options/method.ts";
import { outputSettings } from "../../shared/options/output.ts";
import { overlapSetting } from "../../shared/options/overlap.ts";
import type { Settings } from "../../shared/options/settings.ts";
import { type BaselineChoice, baselinesKind } from "../../shared/untrained-baselines.ts";

/** The protocols of `evaluate`. */
export type EvaluateProtocol = "zero-shot" | "item-cf" | "mask-modality" | "alignment";
const protocols: readonly EvaluateProtocol[] = ["zero-shot", "item-cf", "mask-modality", "alignment"];

/** Options of `evaluate`, as given. */
export interface EvaluateSettings
  extends MethodSettings,
    Omit<DatasetSettings, "users">,
    Omit<ColumnSettings, "items" | "split">,
    BackendSettings {
  readonly splitBy?: SplitPlace;
  readonly bundle?: string;
  readonly users?: string;
  readonly items?: string;
  readonly otherData?: boolean;
  readonly split?: "valid" | "test";
  readonly overlap?: OverlapRule;
  readonly k?: readonly number[];
  readonly protocols?: readonly EvaluateProtocol[];
  readonly control?: "permuted" | "none";
  readonly similarity?: "dot" | "cosine";
  readonly maskShare?: number;
  readonly baselines?: readonly BaselineChoice[];
  readonly report?: string;
  readonly userCount?: number;
  readonly quiet?: boolean;
  readonly json?: boolean;
}

const judged = "What is judged (without these, what init would make):";
const judging = "How:";
const { users: userCount, ...folderSettings } = datasetSettings;
// --items and --split have other meanings here: the dataset is all items, and --split-by says how rows are split.
const { items: _items, split: splitBy, ...filesOfColumns } = columnSettings;

/** The options of `evaluate`, in the order of its help. */
export const evaluateSettings: Settings<EvaluateSettings> = {
  bundle: { kind: path, group: judged, description: "a bundle that init wrote" },
  users: {
    kind: path,
    group: judged,
    description: "user table, one row a user: .npy, or .safetensors#tensor",
  },
  items: { kind: path, group: judged, description: "item table of the same width" },
  otherData: {
    kind: toggle,
    group: judged,
    description: "the bundle was computed from other train rows or features, and that is meant",
  },
  split: {
    kind: {
      ...choice(["valid", "test"]),
      expected: "valid or test (--split-by takes time:<column> or label:<column>)",
    },
    group: judging,
    description: "rows to be found: valid or test (valid)",
  },
  overlap: { ...overlapSetting, group: judging },
  k: { kind: list(count("items"), "<list>"), group: judging, description: "lengths of the lists (10,20)" },
  protocols: {
    kind: list(choice(protocols), "<list>"),
    group: judging,
    description: `${protocols.join(", ")} (all that apply)`,
  },
  control: {
    kind: choice(["permuted", "none"]),
    group: judging,
    description:
      "permuted: the same tables with their rows permuted, beside every figure; or none (permuted)",
  },
  similarity: {
    kind: choice(["dot", "cosine"]),
    group: judging,
    description: "of zero-shot: dot or cosine (dot)",
  },
  maskShare: {
    kind: numberIn({ min: 0, max: 1 }),
    group: judging,
    description: "share of the items that lose a modality in mask-modality (0.5)",
  },
  baselines: {
    kind: baselinesKind(),
    group: judging,
    description:
      "beside popularity: item-knn, spectral (as wide as the vectors), ease, or none (all; ease up to 2,000 items)",
  },
  report: { kind: path, group: "Output:", description: "file for an HTML report with pictures" },
  ...methodSettings,
  ...folderSettings,
  userCount,
  ...filesOfColumns,
  splitBy,
  ...backendSettings,
  ...outputSettings,
};
