import type { LossTerms } from "../models/model.ts";

/** What happened in one epoch of {@link pretrain}. */
export interface PretrainEpoch {
  /** From 1. */
  readonly epoch: number;
  /** Mean loss of the batches. */
  readonly loss: number;
  /** Its terms with their weights. */
  readonly terms: LossTerms;
  /** Mean loss of the held-out items, with the same hidden columns in every epoch. */
  readonly heldOut: number;
}

/** How {@link pretrain} ended. */
export interface PretrainReport {
  /** The epoch with the lowest held-out loss, whose maps are kept. */
  readonly bestEpoch: number;
  /** `patience`: the held-out loss no longer fell, at a learning rate that decays; `epochs`: it might have gone on. */
  readonly stopped: "patience" | "epochs";
}
