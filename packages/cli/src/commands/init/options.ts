import { type ColumnSettings, columnSettings } from "../../shared/columns/options.ts";
import { type BackendSettings, backendSettings } from "../../shared/options/backend.ts";
import { type BundleOutputSettings, bundleOutputSettings } from "../../shared/options/bundle-output.ts";
import { type DatasetSettings, datasetSettings } from "../../shared/options/dataset.ts";
import { choice, count, list, memorySize, toggle } from "../../shared/options/kinds.ts";
import { type MethodSettings, methodSettings } from "../../shared/options/method.ts";
import { outputSettings } from "../../shared/options/output.ts";
import type { Settings } from "../../shared/options/settings.ts";

/** Options of `init`, as given; an omitted option takes the preset's value. */
export interface InitSettings
  extends MethodSettings,
    DatasetSettings,
    ColumnSettings,
    BundleOutputSettings,
    BackendSettings {
  readonly format?: readonly ("npy" | "safetensors" | "parquet")[];
  readonly rowsPerPart?: number;
  readonly perModality?: boolean;
  readonly evaluate?: boolean;
  readonly control?: "permuted" | "none";
  readonly otherData?: boolean;
  readonly memory?: number;
  readonly quiet?: boolean;
  readonly json?: boolean;
}

const result = "Result:";

/** The options of `init`, in the order of its help. */
export const initSettings: Settings<InitSettings> = {
  ...bundleOutputSettings,
  format: {
    kind: list(choice(["npy", "safetensors", "parquet"]), "<list>"),
    group: result,
    description:
      "npy, safetensors, parquet (users and items with their IDs; other tables are npy) or several (npy)",
  },
  rowsPerPart: {
    kind: count("rows"),
    group: result,
    description: "write tables with more rows in parts of so many (1 GiB each, for tables over 4 GiB)",
  },
  perModality: {
    kind: toggle,
    group: result,
    description: "leave out the tables users.<modality>",
    onByDefault: true,
  },
  evaluate: {
    kind: toggle,
    group: result,
    description: "judge the vectors, untrained, on the validation rows",
  },
  control: {
    kind: choice(["permuted", "none"]),
    group: result,
    description: "permuted: write all tables with their rows permuted, to compare with; or none (none)",
  },
  otherData: {
    kind: toggle,
    group: "Result:",
    description: "the bundle of --centroids was computed from other features, and that is meant",
  },
  ...methodSettings,
  ...datasetSettings,
  ...columnSettings,
  ...backendSettings,
  memory: {
    kind: memorySize,
    group: "Machine:",
    description: "bound on memory, such as 800MB; tables, and features of columns, then pass through files",
  },
  ...outputSettings,
};
