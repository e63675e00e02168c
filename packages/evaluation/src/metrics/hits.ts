import type { ItemLists, RankedLists } from "./lists.ts";

/** The hits of ranked lists, for the users who have held-out items. */
export interface Hits {
  /** Row of each of these users. */
  readonly users: Uint32Array;
  /** Number of distinct held-out items of each of these users. */
  readonly wanted: Uint32Array;
  /** users + 1 offsets into `ranks` and `items`. */
  readonly offsets: Uint32Array;
  /** Rank of each hit, 0 for the first place of a list, ascending within a user. */
  readonly ranks: Uint32Array;
  /** Item of each hit. */
  readonly items: Uint32Array;
}

/** Looks for the held-out items in the lists, once for all cuts and groups. */
export function hitsOf(lists: RankedLists, heldOut: ItemLists): Hits {
  const found = new HitList(lists.users.length);
  // Marks hold the list's number + 1 at items that are still to be found in that list.
  const marks = new Uint32Array(1 + largestItem(lists, heldOut));
  for (const [row, user] of lists.users.entries()) {
    const mark = row + 1;
    let wanted = 0;
    for (let e = heldOut.offsets[user]!; e < heldOut.offsets[user + 1]!; e++) {
      const item = heldOut.items[e]!;
      if (marks[item] !== mark) wanted++;
      marks[item] = mark;
    }
    if (wanted === 0) continue;
    for (let rank = 0; rank < lists.k; rank++) {
      const item = lists.items[row * lists.k + rank]!;
      if (item >= 0 && marks[item] === mark) found.addHit(rank, item);
    }
    found.closeUser(user, wanted);
  }
  return found.toHits();
}

/** The hits among the items of one group, for the users who have held-out items of the group. */
export function hitsOfGroup(hits: Hits, heldOut: ItemLists, groupOf: Uint8Array, group: number): Hits {
  const found = new HitList(hits.users.length);
  for (const [index, user] of hits.users.entries()) {
    let wanted = 0;
    for (let e = heldOut.offsets[user]!; e < heldOut.offsets[user + 1]!; e++) {
      if (groupOf[heldOut.items[e]!] === group) wanted++;
    }
    if (wanted === 0) continue;
    for (let h = hits.offsets[index]!; h < hits.offsets[index + 1]!; h++) {
      if (groupOf[hits.items[h]!] === group) found.addHit(hits.ranks[h]!, hits.items[h]!);
    }
    found.closeUser(user, wanted);
  }
  return found.toHits();
}

function largestItem(lists: RankedLists, heldOut: ItemLists): number {
  let largest = 0;
  for (const item of lists.items) if (item > largest) largest = item;
  for (let e = 0; e < heldOut.items.length; e++) if (heldOut.items[e]! > largest) largest = heldOut.items[e]!;
  return largest;
}

/** Hits, collected user by user; they are few compared with the places of the lists. */
class HitList {
  readonly #users: Uint32Array;
  readonly #wanted: Uint32Array;
  readonly #offsets: Uint32Array;
  readonly #ranks: number[] = [];
  readonly #items: number[] = [];
  #count = 0;

  constructor(mostUsers: number) {
    this.#users = new Uint32Array(mostUsers);
    this.#wanted = new Uint32Array(mostUsers);
    this.#offsets = new Uint32Array(mostUsers + 1);
  }

  addHit(rank: number, item: number): void {
    this.#ranks.push(rank);
    this.#items.push(item);
  }

  closeUser(user: number, wanted: number): void {
    this.#users[this.#count] = user;
    this.#wanted[this.#count] = wanted;
    this.#count++;
    this.#offsets[this.#count] = this.#ranks.length;
  }

  toHits(): Hits {
    return {
      users: this.#users.slice(0, this.#count),
      wanted: this.#wanted.slice(0, this.#count),
      offsets: this.#offsets.slice(0, this.#count + 1),
      ranks: Uint32Array.from(this.#ranks),
      items: Uint32Array.from(this.#items),
    };
  }
}
