import { WellbegunError } from "@wellbegun/core";
import { overwrite, path } from "./kinds.ts";
import type { Settings } from "./settings.ts";

/** Where a command writes its bundle. */
export interface BundleOutputSettings {
  readonly out?: string;
  readonly force?: boolean | string;
}

export const bundleOutputSettings: Settings<BundleOutputSettings> = {
  out: { kind: path, group: "Result:", description: "folder to write the bundle to (required)" },
  force: {
    kind: overwrite,
    group: "Result:",
    description: "replace a bundle even if other files lie beside it; with its path once more, any folder",
  },
};

/**
 * The folder that `--out` names.
 *
 * @throws {WellbegunError} `invalid-option` without the option.
 */
export function bundleFolder({ out }: BundleOutputSettings): string {
  if (out !== undefined) return out;
  throw new WellbegunError("invalid-option", {
    doing: "reading the options",
    expected: "a folder to write the bundle to",
    found: "none",
    at: "option --out",
  });
}
