import {
  type Backend,
  createTable,
  type Interactions,
  itemDegrees,
  type ScoringTables,
  WellbegunError,
} from "@wellbegun/core";
import { describe, expectChoice, namesOf, refuseUnknownKeys } from "@wellbegun/core/support";
import { type EvaluationSplit, type RankingEvaluation, zeroShot } from "@wellbegun/evaluation";
import { expectRows } from "./join.ts";
import { itemMoments, scoreStatistics } from "./moments.ts";

/** The prior for users with few interactions: a popularity score, or the mean item weighted by popularity. */
export type Prior = "popularity" | "items";

/** Options of {@link shrinkUsers}. */
export interface ShrinkOptions {
  /**
   * s: the degree at which a user's own vector and the prior have equal weight. 0 leaves the users unchanged;
   * Infinity leaves only the prior.
   */
  readonly strength: number;
  /** Default: `popularity`. */
  readonly prior?: Prior | undefined;
}

const optionNames = namesOf<ShrinkOptions>({ strength: true, prior: true });

/**
 * Shrinks users toward a popularity prior, more strongly the fewer interactions they have: u' = d / (d + s) u +
 * s / (d + s) prior, d the user's train degree (the posterior mean under a normal prior worth s observations;
 * the form of Bühlmann's credibility and of James and Stein's estimator). A user without interactions gets the
 * prior alone.
 *
 * - `popularity`: the score becomes d / (d + s) x content + s / (d + s) x popularity, the content score in standard
 *   deviations over the items, popularity as the standardized log(1 + degree) of the item. It is one more
 *   column in both tables, so any vector store can serve it.
 * - `items`: the prior is the mean item weighted by degree, at the users' mean norm; the tables keep their width.
 *
 * @returns New tables; `popularity` has one column more.
 * @throws {WellbegunError} `mismatch` if the tables are not of the train data's users and items; `invalid-option` for a
 * strength below 0.
 */
export function shrinkUsers(
  tables: ScoringTables,
  train: Interactions,
  options: ShrinkOptions,
): ScoringTables {
  refuseUnknownKeys("shrinking users", options, optionNames);
  const { strength, prior = "popularity" } = options;
  expectChoice("shrinking users", "prior", prior, ["popularity", "items"]);
  if (!(strength >= 0)) {
    const parts = { expected: "a number >= 0", found: describe(strength), at: "strength" };
    throw new WellbegunError("invalid-option", { doing: "shrinking users", ...parts });
  }
  expectRows("tables", tables, train);
  const own = Float64Array.from({ length: train.userCount }, (_, user) => {
    const degree = train.offsets[user + 1]! - train.offsets[user]!;
    if (strength === Number.POSITIVE_INFINITY || degree === 0) return 0;
    return degree / (degree + strength);
  });
  return prior === "items" ? towardsMeanItem(tables, train, own) : towardsPopularity(tables, train, own);
}

function towardsPopularity(tables: ScoringTables, train: Interactions, own: Float64Array): ScoringTables {
  const { columns } = tables.users;
  const width = columns + 1;
  const moments = itemMoments(tables.items.data, columns, new Uint8Array(train.itemCount).fill(1));
  const users = new Float32Array(train.userCount * width);
  for (const [row, weight] of own.entries()) {
    const vector = tables.users.data.subarray(row * columns, (row + 1) * columns);
    const { deviation } = scoreStatistics(vector, moments);
    // The mean of a user's scores shifts all items equally, so no ranking depends on it.
    const factor = deviation > 0 ? weight / deviation : 0;
    for (let c = 0; c < columns; c++) users[row * width + c] = factor * vector[c]!;
    users[row * width + columns] = 1 - weight;
  }
  const popularity = standardizedLog(itemDegrees({ ...train, weights: undefined }));
  const items = new Float32Array(train.itemCount * width);
  for (const [row, value] of popularity.entries()) {
    items.set(tables.items.data.subarray(row * columns, (row + 1) * columns), row * width);
    items[row * width + columns] = value;
  }
  return {
    users: createTable(users, train.userCount, width, tables.users.ids),
    items: createTable(items, train.itemCount, width, tables.items.ids),
  };
}

