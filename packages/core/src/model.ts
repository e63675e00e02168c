import type { FitInput } from "./data/dataset.ts";
import type { Id } from "./data/ids.ts";
import type { AnyInteractions } from "./data/interaction-source.ts";
import type { Interactions } from "./data/interactions.ts";
import type { ScoringTables, Table } from "./data/table.ts";
import type { FoldedUser, FoldInOptions } from "./initializer/history.ts";
import type { Initializer, TransformOptions } from "./initializer/initializer.ts";
import type { FoldedItem, ItemContent } from "./initializer/item-content.ts";
import type { ResolvedOptions } from "./options/method-options.ts";
import type { Report } from "./pipeline/report.ts";
import type { StageTimes } from "./pipeline/stopwatch.ts";

/** The clusters of one modality. */
export interface FittedClusters {
  /** K x D_m, row-major float32, in the space of the prepared features. The number of a cluster is its ID. */
  readonly centroids: Table;
  /** Cluster of each item; -1 for an item without the modality. */
  readonly labels: Int32Array;
}

/** The result of {@link fitInto}, whose tables went to the sink. */
export interface FittedTables<Train extends AnyInteractions = Interactions> {
  /** The interactions and features that were passed to the fit (not copies). */
  readonly data: FitInput<Train>;
  /** The backend that computed the fit. */
  readonly backend: { readonly name: string; readonly device: string };
  /** Folds in users that the fit has not seen; undefined with `initializer: false`. */
  readonly initializer: Initializer | undefined;
  /** k-means by modality. */
  readonly clusters: Readonly<Record<string, FittedClusters>>;
  /** The options with every default filled in. A fit of the same data with them gives the same tables. */
  readonly options: ResolvedOptions;
  readonly report: Report;
  /** Milliseconds by stage; the only part that differs from run to run. */
  readonly times: StageTimes;
}

/** Starting vectors of users and items, and the methods that fold in further users. {@link fit} returns one. */
export interface Model
  extends FittedTables,
    ScoringTables,
    Pick<Initializer, "foldIn" | "foldInItem" | "contentWidths" | "transform" | "toBytes"> {
  /** U x d: the fused starting vectors, by the user IDs of `train`. */
  readonly users: Table;
  /** I x d: the items in the same space and scale, by the item IDs of `train`. */
  readonly items: Table;
  /** U x d_m by modality, before combining, each scaled by itself; empty with `perModality: false`. */
  readonly perModality: Readonly<Record<string, Table>>;
  /** The interactions that the model was fitted to. */
  readonly train: Interactions;
  /** The model without its user tables; `foldIn`, `foldInItem`, `transform` and `toBytes` call its methods. */
  readonly initializer: Initializer;
}

/** The model of a fit whose tables are in memory. */
export class FittedModel implements Model {
  readonly users: Table;
  readonly items: Table;
  readonly perModality: Readonly<Record<string, Table>>;
  readonly data: FitInput;
  readonly backend: FittedTables["backend"];
  readonly initializer: Initializer;
  readonly clusters: Readonly<Record<string, FittedClusters>>;
  readonly options: ResolvedOptions;
  readonly report: Report;
  readonly times: StageTimes;

  constructor(
    users: Table,
    items: Table,
    perModality: Readonly<Record<string, Table>>,
    fitted: FittedTables,
  ) {
    this.users = users;
    this.items = items;
    this.perModality = perModality;
    this.data = fitted.data;
    this.backend = fitted.backend;
    this.initializer = fitted.initializer!;
    this.clusters = fitted.clusters;
    this.options = fitted.options;
    this.report = fitted.report;
    this.times = fitted.times;
  }

  get train(): Interactions {
    return this.data.train;
  }

  foldIn(history: Iterable<Id>, options?: FoldInOptions): FoldedUser {
    return this.initializer.foldIn(history, options);
  }

  get contentWidths(): Readonly<Record<string, number>> {
    return this.initializer.contentWidths;
  }

  foldInItem(content: ItemContent): FoldedItem {
    return this.initializer.foldInItem(content);
  }

  transform(interactions: Interactions, options?: TransformOptions): Table {
    return this.initializer.transform(interactions, options);
  }

  toBytes(): Uint8Array {
    return this.initializer.toBytes();
  }
}
