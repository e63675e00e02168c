import { WellbegunError } from "../errors.ts";
import type { FeatureSource } from "./features.ts";
import type { Interactions } from "./interactions.ts";

/** What a fit is made from. */
export interface FitInput {
  /** The train interactions. Held-out ones must not be among them. */
  readonly interactions: Interactions;
  /** Features by modality, each with one row for every item of the interactions. */
  readonly features: Readonly<Record<string, FeatureSource>>;
}

/**
 * Width of each modality, after checking that rows and items agree and that there is something to learn from.
 *
 * @throws {WellbegunError} `mismatch` naming the modality whose rows are not the items; `invalid-data` without
 * interactions.
 */
export function checkedWidths({ interactions, features }: FitInput): Record<string, number> {
  const widths: Record<string, number> = {};
  for (const [name, source] of Object.entries(features)) {
    if (source.rows !== interactions.itemCount) {
      throw new WellbegunError("mismatch", {
        doing: "matching features to interactions",
        expected: `${interactions.itemCount} rows, one for each item`,
        found: `${source.rows}`,
        at: source.label ?? `modality ${name}`,
      });
    }
    widths[name] = source.columns;
  }
  if (interactions.items.length === 0) {
    throw new WellbegunError("invalid-data", {
      doing: "reading the train interactions",
      expected: "at least one interaction",
      found: "none",
    });
  }
  return widths;
}
