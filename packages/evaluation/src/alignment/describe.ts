import type { Interactions, ScoringTables, Table } from "@wellbegun/core";
import { type NormDistribution, normDistribution, unitRows } from "./norms.ts";
import {
  type AlignmentUniformity,
  alignmentOf,
  cosineOf,
  expectTables,
  type UserItemCosine,
  uniformityOf,
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
  expectTables(tables, train);
  return joinSides(
    describeSide(tables.users, "users", seed),
    describeSide(tables.items, "items", seed),
    train,
    seed,
  );
}

/** The diagnostics of one table, which do not depend on the other table. */
export interface SideDescription {
  readonly unit: Float32Array;
  readonly columns: number;
  readonly uniformity: number;
  readonly effectiveRank: number;
  readonly norms: NormDistribution;
}

/** Describes one table; several pairs may share it. */
export function describeSide(
  { data, columns }: Table,
  name: "users" | "items",
  seed: number,
): SideDescription {
  const unit = unitRows(data, columns);
  return {
    unit,
    columns,
    uniformity: uniformityOf(unit, columns, seed, name),
    effectiveRank: effectiveRank(data, columns),
    norms: normDistribution(data, columns),
  };
}

/** The diagnostics of a pair, from the descriptions of its two tables. */
export function joinSides(
  users: SideDescription,
  items: SideDescription,
  train: Interactions,
  seed: number,
): TableAlignment {
  const { columns } = users;
  return {
    alignment: alignmentOf(users.unit, items.unit, columns, train),
    userUniformity: users.uniformity,
    itemUniformity: items.uniformity,
    cosine: cosineOf(users.unit, items.unit, columns, train, seed),
    userEffectiveRank: users.effectiveRank,
    itemEffectiveRank: items.effectiveRank,
    userNorms: users.norms,
    itemNorms: items.norms,
  };
}