function towardsMeanItem(tables: ScoringTables, train: Interactions, own: Float64Array): ScoringTables {
  const { columns, data: items } = tables.items;
  const mean = new Float64Array(columns);
  for (const item of train.items) for (let c = 0; c < columns; c++) mean[c]! += items[item * columns + c]!;
  const norm = Math.hypot(...mean);
  let norms = 0;
  for (let row = 0; row < own.length; row++) {
    norms += Math.hypot(...tables.users.data.subarray(row * columns, (row + 1) * columns));
  }
  const factor = norm > 0 ? norms / own.length / norm : 0;
  const users = new Float32Array(tables.users.data.length);
  for (const [row, weight] of own.entries()) {
    for (let c = 0; c < columns; c++) {
      const at = row * columns + c;
      users[at] = weight * tables.users.data[at]! + (1 - weight) * factor * mean[c]!;
    }
  }
  return { users: createTable(users, train.userCount, columns, tables.users.ids), items: tables.items };
}

function standardizedLog(degrees: Float64Array): Float64Array {
  const values = degrees.map((degree) => Math.log1p(degree));
  const mean = values.reduce((sum, value) => sum + value, 0) / Math.max(values.length, 1);
  const variance = values.reduce((sum, value) => sum + (value - mean) ** 2, 0) / Math.max(values.length, 1);
  return values.map((value) => (variance > 0 ? (value - mean) / Math.sqrt(variance) : 0));
}

/** A strength and its recall. */
export interface TriedStrength {
  readonly strength: number;
  readonly evaluation: RankingEvaluation;
}

/** Options of {@link tuneShrinkage}. */
export interface TuneShrinkageOptions {
  /** Default: {@link defaultStrengths}. */
  readonly strengths?: readonly number[] | undefined;
  /** Default: `popularity`. */
  readonly prior?: Prior | undefined;
  /** Length of the lists. Default: 20. */
  readonly k?: number | undefined;
  /** Default: `wasm()` where the runtime accepts it, else `cpu()`. */
  readonly backend?: Backend | undefined;
}

const tuneOptionNames = namesOf<TuneShrinkageOptions>({
  strengths: true,
  prior: true,
  k: true,
  backend: true,
});

/** Strengths that {@link tuneShrinkage} compares by default. */
export const defaultStrengths: readonly number[] = [0, 0.5, 1, 2, 4, 8, 16, 32, 64, Number.POSITIVE_INFINITY];

/**
 * Chooses the strength of {@link shrinkUsers} by Recall@K on a split's held-out rows (pass the validation
 * split); ties go to the smaller strength.
 *
 * @throws {WellbegunError} as {@link shrinkUsers}.
 */
export async function tuneShrinkage(
  tables: ScoringTables,
  split: EvaluationSplit,
  options: TuneShrinkageOptions = {},
): Promise<{ best: TriedStrength; tried: readonly TriedStrength[] }> {
  refuseUnknownKeys("tuning the shrinkage", options, tuneOptionNames);
  const { strengths = defaultStrengths, prior, k = 20, backend } = options;
  const tried: TriedStrength[] = [];
  for (const strength of strengths) {
    const shrunk = shrinkUsers(tables, split.train, { strength, prior });
    tried.push({ strength, evaluation: await zeroShot(shrunk, split, { k: [k], backend }) });
  }
  const recall = ({ evaluation }: TriedStrength): number => evaluation.cuts[0]!.recall;
  const best = tried.toSorted((a, b) => recall(b) - recall(a) || a.strength - b.strength)[0];
  if (best !== undefined) return { best, tried };
  const parts = { expected: "at least one strength", found: "none", at: "strengths" };
  throw new WellbegunError("invalid-option", { doing: "tuning the shrinkage", ...parts });
}
