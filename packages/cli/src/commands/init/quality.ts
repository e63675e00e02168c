import type { Backend, Initializer, Interactions, Observer, Table } from "@wellbegun/core";
import { compare, splitOf } from "@wellbegun/evaluation";
import { baselines, fitContestants } from "../../shared/contestants.ts";

/** What is ranked with: the fitted user table, and what it must be compared with. */
export type QualityName = "random" | "popularity" | "local" | "global" | "fused" | "permuted";

/** How well one of them finds the held-out items. */
export interface QualityRow {
  readonly name: QualityName;
  readonly recall: number;
  readonly ndcg: number;
}

/**
 * A small comparison without training (the zero-shot protocol of AlignRec, CIKM 2024). Without rows to find, because all
 * of them are train rows too, `rows` is empty.
 */
export interface Quality {
  /** Which rows are to be found. */
  readonly split: "validation";
  /** How many of them are looked for. */
  readonly interactions: number;
  /** How many were left out of the figures because they are train rows too. */
  readonly overlap: number;
  /** Users with such rows, over whom the means run. */
  readonly users: number;
  /** Length of the lists. */
  readonly k: number;
  readonly rows: readonly QualityRow[];
}

/** What is judged, and on what. */
export interface QualityInput {
  readonly initializer: Initializer;
  /** The fused user table, U x d. */
  readonly users: Table;
  /** Masked out of every list. */
  readonly train: Interactions;
  readonly validation: Interactions;
  readonly seed: number;
  readonly backend: Backend;
}

const K = 20;

/**
 * Ranks all items but a user's train items by the product of vectors, and looks for the user's validation items.
 * `permuted` is the fused pair of tables with its rows in random order, a control that useful tables must
 * exceed.
 */
export async function judgeQuality(
  input: QualityInput,
  { signal, onProgress }: Observer = {},
): Promise<Quality> {
  const { initializer, users, train, validation, seed, backend } = input;
  const split = splitOf({ train, validation }, "validation");
  if (split.heldOut.items.length === 0) {
    return { split: "validation", interactions: 0, overlap: split.overlap, users: 0, k: K, rows: [] };
  }
  const fitted = fitContestants(initializer, users, train);
  const found = await compare(
    [
      ...baselines(train, initializer.dim, seed),
      ...fitted.map((one) => ({ ...one, control: one.name === "fused" })),
    ],
    split,
    { signal, onProgress, protocols: ["zero-shot"], k: [K], resamples: 0, seed, backend },
  );
  const rows: QualityRow[] = [];
  for (const { name, zeroShot, control } of found.contestants) {
    const [cut] = zeroShot!.cuts;
    rows.push({ name: name as QualityName, recall: cut!.recall, ndcg: cut!.ndcg });
    const permuted = control?.zeroShot?.cuts[0];
    if (permuted !== undefined) rows.push({ name: "permuted", recall: permuted.recall, ndcg: permuted.ndcg });
  }
  return {
    split: "validation",
    interactions: found.interactions,
    overlap: found.overlap,
    users: found.users,
    k: K,
    rows,
  };
}
