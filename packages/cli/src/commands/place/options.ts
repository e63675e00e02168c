import { type BundleOutputSettings, bundleOutputSettings } from "../../shared/options/bundle-output.ts";
import { list, path, text } from "../../shared/options/kinds.ts";
import { outputSettings } from "../../shared/options/output.ts";
import type { Settings } from "../../shared/options/settings.ts";

/** Options of `place`, as given. */
export interface PlaceSettings extends BundleOutputSettings {
  readonly bundle?: string;
  readonly modalities?: readonly string[];
  readonly quiet?: boolean;
  readonly json?: boolean;
}

/** The options of `place`, in the order of its help. */
export const placeSettings: Settings<PlaceSettings> = {
  bundle: {
    kind: path,
    group: "Result:",
    description: "bundle of init, recommend or train, in whose item space the items are placed (required)",
  },
  ...bundleOutputSettings,
  modalities: {
    kind: list(text, "<list>"),
    group: "Items:",
    description: "such as image,text; others count as missing (all found)",
  },
  ...outputSettings,
};
