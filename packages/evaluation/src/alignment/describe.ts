import type { Interactions, ScoringTables } from "@wellbegun/core";
import { type NormDistribution, normDistribution } from "./norms.ts";
import {
  type AlignmentUniformity,
  alignmentUniformity,
  type UserItemCosine,
  userItemCosine,
} from "./pairs.ts";
import { effectiveRank } from "./spectrum.ts";

/** The diagnostics of a pair of tables that need nothing but the train data. */
export interface TableAlignment extends AlignmentUniformity {
  /** How near users are to their items. */
  readonly cosine: UserItemCosine;
  /** How many directions the users use; see {@link effectiveRank}. */
  readonly userEffectiveRank: number;
  readonly itemEffectiveRank: number;
  readonly userNorms: NormDistribution;
  readonly itemNorms: NormDistribution;
}

/**
 * All of {@link userItemCosine}, {@link alignmentUniformity}, {@link effectiveRank} and {@link normDistribution} for a
 * pair of tables.
 *
 * @throws {WellbegunError} `mismatch` if the tables' rows are not the users and items of `train`.
 */
export function describeAlignment(
  tables: ScoringTables,
  train: Interactions,
  seed: number = 999,
): TableAlignment {
  const { users, items } = tables;
  return {
    ...alignmentUniformity(tables, train, seed),
    cosine: userItemCosine(tables, train, seed),
    userEffectiveRank: effectiveRank(users.data, users.columns),
    itemEffectiveRank: effectiveRank(items.data, items.columns),
    userNorms: normDistribution(users.data, users.columns),
    itemNorms: normDistribution(items.data, items.columns),
  };
}
