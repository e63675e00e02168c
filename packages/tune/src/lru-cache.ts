/** A cached entry that many trials share. */
export interface Cached {
  /** Its size in bytes, for the bound. */
  readonly bytes: number;
  dispose(): void;
}

interface Entry<T> {
  readonly value: T;
  used: number;
}

/**
 * Makes each entry once by name and keeps the most recently used ones, up to a number of bytes. A dropped entry
 * is disposed of, and made again on the next request: results never depend on the bound.
 */
export class LruCache {
  readonly #most: number;
  readonly #entries = new Map<string, Entry<Cached>>();
  #clock = 0;
  #bytes = 0;

  /** @param most Largest number of bytes to keep, besides those that the current trial uses. */
  constructor(most: number) {
    this.#most = most;
  }

  /**
   * The entry of this name, made by `make` unless it is cached. Names of different kinds of entries must
   * differ.
   */
  async get<T extends Cached>(name: string, make: () => Promise<T>): Promise<T> {
    const found = this.#entries.get(name) as Entry<T> | undefined;
    if (found !== undefined) {
      found.used = ++this.#clock;
      return found.value;
    }
    const value = await make();
    this.#entries.set(name, { value, used: ++this.#clock });
    this.#bytes += value.bytes;
    return value;
  }

  /**
   * Drops the least recently used entries until the bound holds; call it between trials, when no entry is in
   * use.
   */
  trim(): void {
    const oldest = [...this.#entries].sort(([, a], [, b]) => a.used - b.used);
    for (const [name, { value }] of oldest) {
      if (this.#bytes <= this.#most) return;
      this.#entries.delete(name);
      this.#bytes -= value.bytes;
      value.dispose();
    }
  }

  dispose(): void {
    for (const { value } of this.#entries.values()) value.dispose();
    this.#entries.clear();
  }
}
