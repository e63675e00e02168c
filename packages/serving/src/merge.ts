import type { Interactions } from "@wellbegun/core";
import type { Calibration } from "./join.ts";

/** Lists of one kind of items: users x k rows, best first (-1 for an empty place), and their scores. */
export interface HalfLists {
  readonly rows: Int32Array;
  readonly scores: Float32Array;
}

/** How well lists find held-out items. */
export interface JoinedQuality {
  /** Recall@K over all held-out items, mean over users. */
  readonly recall: number;
  /** Recall@K when only cold items are to be found, over the users that have any. */
  readonly coldRecall: number;
}

/**
 * The quality of two lists merged by score: warm items with their scores and cold items with `offset + slope x
 * score` (ties go to the warm item).
 */
export function mergedQuality(
  warm: HalfLists,
  cold: HalfLists,
  { slope, offset }: Calibration,
  users: readonly number[],
  heldOut: Interactions,
  isCold: Uint8Array,
  k: number,
): JoinedQuality {
  let recall = 0;
  let coldRecall = 0;
  let coldUsers = 0;
  for (const [row, user] of users.entries()) {
    const wanted = new Set(heldOut.items.subarray(heldOut.offsets[user]!, heldOut.offsets[user + 1]!));
    let wantedCold = 0;
    for (const item of wanted) wantedCold += isCold[item]!;
    let hits = 0;
    let coldHits = 0;
    for (let place = 0, w = row * k, c = row * k; place < k; place++) {
      const takesWarm =
        warm.rows[w]! >= 0 && (cold.rows[c]! < 0 || warm.scores[w]! >= offset + slope * cold.scores[c]!);
      const item = takesWarm ? warm.rows[w++]! : cold.rows[c++]!;
      if (!wanted.has(item)) continue;
      hits++;
      coldHits += isCold[item]!;
    }
    recall += hits / wanted.size;
    if (wantedCold === 0) continue;
    coldUsers++;
    coldRecall += coldHits / wantedCold;
  }
  return { recall: recall / Math.max(users.length, 1), coldRecall: coldRecall / Math.max(coldUsers, 1) };
}
