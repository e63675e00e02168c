/** Something that was made once for many trials. */
export interface Cached {
  /** What it holds, for the bound. */
  readonly bytes: number;
  dispose(): void;
}

interface Entry<T> {
  readonly value: T;
  used: number;
}

/**
 * Makes things once by name and keeps those used last, up to a number of bytes. What is dropped is disposed of, and made
 * again when it is asked for again: results never depend on the bound.
 */
export class LruCache {
  readonly #most: number;
  readonly #entries = new Map<string, Entry<Cached>>();
  #clock = 0;
  #bytes = 0;

  /** @param most Bytes that are kept at most, beside what the current trial uses. */
  constructor(most: number) {
    this.#most = most;
  }

  /** The thing of this name, made by `make` unless it is there. Names of different kinds of things must differ. */
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

  /** Drops what was used longest ago until the bound holds; call it between trials, when nothing is in use. */
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
