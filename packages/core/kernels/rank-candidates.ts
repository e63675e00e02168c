import { candidateCount, keepBest, RECORD_BYTES } from "./candidates.ts";
import { DEPTH, edgeTile, packedRows } from "./layout.ts";
import { interleave } from "./pack.ts";
import { looseTile } from "./tile.ts";
import { offerOne, sortHeaps } from "./topk.ts";

/**
 * The `k` best of each user's candidates, by the float32 scores that every product has: the sums of `tile.ts`, in their
 * order. `scores` and `best` are heaps of empty entries, which become sorted lists. Users without candidates
 * (a count below 0) are left out.
 */
export function rankCandidates(
  records: usize,
  candidates: usize,
  capacity: i32,
  k: i32,
  margin: i32,
  users: usize,
  stride: usize,
  rows: i32,
  depth: i32,
  items: usize,
  itemStride: usize,
  scores: usize,
  best: usize,
): void {
  for (let row = 0; row < rows; row++) {
    if (candidateCount(records) >= 0) {
      const count = keepBest(records, candidates, capacity, k, margin);
      const chosen = candidates + ((<usize>capacity) << 2);
      for (let at = 0; at < count; at += 8) {
        const eight = chosen + ((<usize>at) << 2);
        const present = min<i32>(count - at, 8);
        const sums = scoreEight(users, depth, items, itemStride, eight, present);
        for (let j = 0; j < present; j++) {
          const place = (<usize>j) << 2;
          offerOne(scores, best, k, load<f32>(sums + place), load<i32>(eight + place));
        }
      }
      sortHeaps(scores, best, 1, k);
    }
    records += RECORD_BYTES;
    candidates += (<usize>capacity) << 3;
    users += stride;
    scores += (<usize>k) << 2;
    best += (<usize>k) << 2;
  }
}

/** The scores of up to eight items for one user, in scratch memory. */
function scoreEight(user: usize, depth: i32, items: usize, stride: usize, eight: usize, present: i32): usize {
  const sums = edgeTile();
  const panel = packedRows();
  for (let start = 0; start < depth; start += DEPTH) {
    const chunk = min<i32>(depth - start, DEPTH);
    const bytes = (<usize>start) << 2;
    for (let half = 0; half < 8; half += 4) {
      const row0 = items + itemAt(eight, half, present) * stride + bytes;
      const row1 = items + itemAt(eight, half + 1, present) * stride + bytes;
      const row2 = items + itemAt(eight, half + 2, present) * stride + bytes;
      const row3 = items + itemAt(eight, half + 3, present) * stride + bytes;
      interleave(row0, row1, row2, row3, chunk, panel + ((<usize>half) << 2), 32);
    }
    const x = user + bytes;
    looseTile(x, x, x, x, panel, chunk, sums, 32, start > 0);
  }
  return sums;
}

function itemAt(eight: usize, place: i32, present: i32): usize {
  return <usize>load<u32>(eight + ((<usize>min<i32>(place, present - 1)) << 2));
}
