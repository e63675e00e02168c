import type { SparseMatrix, TopK } from "../backend.ts";
import type { PortableMatrix } from "./matrix.ts";
import { rowsOf, TILE_COLUMNS, TILE_ROWS, type Tile } from "./tile.ts";

/**
 * The best items of each user, a tile of users x items at a time. Scores are compared as they are returned, in
 * float32, so that items with equal scores are always in ascending order. A NaN score is never among the best.
 */
export function topK(
  users: PortableMatrix,
  itemTable: PortableMatrix,
  k: number,
  exclude: SparseMatrix | undefined,
  tile: Tile,
): TopK {
  const { rows: userCount, columns } = users;
  const itemCount = itemTable.rows;
  const left = rowsOf(users.values, columns);
  const right = rowsOf(itemTable.values, columns);
  const items = new Int32Array(userCount * k).fill(-1);
  const scores = new Float32Array(userCount * k).fill(-Infinity);
  const sizes = new Uint32Array(TILE_ROWS);
  for (let first = 0; first < userCount; first += TILE_ROWS) {
    const count = Math.min(TILE_ROWS, userCount - first);
    const excluded = new Exclusion(exclude, first, count);
    sizes.fill(0);
    for (let item = 0; item < itemCount; item += TILE_COLUMNS) {
      const width = Math.min(TILE_COLUMNS, itemCount - item);
      tile.fill(left, first, count, right, item, width, columns);
      excluded.mark(tile.dots, item, width);
      for (let i = 0; i < count; i++) {
        sizes[i] = collect(
          tile.dots,
          i * TILE_COLUMNS,
          width,
          item,
          items,
          scores,
          (first + i) * k,
          sizes[i]!,
          k,
        );
      }
    }
    for (let i = 0; i < count; i++) sortHeap(items, scores, (first + i) * k, sizes[i]!);
  }
  return { items, scores };
}

/** The items to leave out for each user of one block, sorted, so that a cursor advances with the tiles. */
class Exclusion {
  readonly #lists: readonly Uint32Array[];
  readonly #cursors: Uint32Array;

  constructor(exclude: SparseMatrix | undefined, first: number, count: number) {
    const lists: Uint32Array[] = [];
    for (let i = 0; exclude !== undefined && i < count; i++) {
      const { indices, offsets } = exclude;
      lists.push(indices.slice(offsets[first + i], offsets[first + i + 1]).sort());
    }
    this.#lists = lists;
    this.#cursors = new Uint32Array(lists.length);
  }

  /** Sets the excluded scores of a tile to NaN, which fails every comparison. */
  mark(dots: Float64Array, firstItem: number, width: number): void {
    for (let i = 0; i < this.#lists.length; i++) {
      const list = this.#lists[i]!;
      let at = this.#cursors[i]!;
      for (; at < list.length && list[at]! < firstItem + width; at++) {
        dots[i * TILE_COLUMNS + list[at]! - firstItem] = NaN;
      }
      this.#cursors[i] = at;
    }
  }
}

/** Offers the scores of one user and one tile to its heap at `base`; returns the heap's new size. */
function collect(
  dots: Float64Array,
  from: number,
  width: number,
  firstItem: number,
  items: Int32Array,
  scores: Float32Array,
  base: number,
  size: number,
  k: number,
): number {
  for (let j = 0; j < width; j++) {
    const score = Math.fround(dots[from + j]!);
    if (size === k) {
      // Items come in ascending order, so an item loses a tie to those already in the heap.
      if (score > scores[base]!) siftDown(items, scores, base, k, 0, firstItem + j, score);
    } else if (!Number.isNaN(score)) {
      siftUp(items, scores, base, size++, firstItem + j, score);
    }
  }
  return size;
}

/** Whether (score, item) ranks behind the entry at `at`. */
function behind(items: Int32Array, scores: Float32Array, at: number, item: number, score: number): boolean {
  return score < scores[at]! || (score === scores[at]! && item > items[at]!);
}

// A binary heap with the worst entry at its root, kept in the result's own rows.
function siftUp(
  items: Int32Array,
  scores: Float32Array,
  base: number,
  hole: number,
  item: number,
  score: number,
): void {
  while (hole > 0) {
    const parent = (hole - 1) >> 1;
    if (!behind(items, scores, base + parent, item, score)) break;
    items[base + hole] = items[base + parent]!;
    scores[base + hole] = scores[base + parent]!;
    hole = parent;
  }
  items[base + hole] = item;
  scores[base + hole] = score;
}

function siftDown(
  items: Int32Array,
  scores: Float32Array,
  base: number,
  size: number,
  hole: number,
  item: number,
  score: number,
): void {
  for (;;) {
    let child = 2 * hole + 1;
    if (child >= size) break;
    const right = base + child + 1;
    if (child + 1 < size && behind(items, scores, base + child, items[right]!, scores[right]!)) child++;
    if (behind(items, scores, base + child, item, score)) break;
    items[base + hole] = items[base + child]!;
    scores[base + hole] = scores[base + child]!;
    hole = child;
  }
  items[base + hole] = item;
  scores[base + hole] = score;
}

/** Turns a heap into a list, best first: repeatedly moves the worst remaining entry to the end. */
function sortHeap(items: Int32Array, scores: Float32Array, base: number, size: number): void {
  for (let end = size - 1; end > 0; end--) {
    const item = items[base + end]!;
    const score = scores[base + end]!;
    items[base + end] = items[base]!;
    scores[base + end] = scores[base]!;
    siftDown(items, scores, base, end, 0, item, score);
  }
}
