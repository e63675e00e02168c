import type { SparseMatrix, TopK } from "../../backend.ts";
import { packRows } from "../products/multiply.ts";
import { withTemporaries } from "../runtime/engine.ts";
import { BLOCK_COLUMNS, BLOCK_ROWS, blocks, roundUp, TILE_COLUMNS } from "../runtime/layout.ts";
import { DOING, type Ranking } from "./ranking.ts";

/**
 * Ranks some users by the scores of all items, block of items by block of users: a block of items is packed once and
 * offered to all users. Their heaps become their lists; scores stay in scratch memory.
 */
export async function rankByScores(
  { engine, users, items, k, exclude }: Ranking,
  of: Uint32Array,
  lists: TopK,
): Promise<void> {
  const { heap } = engine;
  const { columns: depth, stride } = users;
  await withTemporaries(heap, DOING, async (temporaries) => {
    const own = exclude && listsOf(exclude, of);
    const offsets = await temporaries.copy(own?.offsets);
    const excluded = await temporaries.copy(own?.indices);
    const vectors = await temporaries.allocate(of.length * stride);
    const scores = await temporaries.allocate(of.length * k * 4);
    const best = await temporaries.allocate(of.length * k * 4);
    const widest = roundUp(Math.min(items.rows, BLOCK_COLUMNS), TILE_COLUMNS);
    const packed = await temporaries.allocate(widest * depth * 4);
    for (const [row, user] of of.entries()) {
      heap.u8(vectors + row * stride, stride).set(heap.u8(users.rowAddress(user), stride));
    }
    heap.f32(scores, of.length * k).fill(-Infinity);
    heap.i32(best, of.length * k).fill(-1);
    for (const [item, count] of blocks(items.rows, BLOCK_COLUMNS)) {
      await packRows(engine, items.rowAddress(item), items.stride, depth, count, packed);
      const block = [packed, roundUp(count, TILE_COLUMNS), count, item] as const;
      const calls = [];
      for (const [row, rows] of blocks(of.length, BLOCK_ROWS)) {
        const heaps = [k, scores + row * k * 4, best + row * k * 4] as const;
        const exclusion = [offsets === 0 ? 0 : offsets + row * 4, excluded] as const;
        calls.push([vectors + row * stride, stride, rows, depth, ...block, ...heaps, ...exclusion]);
      }
      await engine.run("offerItems", calls);
    }
    const calls = [];
    for (const [row, rows] of blocks(of.length, BLOCK_ROWS)) {
      calls.push([scores + row * k * 4, best + row * k * 4, rows, k]);
    }
    await engine.run("sortHeaps", calls);
    for (const [row, user] of of.entries()) {
      lists.items.set(heap.i32(best + row * k * 4, k), user * k);
      lists.scores.set(heap.f32(scores + row * k * 4, k), user * k);
    }
  });
}

/** The lists of some rows, one after the other. */
function listsOf(
  { offsets, indices }: SparseMatrix,
  rows: Uint32Array,
): Pick<SparseMatrix, "offsets" | "indices"> {
  const ends = new Uint32Array(rows.length + 1);
  for (let r = 0; r < rows.length; r++) {
    ends[r + 1] = ends[r]! + offsets[rows[r]! + 1]! - offsets[rows[r]!]!;
  }
  const own = new Uint32Array(ends[rows.length]!);
  for (let r = 0; r < rows.length; r++) {
    own.set(indices.subarray(offsets[rows[r]!], offsets[rows[r]! + 1]), ends[r]);
  }
  return { offsets: ends, indices: own };
}
