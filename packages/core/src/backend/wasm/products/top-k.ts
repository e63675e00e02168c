import type { SparseMatrix, TopK } from "../../backend.ts";
import type { WasmMatrix } from "../matrix.ts";
import type { ArrayCache } from "../runtime/array-cache.ts";
import { type Engine, withTemporaries } from "../runtime/engine.ts";
import { BLOCK_COLUMNS, BLOCK_ROWS, blocks, roundUp, TILE_COLUMNS } from "../runtime/layout.ts";
import { packRows } from "./multiply.ts";

/**
 * The best items of each user, block of items by block of users: a block of items is packed once and offered to
 * all users. The users' heaps become the result; scores stay in scratch memory.
 */
export async function topK(
  engine: Engine,
  cache: ArrayCache,
  users: WasmMatrix,
  items: WasmMatrix,
  k: number,
  exclude: SparseMatrix | undefined,
): Promise<TopK> {
  const doing = "ranking items";
  const { heap } = engine;
  const depth = users.columns;
  return await cache.with([exclude?.indices], doing, async ([excluded]) => {
    return await withTemporaries(heap, doing, async (temporaries) => {
      const offsets = await temporaries.copy(exclude?.offsets);
      const scores = await temporaries.allocate(users.rows * k * 4);
      const best = await temporaries.allocate(users.rows * k * 4);
      const widest = roundUp(Math.min(items.rows, BLOCK_COLUMNS), TILE_COLUMNS);
      const packed = await temporaries.allocate(widest * depth * 4);
      heap.f32(scores, users.rows * k).fill(-Infinity);
      heap.i32(best, users.rows * k).fill(-1);
      for (const [item, count] of blocks(items.rows, BLOCK_COLUMNS)) {
        await packRows(engine, items.rowAddress(item), items.stride, depth, count, packed);
        const block = [packed, roundUp(count, TILE_COLUMNS), count, item] as const;
        const calls = [];
        for (const [user, rows] of blocks(users.rows, BLOCK_ROWS)) {
          const heaps = [k, scores + user * k * 4, best + user * k * 4] as const;
          const exclusion = [offsets === 0 ? 0 : offsets + user * 4, excluded!] as const;
          calls.push([users.rowAddress(user), users.stride, rows, depth, ...block, ...heaps, ...exclusion]);
        }
        await engine.run("offerItems", calls);
      }
      const calls = [];
      for (const [user, rows] of blocks(users.rows, BLOCK_ROWS)) {
        calls.push([scores + user * k * 4, best + user * k * 4, rows, k]);
      }
      await engine.run("sortHeaps", calls);
      return {
        items: heap.i32(best, users.rows * k).slice(),
        scores: heap.f32(scores, users.rows * k).slice(),
      };
    });
  });
}
