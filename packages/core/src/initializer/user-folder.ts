import type { Id } from "../data/ids.ts";
import type { Interactions } from "../data/interactions.ts";
import type { Table } from "../data/table.ts";
import type { FoldedUser, FoldInOptions } from "./history.ts";
import type { TransformOptions } from "./initializer.ts";

/** A model without its user table: it computes the vectors of users from what they touched. */
export interface UserFolder {
  /** The item table of the model. */
  readonly items: Table;
  /** The vector of one user from the items of a history: raw IDs if the model has them, else rows. */
  foldIn(history: Iterable<Id>, options?: FoldInOptions): FoldedUser;
  /** The vectors of many users, row u for user u of the interactions. */
  transform(interactions: Interactions, options?: TransformOptions): Table;
  /** The model without its user table as bytes, which {@link readInitializer} reads. */
  toBytes(): Uint8Array;
}
