import { type BundleOutputSettings, bundleOutputSettings } from "../../shared/options/bundle-output.ts";
import { count, path } from "../../shared/options/kinds.ts";
import { outputSettings } from "../../shared/options/output.ts";
import type { Settings } from "../../shared/options/settings.ts";

/** Options of `collect`, as given. */
export interface CollectSettings extends BundleOutputSettings {
  readonly from?: string;
  readonly rowsPerPart?: number;
  readonly quiet?: boolean;
  readonly json?: boolean;
}

/** The options of `collect`, in the order of its help. */
export const collectSettings: Settings<CollectSettings> = {
  ...bundleOutputSettings,
  from: { kind: path, group: "Job:", description: "folder that the job wrote to (out in the job's folder)" },
  rowsPerPart: {
    kind: count("rows"),
    group: "Result:",
    description: "write tables with more rows in parts of so many (1 GiB each)",
  },
  ...outputSettings,
};
