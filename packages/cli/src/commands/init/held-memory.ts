import { type AnyInteractions, isSource } from "@wellbegun/core";
import { heldBytes, idBytes } from "@wellbegun/core/support";
import type { StreamDataset } from "../../shared/dataset.ts";

/** Bytes of memory that an open dataset holds, features apart. */
export interface HeldMemory {
  /** The interactions of the splits that are in memory. What an engine keeps for the others is its own, and the fit's plan counts it. */
  readonly interactions: number;
  /** The IDs of users and items, each list once. */
  readonly ids: number;
  /** The part of both that held-out splits add to the train split. */
  readonly heldOut: number;
}

/** What the splits of a dataset hold in memory. */
export function heldMemory({
  train,
  validation,
  test,
}: Pick<StreamDataset, "train" | "validation" | "test">): HeldMemory {
  const all = measure([train, validation, test]);
  const alone = measure([train]);
  const heldOut = Math.round(all.interactions + all.ids - alone.interactions - alone.ids);
  return { ...all, heldOut };
}

function measure(splits: readonly (AnyInteractions | undefined)[]): Omit<HeldMemory, "heldOut"> {
  const present = splits.filter((one) => one !== undefined);
  // Splits share their IDs.
  const indexes = new Set(present.flatMap(({ userIds, itemIds }) => [userIds, itemIds]));
  return {
    interactions: present.reduce((sum, one) => sum + (isSource(one) ? 0 : heldBytes(one)), 0),
    ids: [...indexes].reduce((sum, index) => sum + idBytes(index), 0),
  };
}
