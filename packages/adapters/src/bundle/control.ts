import { WellbegunError } from "@wellbegun/core";
import { type BundleManifest, MANIFEST_FILE } from "./manifest.ts";

/**
 * What a bundle's tables are a control for: `permuted` tables have their rows in a random order, so that they keep the
 * values and the scale and lose the meaning. `null`: the tables are the real ones.
 */
export type Control = "permuted" | null;

/**
 * The control that a manifest declares; a manifest without the key declares none.
 *
 * @throws {WellbegunError} `format` if `control` is another value, so that an unknown control never counts as real.
 */
export function controlOf(manifest: BundleManifest): Control {
  const { control = null } = manifest;
  if (control === null || control === "permuted") return control;
  throw new WellbegunError("format", {
    doing: "reading a bundle's manifest",
    expected: 'control "permuted", or null',
    found: JSON.stringify(control),
    at: MANIFEST_FILE,
  });
}
