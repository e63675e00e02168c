import { type Identity, type Interactions, itemDegrees, WellbegunError } from "@wellbegun/core";
import { namesOf, refuseUnknownKeys } from "@wellbegun/core/support";
import { meanMetrics, metricsOf, type RankingMetrics, type UserMetrics } from "../metrics/accuracy.ts";
import { type ListMetrics, listMetrics } from "../metrics/beyond-accuracy.ts";
import { hitsOf, hitsOfGroup } from "../metrics/hits.ts";
import type { RankedLists } from "../metrics/lists.ts";
import { expectRows, type Ranker, type RankOptions, rankUsers } from "../ranking/ranker.ts";
import type { EvaluationSplit } from "./evaluation-split.ts";
import { degreeGroups, popularityGroups } from "./groups.ts";

/** Options of {@link evaluateRanker}. */
export interface EvaluateOptions extends RankOptions {
  /** The cuts K, each a whole number >= 1. Default: [20]. */
  readonly k?: readonly number[] | undefined;
}

const optionNames = namesOf<EvaluateOptions>({ k: true, blockUsers: true, signal: true, onProgress: true });

/** Metrics of one group of users or items. */
export interface GroupMetrics extends RankingMetrics {
  readonly group: string;
}

/** The results at one cut. */
export interface CutEvaluation extends RankingMetrics, ListMetrics {
  readonly k: number;
  /** By the user's number of train items; see {@link degreeGroups}. */
  readonly byDegree: readonly GroupMetrics[];
  /**
   * By the popularity of the held-out items; see {@link popularityGroups}. The ranking is the same, over all items; only
   * the group's items are to be found, by the users that have one among their held-out items.
   */
  readonly byPopularity: readonly GroupMetrics[];
  /** The metrics of each user, for bootstraps and paired tests. */
  readonly perUser: UserMetrics;
}

/** How well a ranker finds held-out items. */
export interface RankingEvaluation {
  /** Users with held-out items. */
  readonly users: number;
  /** Held-out interactions that were looked for. */
  readonly interactions: number;
  /** Held-out interactions that were left out, because users have seen them: the split's {@link EvaluationSplit.overlap}. */
  readonly overlap: number;
  /** Whether the ranker's users and items were compared with the split's by ID, or only by their counts. */
  readonly identity: Identity;
  /** One entry for each cut, in the order of the option. */
  readonly cuts: readonly CutEvaluation[];
}

/**
 * Judges a ranker on held-out interactions. All items compete except those that a user has seen. Only users
 * with held-out items are ranked.
 *
 * @throws {WellbegunError} `mismatch` if the split's users and items are not the ranker's, by number or by ID;
 * `invalid-option` for a bad cut or an option that there is not; `aborted`.
 */
export async function evaluateRanker(
  ranker: Ranker,
  split: EvaluationSplit,
  options: EvaluateOptions = {},
): Promise<RankingEvaluation> {
  refuseUnknownKeys("judging a ranking", options, optionNames);
  const { k, ...ranking } = options;
  const cuts = checkedCuts(k);
  const { heldOut, seen, train } = split;
  const identity = expectRows(ranker, heldOut, "heldOut");
  expectRows(ranker, train, "train");
  const lists = await rankUsers(ranker, usersOf(heldOut), Math.max(...cuts), seen, ranking);
  return {
    users: lists.users.length,
    interactions: heldOut.items.length,
    overlap: split.overlap,
    identity,
    cuts: evaluateLists(lists, split, cuts),
  };
}

/** Measures lists that were already ranked; no cut exceeds their length. */
export function evaluateLists(
  lists: RankedLists,
  split: EvaluationSplit,
  cuts: readonly number[],
): CutEvaluation[] {
  const { heldOut, train } = split;
  const users = degreeGroups(train);
  const items = popularityGroups(train);
  const degrees = itemDegrees({ ...train, weights: undefined });
  const hits = hitsOf(lists, heldOut);
  const hitsBy = items.names.map((_, group) => hitsOfGroup(hits, heldOut, items.of, group));
  return cuts.map((k) => {
    const perUser = metricsOf(hits, k);
    return {
      k,
      ...meanMetrics(perUser),
      ...listMetrics(lists, degrees, train.userCount, k),
      byDegree: users.names.map((group, index) => ({
        group,
        ...meanMetrics(perUser, (user) => users.of[user] === index),
      })),
      byPopularity: items.names.map((group, index) => ({
        group,
        ...meanMetrics(metricsOf(hitsBy[index]!, k)),
      })),
      perUser,
    };
  });
}

/** Users with interactions. */
export function usersOf({ userCount, offsets }: Interactions): Uint32Array {
  return Uint32Array.from({ length: userCount }, (_, user) => user).filter(
    (user) => offsets[user]! < offsets[user + 1]!,
  );
}

/** @throws {WellbegunError} `invalid-option` unless there is a cut and each is a whole number >= 1. */
export function checkedCuts(k: readonly number[] | undefined): readonly number[] {
  const cuts = k ?? [20];
  if (cuts.length > 0 && cuts.every((cut) => Number.isSafeInteger(cut) && cut >= 1)) return cuts;
  throw new WellbegunError("invalid-option", {
    doing: "judging a ranking",
    expected: "at least one cut, each a whole number >= 1",
    found: cuts.length === 0 ? "none" : cuts.join(", "),
    at: "k",
  });
}
