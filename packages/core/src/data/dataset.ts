import { WellbegunError } from "../errors.ts";
import type { FeatureSource } from "./features.ts";
import type { Interactions } from "./interactions.ts";
import { expectSameIds, type Identity } from "./same-ids.ts";

/** Interactions by split, and the content features of the items. {@link fit} reads `train` and `features`. */
export interface Dataset {
  /** What is learned from. Held-out interactions must not be among them. */
  readonly train: Interactions;
  /** Held-out interactions that settings are chosen by; the same users and items as `train`. */
  readonly validation?: Interactions | undefined;
  /** Held-out interactions that results are reported on; the same users and items as `train`. */
  readonly test?: Interactions | undefined;
  /** Features by modality, each with one row for every item of `train`, in the same order. */
  readonly features: Readonly<Record<string, FeatureSource>>;
  /** What to call the dataset, such as its folder. */
  readonly name?: string | undefined;
}

/** The part of a {@link Dataset} that a fit reads, and its name. */
export type FitInput = Pick<Dataset, "train" | "features" | "name">;

/**
 * Width of each modality, after checking that rows and items agree and that there is something to learn from.
 *
 * @throws {WellbegunError} `mismatch` naming the modality whose rows are not the items; `invalid-data` without
 * interactions.
 */
export function checkedWidths({ train, features }: FitInput): Record<string, number> {
  const widths: Record<string, number> = {};
  for (const [name, source] of Object.entries(features)) {
    if (source.rows !== train.itemCount) {
      throw new WellbegunError("mismatch", {
        doing: "matching features to interactions",
        expected: `${train.itemCount} rows, one for each item`,
        found: `${source.rows}`,
        at: source.label ?? `modality ${name}`,
      });
    }
    itemIdentity(train, source, name);
    widths[name] = source.columns;
  }
  if (train.items.length === 0) {
    throw new WellbegunError("invalid-data", {
      doing: "reading the train interactions",
      expected: "at least one interaction",
      found: "none",
    });
  }
  return widths;
}

/**
 * Whether the rows of a modality are known by their IDs to be the items of the interactions, or assumed to be.
 *
 * @throws {WellbegunError} `mismatch` naming the first row whose IDs differ.
 */
export function itemIdentity(train: Interactions, source: FeatureSource, modality: string): Identity {
  const at = source.label ?? `modality ${modality}`;
  return expectSameIds("matching features to interactions", at, train.itemIds, source.ids);
}
