/**
 * The most similar of the items that are added, ties to the lower row. A heap, whose root is the one that the next nearer item
 * replaces.
 */
export class NearestItems {
  readonly capacity: number;
  /** The items' rows; the first {@link length} count. Nearest first after {@link sort}. */
  readonly items: Uint32Array;
  /** Their similarities, all above 0. */
  readonly similarities: Float64Array;
  #length = 0;

  constructor(capacity: number) {
    this.capacity = capacity;
    this.items = new Uint32Array(capacity);
    this.similarities = new Float64Array(capacity);
  }

  get length(): number {
    return this.#length;
  }

  /** The similarity that a further item must have at least; 0 while there is room. */
  get least(): number {
    return this.similarities[0] ?? 0;
  }

  clear(): void {
    this.similarities.fill(0);
    this.#length = 0;
  }

  /** Adds an item with a similarity above 0, unless the heap is full of nearer ones. */
  add(item: number, similarity: number): void {
    const { items, similarities, capacity } = this;
    // Places that are still free have the similarity 0, so that all items precede them.
    if (capacity === 0 || !precedes(similarity, item, similarities[0]!, items[0]!)) return;
    if (this.#length < capacity) this.#length++;
    sink(items, similarities, capacity, item, similarity);
  }

  /** Sorts the items, nearest first; nothing may be added until the next {@link clear}. */
  sort(): void {
    const { items, similarities } = this;
    for (let last = this.capacity - 1; last > 0; last--) {
      const [item, similarity] = [items[last]!, similarities[last]!];
      items[last] = items[0]!;
      similarities[last] = similarities[0]!;
      sink(items, similarities, last, item, similarity);
    }
  }
}

/** Puts an item in the place of the root of a heap of `size` places, and restores its order. */
function sink(
  items: Uint32Array,
  similarities: Float64Array,
  size: number,
  item: number,
  similarity: number,
): void {
  let at = 0;
  for (let child = 1; child < size; child = 2 * at + 1) {
    const next = child + 1;
    if (next < size && precedes(similarities[child]!, items[child]!, similarities[next]!, items[next]!)) {
      child = next;
    }
    if (!precedes(similarity, item, similarities[child]!, items[child]!)) break;
    items[at] = items[child]!;
    similarities[at] = similarities[child]!;
    at = child;
  }
  items[at] = item;
  similarities[at] = similarity;
}

function precedes(similarity: number, item: number, otherSimilarity: number, other: number): boolean {
  return similarity > otherSimilarity || (similarity === otherSimilarity && item < other);
}
