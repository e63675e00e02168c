/** Most entries of one `Map`: V8 throws a RangeError at 2^24. */
const mostEntries = 2 ** 24 - 1;

/** A map of any number of entries, in several `Map`s of bounded size. An entry is never replaced. */
export class LargeMap<K, V> {
  readonly #mostEntries: number;
  readonly #parts: Map<K, V>[] = [new Map()];

  /** @param most Most entries of one part. */
  constructor(most: number = mostEntries) {
    this.#mostEntries = most;
  }

  get size(): number {
    return this.#parts.reduce((sum, { size }) => sum + size, 0);
  }

  get(key: K): V | undefined {
    for (const part of this.#parts) {
      const value = part.get(key);
      if (value !== undefined) return value;
    }
    return undefined;
  }

  /** Adds an entry whose key is not there. */
  set(key: K, value: V): void {
    let part = this.#parts.at(-1)!;
    if (part.size >= this.#mostEntries) {
      part = new Map();
      this.#parts.push(part);
    }
    part.set(key, value);
  }

  /** The keys in the order in which they were added. */
  *keys(): Generator<K> {
    for (const part of this.#parts) yield* part.keys();
  }
}
