import type { Id } from "../data/ids.ts";
import type { Interactions } from "../data/interactions.ts";
import type { Table } from "../data/table.ts";
import type { FoldedUser, FoldInOptions } from "./history.ts";
import type { TransformOptions } from "./initializer.ts";
import type { FoldedItem, ItemContent } from "./item-content.ts";

/** A model without its user table: it computes the vectors of users from what they touched, and of items from their content. */
export interface UserFolder {
  /** The item table of the model. */
  readonly items: Table;
  /** Width of the features that `foldInItem` takes, by modality; empty for a model without content. */
  readonly contentWidths: Readonly<Record<string, number>>;
  /** The vector of one user from the items of a history: raw IDs if the model has them, else rows. */
  foldIn(history: Iterable<Id>, options?: FoldInOptions): FoldedUser;
  /** The vector that the item table gives an item with this content that nobody has touched. */
  foldInItem(content: ItemContent): FoldedItem;
  /** The vectors of many users, row u for user u of the interactions. */
  transform(interactions: Interactions, options?: TransformOptions): Table;
  /** The model without its user table as bytes, which {@link readInitializer} reads. */
  toBytes(): Uint8Array;
}
