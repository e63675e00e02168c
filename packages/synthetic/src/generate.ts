import { type Dataset, type FeatureSource, type Interactions, interactionsFromArrays } from "@wellbegun/core";
import { plantCatalog } from "./catalog.ts";
import { drawDegrees } from "./degrees.ts";
import { syntheticFeatures } from "./features.ts";
import { drawHistories } from "./histories.ts";
import { type ResolvedOptions, resolveOptions, type SyntheticOptions } from "./options.ts";

/** Synthetic interactions and features, with the truth that was planted. */
export interface SyntheticDataset extends Dataset {
  /** U x I: every user has at least one interaction in some split; some items may have none. */
  readonly train: Interactions;
  /** Built on first access, like `test`. */
  readonly validation: Interactions;
  readonly test: Interactions;
  /** By modality, in the order of the options, each I x width. */
  readonly features: Readonly<Record<string, FeatureSource>>;
  /** The interactions of all splits in one list. */
  readonly log: InteractionLog;
  /** Planted taste group of each item, I values from 0. */
  readonly tastes: Int32Array;
  /** The options with defaults filled in, from which the dataset can be generated again. */
  readonly options: ResolvedOptions;
}

/** Interactions as parallel arrays, users ascending, items ascending within a user, without repetitions. */
export interface InteractionLog {
  /** User row of each interaction. */
  readonly users: Uint32Array;
  /** Item row of each interaction. */
  readonly items: Uint32Array;
  /** x_label of each interaction: 0 train, 1 validation, 2 test. */
  readonly labels: Uint8Array;
}

/**
 * Generates a multimodal recommendation dataset in which users prefer items of a few planted tastes and every
 * modality shows, with noise, which taste an item belongs to. Equal options give equal data, bit for bit, on every
 * runtime. Interactions are drawn immediately; features are generated as they are read, so that they need no
 * memory.
 *
 * @throws {WellbegunError} `invalid-option` if an option is out of range, or no dataset can meet all of them.
 */
export function generateDataset(options: SyntheticOptions = {}): SyntheticDataset {
  const resolved = resolveOptions(options);
  const catalog = plantCatalog(resolved);
  const log = drawHistories(resolved, catalog, drawDegrees(resolved));
  const splits: Interactions[] = [];
  const split = (label: number): Interactions => {
    splits[label] ??= interactionsOf(log, label, resolved);
    return splits[label];
  };
  return {
    get train() {
      return split(0);
    },
    get validation() {
      return split(1);
    },
    get test() {
      return split(2);
    },
    log,
    features: Object.fromEntries(
      resolved.modalities.map(({ name }, m) => [name, syntheticFeatures(resolved, catalog, m)]),
    ),
    tastes: catalog.tastes,
    options: resolved,
  };
}

function interactionsOf(log: InteractionLog, label: number, options: ResolvedOptions): Interactions {
  const own = (rows: Uint32Array): Uint32Array => rows.filter((_, e) => log.labels[e] === label);
  return interactionsFromArrays({
    users: own(log.users),
    items: own(log.items),
    userCount: options.users,
    itemCount: options.items,
  });
}
