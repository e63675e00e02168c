import type { Backend } from "../backend/backend.ts";
import type { Interactions } from "../data/interactions.ts";
import { WellbegunError } from "../errors.ts";
import { type RankingMetrics, rankingMetrics } from "./metrics.ts";
import { recommend, type ScoringTables } from "./recommend.ts";

/** How {@link zeroShot} judges. */
export interface ZeroShotOptions {
  /** Items per list. Default: 20. */
  readonly k?: number | undefined;
  /** Masked out of every list: the train interactions (and, when test rows are judged, the validation ones). */
  readonly seen: Interactions;
  /** What is to be found. */
  readonly heldOut: Interactions;
  /** Default: `dot`. */
  readonly similarity?: "dot" | "cosine" | undefined;
  readonly backend?: Backend | undefined;
}

/**
 * The zero-shot protocol (after AlignRec, Liu et al., CIKM 2024): ranks every item that a user has not seen by the
 * product with the user's vector, and looks for the held-out items. Only users with held-out items are ranked.
 *
 * @throws {WellbegunError} `mismatch` if the interactions' users and items are not the rows of the tables.
 */
export async function zeroShot(tables: ScoringTables, options: ZeroShotOptions): Promise<RankingMetrics> {
  const k = options.k ?? 20;
  const { heldOut, seen, similarity, backend } = options;
  expectRows("seen", seen, tables);
  expectRows("heldOut", heldOut, tables);
  const judged: number[] = [];
  for (let u = 0; u < heldOut.userCount; u++)
    if (heldOut.offsets[u]! < heldOut.offsets[u + 1]!) judged.push(u);
  const users = new Float32Array(judged.length * tables.columns);
  for (const [row, user] of judged.entries()) {
    users.set(
      tables.users.subarray(user * tables.columns, (user + 1) * tables.columns),
      row * tables.columns,
    );
  }
  const lists = await recommend({ ...tables, users }, k, {
    seen: selectUsers(seen, judged),
    similarity,
    backend,
  });
  return rankingMetrics(lists.items, k, selectUsers(heldOut, judged), k);
}

/** Judged users are picked by row: a table of other users would give plausible figures that mean nothing. */
function expectRows(
  name: string,
  interactions: Interactions,
  { users, items, columns }: ScoringTables,
): void {
  const { userCount, itemCount } = interactions;
  if (users.length === userCount * columns && items.length === itemCount * columns) return;
  throw new WellbegunError("mismatch", {
    doing: "judging vectors",
    expected: `${userCount} users and ${itemCount} items of ${columns} values`,
    found: `${users.length} and ${items.length} values`,
    at: name,
  });
}

/** The interactions of some users, in the given order. */
export function selectUsers(interactions: Interactions, users: readonly number[]): Interactions {
  const offsets = new Uint32Array(users.length + 1);
  for (const [row, user] of users.entries()) {
    offsets[row + 1] = offsets[row]! + interactions.offsets[user + 1]! - interactions.offsets[user]!;
  }
  const items = new Uint32Array(offsets[users.length]!);
  for (const [row, user] of users.entries()) {
    items.set(
      interactions.items.subarray(interactions.offsets[user]!, interactions.offsets[user + 1]!),
      offsets[row],
    );
  }
  return { userCount: users.length, itemCount: interactions.itemCount, offsets, items };
}
