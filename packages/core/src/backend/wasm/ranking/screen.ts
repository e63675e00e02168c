import type { SparseMatrix, TopK } from "../../backend.ts";
import { integerRounding } from "../products/integer-rounding.ts";
import { rowNorms } from "../rows.ts";
import { withTemporaries } from "../runtime/engine.ts";
import { BLOCK_ROWS, blocks, INTEGER_LENGTH, roundUp, TILE_COLUMNS, TILE_ROWS } from "../runtime/layout.ts";
import { DOING, type Ranking } from "./ranking.ts";

/** Norms outside of this range are left to the scores, so that no float32 here overflows or vanishes. */
const [SMALLEST, LARGEST] = [1e-12, 1e12];
/** Fewest users: for fewer, making integers of all items takes longer than their products. */
const LEAST_USERS = 16;
/** Widest vectors: the wider, the coarser are their integers. */
const MAX_DEPTH = 4096;
/** Bytes of packed items that are offered to all users before the next ones are packed. */
const PACKED_BYTES: number = 1 << 26;
/** Items that one call offers to a block of users. */
const ITEMS = 2048;
/** Bytes of a user's record; kernels/candidates.ts states the same. */
const RECORD_BYTES = 16;
const [NEVER_ABOVE, ALWAYS_ABOVE] = [2 ** 31 - 1, -(2 ** 31)];

/** Ranks `count` users from row `first`, and returns the rows of those that integers could not decide. */
export type Screen = (first: number, count: number, lists: TopK) => Promise<Uint32Array>;

/**
 * A screen of 16-bit integers over the items. The error of an integer score has a bound (`marginOf`), so that only the items
 * within this bound of a user's k best are candidates, mostly k and a few. Undefined where that gains nothing: for few users, or
 * where too few items are to be left out.
 */
export async function openScreen(ranking: Ranking): Promise<Screen | undefined> {
  const { engine, cache, users, items, k } = ranking;
  const { columns: depth } = items;
  const capacity = roundUp(k + (k >> 1) + 40, TILE_COLUMNS);
  if (users.rows < LEAST_USERS || 2 * capacity > items.rows || depth > MAX_DEPTH) return undefined;
  const longest = maximum(await rowNorms(engine, items));
  if (!(longest >= SMALLEST && longest <= LARGEST)) return undefined;
  const { heap } = engine;
  const exclude = ranking.exclude && ascending(ranking.exclude);
  const norms = await rowNorms(engine, users);
  const pairs = Math.ceil(depth / 2);
  const margin = marginOf(depth);
  const most = Math.max(ITEMS, Math.floor(PACKED_BYTES / (pairs * 4 * TILE_COLUMNS)) * TILE_COLUMNS);

  return (first, count, lists) =>
    cache.with([exclude?.indices], DOING, ([excluded = 0]) =>
      withTemporaries(heap, DOING, async (temporaries) => {
        const padded = roundUp(count, TILE_ROWS);
        const factors = await temporaries.allocate(padded * 4);
        const records = await temporaries.allocate(padded * RECORD_BYTES);
        const candidates = await temporaries.allocate(padded * capacity * 8);
        const quads = await temporaries.allocate(padded * pairs * 4);
        const scores = await temporaries.allocate(count * k * 4);
        const best = await temporaries.allocate(count * k * 4);
        const panels = await temporaries.allocate(
          roundUp(Math.min(most, items.rows), TILE_COLUMNS) * pairs * 4,
        );
        const itemFactor = await temporaries.copy(Float32Array.of(INTEGER_LENGTH / longest));
        heap.f32(scores, count * k).fill(-Infinity);
        heap.i32(best, count * k).fill(-1);
        const found = heap.i32(records, padded * (RECORD_BYTES / 4));
        startUsers(found, heap.f32(factors, padded), norms, exclude, first, count);

        const packing = [];
        for (const [row, rows] of blocks(count, BLOCK_ROWS)) {
          const from = users.rowAddress(first + row);
          const to = quads + row * pairs * 4;
          packing.push([from, users.stride, rows, depth, factors + row * 4, 4, TILE_ROWS, to]);
        }
        await engine.run("quantizeRows", packing);
        for (const [item, itemCount] of blocks(items.rows, most)) {
          const packing = [];
          const parts = [...blocks(itemCount, ITEMS)];
          for (const [row, rows] of parts) {
            const from = items.rowAddress(item + row);
            const to = panels + row * pairs * 4;
            packing.push([from, items.stride, rows, depth, itemFactor, 0, TILE_COLUMNS, to]);
          }
          await engine.run("quantizeRows", packing);
          const calls = [];
          for (const [row, rows] of blocks(count, BLOCK_ROWS)) {
            const own = [records + row * RECORD_BYTES, candidates + row * capacity * 8] as const;
            const rest = [...own, capacity, k, margin, excluded] as const;
            for (const [at, width] of parts) {
              const block = [panels + at * pairs * 4, width, item + at] as const;
              calls.push([quads + row * pairs * 4, rows, pairs, ...block, ...rest]);
            }
          }
          // All items of one block of users on one thread, in ascending order.
          await engine.run("screenItems", calls, parts.length);
        }
        const ranking = [];
        for (const [row, rows] of blocks(count, BLOCK_ROWS)) {
          const own = [records + row * RECORD_BYTES, candidates + row * capacity * 8] as const;
          const vectors = [users.rowAddress(first + row), users.stride, rows, depth] as const;
          const heaps = [scores + row * k * 4, best + row * k * 4] as const;
          ranking.push([...own, capacity, k, margin, ...vectors, items.address, items.stride, ...heaps]);
        }
        await engine.run("rankCandidates", ranking);
        lists.items.set(heap.i32(best, count * k), first * k);
        lists.scores.set(heap.f32(scores, count * k), first * k);
        return openUsers(heap.i32(records, count * (RECORD_BYTES / 4)), first);
      }),
    );
}

