import { describe } from "../describe.ts";
import { WellbegunError } from "../errors.ts";
import type { FeatureSource } from "./features.ts";
import { type AnyInteractions, isSource } from "./interaction-source.ts";
import type { Interactions } from "./interactions.ts";
import { readMask } from "./mask.ts";
import { expectSameIds, type Identity } from "./same-ids.ts";

/**
 * Interactions by split, and the content features of the items. {@link fit} reads `train` and `features`, and
 * `validation` where `weighting: "validation"` asks for it.
 */
export interface Dataset {
  /** The interactions to learn from, without held-out ones. */
  readonly train: Interactions;
  /** Held-out interactions that settings are chosen by; the same users and items as `train`. */
  readonly validation?: Interactions | undefined;
  /** Held-out interactions that results are reported on; the same users and items as `train`. */
  readonly test?: Interactions | undefined;
  /** Features by modality, each with one row for every item of `train`, in the same order. */
  readonly features: Readonly<Record<string, FeatureSource>>;
  /** The dataset's name, such as its folder. */
  readonly name?: string | undefined;
}

/**
 * The part of a {@link Dataset} that a fit reads, and its name. Test interactions are never read. `fitInto` also takes train interactions that are read in
 * blocks, an {@link InteractionSource}.
 */
export interface FitInput<Train extends AnyInteractions = Interactions>
  extends Pick<Dataset, "features" | "validation" | "name"> {
  readonly train: Train;
}

/**
 * Width of each modality, after checking that rows and items agree and that there is something to learn from.
 *
 * @throws {WellbegunError} `mismatch` naming the modality whose rows are not the items; `invalid-data` without
 * interactions, or for a source that is not a {@link FeatureSource}.
 */
export function checkedWidths({ train, features }: FitInput<AnyInteractions>): Record<string, number> {
  expectInteractions(train);
  if (typeof features !== "object" || features === null) {
    refuseInput("reading features", "features: a FeatureSource for each modality", describe(features));
  }
  const widths = Object.entries(features).map(([name, source]): [string, number] => {
    checkSource(name, source, train);
    return [name, source.columns];
  });
  if ((isSource(train) ? train.interactionCount : train.items.length) === 0) {
    refuseInput("reading the train interactions", "at least one interaction", "none");
  }
  return Object.fromEntries(widths);
}

function expectInteractions(train: AnyInteractions): void {
  const known = typeof train === "object" && train !== null;
  if (known && isSource(train) && typeof train.blocks === "function" && train.itemDegrees !== undefined)
    return;
  if (known && !isSource(train) && train.offsets instanceof Uint32Array && train.items instanceof Uint32Array)
    return;
  const expected = "train: interactions, as interactionsFromPairs makes them, or an InteractionSource";
  refuseInput("reading the train interactions", expected, describe(train));
}

function checkSource(name: string, source: FeatureSource, train: AnyInteractions): void {
  const at = source?.label ?? `modality ${name}`;
  // Assigning to this name sets an object's prototype, so that no record can hold it.
  if (name === "__proto__") refuseInput("reading features", "a modality with another name", name, at);
  if (typeof source?.read !== "function" || !(Number.isInteger(source.columns) && source.columns >= 1)) {
    const expected = "a FeatureSource, as denseFeatures makes it: rows, columns (>= 1) and read()";
    refuseInput("reading features", expected, describe(source), at);
  }
  if (source.rows !== train.itemCount) {
    throw new WellbegunError("mismatch", {
      doing: "matching features to interactions",
      expected: `${train.itemCount} rows, one for each item`,
      found: `${source.rows}`,
      at,
    });
  }
  if (source.missing !== undefined && readMask(source.missing, source.rows, at) !== source.missing) {
    refuseInput("reading the mask of missing rows", "a Uint8Array", describe(source.missing), at);
  }
  itemIdentity(train, source, name);
}

function refuseInput(doing: string, expected: string, found: string, at?: string): never {
  throw new WellbegunError("invalid-data", { doing, expected, found, ...(at === undefined ? {} : { at }) });
}

/**
 * Whether the rows of a modality are known by their IDs to be the items of the interactions, or assumed to be.
 *
 * @throws {WellbegunError} `mismatch` naming the first row whose IDs differ.
 */
export function itemIdentity(
  train: Pick<AnyInteractions, "itemIds">,
  source: FeatureSource,
  modality: string,
): Identity {
  if (source.placedById === true && train.itemIds === undefined) return "compared";
  const at = source.label ?? `modality ${modality}`;
  return expectSameIds("matching features to interactions", at, train.itemIds, source.ids);
}
