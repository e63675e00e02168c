/** A raw ID as in the user's data. Whole numbers beyond 2^53 must be bigints or strings. */
export type Id = string | number | bigint;

/** Largest share of the slots that is used. */
const LOAD = 3 / 4;

/**
 * Distinct IDs, numbered in the order in which they are added: a hash table with open addressing over one typed array of rows,
 * 6 to 11 bytes an ID beside the IDs themselves. A `Map` takes some 40, and no more than 2^24 entries.
 */
export class IdTable {
  /** The IDs in the order of their numbers. */
  readonly ids: readonly Id[];
  readonly #list: Id[];
  /** Row + 1 of the ID whose search ends here; 0 where there is none. Their number is a power of two. */
  #slots: Uint32Array;

  /**
   * @param distinct IDs to begin with, no two of them equal, which the table takes over.
   * @param expected Number of IDs that there will be, where it is known: the table then never grows.
   */
  constructor(distinct: Id[] = [], expected: number = distinct.length) {
    this.#list = distinct;
    this.ids = distinct;
    let slots = 8;
    while (expected > LOAD * slots) slots *= 2;
    this.#slots = this.#filled(slots);
  }

  /** Number of IDs. */
  get size(): number {
    return this.#list.length;
  }

  /** The number of an ID; undefined if it is not there. */
  rowOf(id: Id): number | undefined {
    const row = this.#slots[this.#slotOf(id)]!;
    return row === 0 ? undefined : row - 1;
  }

  /** The number of an ID, which is added if it is not there. */
  add(id: Id): number {
    const slot = this.#slotOf(id);
    if (this.#slots[slot]! > 0) return this.#slots[slot]! - 1;
    this.#list.push(id);
    this.#slots[slot] = this.#list.length;
    if (this.#list.length > LOAD * this.#slots.length) this.#slots = this.#filled(2 * this.#slots.length);
    return this.#list.length - 1;
  }

  /** The slot of an ID, or the free one where it would be. */
  #slotOf(id: Id): number {
    const slots = this.#slots;
    const mask = slots.length - 1;
    let slot = hashOf(id) & mask;
    for (let row = slots[slot]!; row > 0 && this.#list[row - 1] !== id; row = slots[slot]!) {
      slot = (slot + 1) & mask;
    }
    return slot;
  }

  /** So many slots with all IDs. */
  #filled(count: number): Uint32Array {
    const slots = new Uint32Array(count);
    for (let row = 0; row < this.#list.length; row++) {
      let slot = hashOf(this.#list[row]!) & (count - 1);
      while (slots[slot]! > 0) slot = (slot + 1) & (count - 1);
      slots[slot] = row + 1;
    }
    return slots;
  }
}

const float = new Float64Array(1);
const words = new Uint32Array(float.buffer);

/**
 * A hash of 32 bits; equal IDs have equal hashes. FNV-1a over the code units of text or the 32-bit words of a bigint (Fowler, Noll,
 * Vo); then MurmurHash3's finalizer. A value that is no ID has one too, and is in no table.
 */
function hashOf(id: Id): number {
  let hash = 0x811c9dc5;
  if (typeof id === "string") {
    for (let i = 0; i < id.length; i++) hash = Math.imul(hash ^ id.charCodeAt(i), 0x01000193);
  } else if (typeof id === "number") {
    // 0 and -0 are equal.
    float[0] = id + 0;
    hash = words[0]! ^ Math.imul(words[1]!, 0x01000193);
  } else if (typeof id === "bigint") {
    // Shifted to the end, a bigint is 0 or -1.
    for (let rest: bigint = id; ; rest >>= 32n) {
      hash = Math.imul(hash ^ Number(BigInt.asIntN(32, rest)), 0x01000193);
      if (rest === 0n || rest === -1n) break;
    }
  }
  hash = Math.imul(hash ^ (hash >>> 16), 0x85ebca6b);
  hash = Math.imul(hash ^ (hash >>> 13), 0xc2b2ae35);
  return (hash ^ (hash >>> 16)) >>> 0;
}