/**
 * Twice the most by which an integer score can differ from the float32 score in its unit. By Cauchy-Schwarz, roundings of at
 * most h in each of d values change a product by at most h sqrt(d) times the length of the other vector; the sums in
 * float32 add their own rounding.
 */
function marginOf(depth: number): number {
  const rounding = integerRounding(depth);
  const integers = rounding * (2 * INTEGER_LENGTH + rounding);
  const sums = (depth + 8) * 2 ** -24 * INTEGER_LENGTH ** 2;
  return Math.ceil(2 * 1.001 * (integers + sums));
}

/** Writes the records and factors of users; one whose vector does not suit has no item above its bound, and stays open. */
function startUsers(
  records: Int32Array,
  factors: Float32Array,
  norms: Float32Array,
  exclude: SparseMatrix | undefined,
  first: number,
  count: number,
): void {
  const words = RECORD_BYTES / 4;
  for (let row = 0; row < factors.length; row++) {
    const norm = row < count ? norms[first + row]! : 0;
    const suits = norm >= SMALLEST && norm <= LARGEST;
    factors[row] = suits ? INTEGER_LENGTH / norm : 0;
    records[row * words] = suits ? ALWAYS_ABOVE : NEVER_ABOVE;
    records[row * words + 1] = suits ? 0 : -1;
    records[row * words + 2] = row < count ? (exclude?.offsets[first + row] ?? 0) : 0;
    records[row * words + 3] = row < count ? (exclude?.offsets[first + row + 1] ?? 0) : 0;
  }
}

function openUsers(records: Int32Array, first: number): Uint32Array {
  const words = RECORD_BYTES / 4;
  const open = [];
  for (let row = 0; row * words < records.length; row++) {
    if (records[row * words + 1]! < 0) open.push(first + row);
  }
  return Uint32Array.from(open);
}

function maximum(values: Float32Array): number {
  let most = 0;
  for (const value of values) {
    if (Number.isNaN(value)) return value;
    if (value > most) most = value;
  }
  return most;
}

/** The same lists with ascending entries, which may repeat. */
function ascending(lists: SparseMatrix): SparseMatrix {
  const { rows, offsets, indices } = lists;
  let sorted = true;
  for (let row = 0; row < rows && sorted; row++) {
    for (let e = offsets[row]! + 1; e < offsets[row + 1]! && sorted; e++) {
      sorted = indices[e - 1]! <= indices[e]!;
    }
  }
  if (sorted) return lists;
  const copy = indices.slice();
  for (let row = 0; row < rows; row++) copy.subarray(offsets[row], offsets[row + 1]).sort();
  return { ...lists, indices: copy };
}
