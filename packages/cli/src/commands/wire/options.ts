import { datasetSettings } from "../../shared/options/dataset.ts";
import {
  byName,
  choice,
  count,
  numberIn,
  overwrite,
  path,
  text,
  toggle,
} from "../../shared/options/kinds.ts";
import { outputSettings } from "../../shared/options/output.ts";
import type { Settings } from "../../shared/options/settings.ts";
import type { WireSettings } from "./run.ts";

/** Options of `wire`, as given. */
export type WireFlags = WireSettings & { into?: string; quiet?: boolean; json?: boolean };

const group = "Wiring:";
/** The options of `wire`, in the order of its help. */
export const wireSettings: Settings<WireFlags> = {
  into: { kind: path, group, description: "the codebase's checkout, or a folder for the run (required)" },
  tables: {
    kind: choice(["users", "users+items"] as const),
    group,
    description: "also the item table, in the users' space, which is not the paper's method (users)",
  },
  dataset: {
    kind: text,
    group,
    description: "the dataset's name in the codebase, or its folder, which the bundle is then compared with",
  },
  otherData: {
    kind: toggle,
    group,
    description: "the bundle was computed from other train rows or features, and that is meant",
  },
  latent: {
    kind: count("columns"),
    group,
    description: "width of branches that have an option of their own (as vectors)",
  },
  modalities: {
    kind: byName(text),
    group,
    description: "the bundle's modality for each of the model's: text=audio (same names)",
  },
  scaleFactor: {
    kind: numberIn({ above: 0 }),
    group,
    description:
      "factor on the scale of the values that are replaced; 2 helped graph models on one dataset (1)",
  },
  dryRun: { kind: toggle, group, description: "show what would be written, and write nothing" },
  force: {
    kind: overwrite,
    group,
    description: "replace an artifact even if other files lie beside it; with its path once more, any folder",
  },
  ...datasetSettings,
  ...outputSettings,
};
