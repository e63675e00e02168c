import type { BlockLimits, DuplicateRule, InteractionBlock } from "@wellbegun/core";

/** Gathers one block of sorted interactions at a time, and combines repeated ones. */
export class BlockBuilder {
  /** First user of the block. */
  firstRow: number = 0;
  /** The user that interactions are added to. */
  user: number = 0;
  readonly #rule: DuplicateRule;
  #offsets: Uint32Array = new Uint32Array(1 << 10);
  /** Users whose end is known. */
  #rows = 0;
  #items: Uint32Array = new Uint32Array(1 << 12);
  #weights: Float32Array | undefined;
  #length = 0;
  /** Start of the current user's interactions. */
  #start = 0;

  constructor(weighted: boolean, rule: DuplicateRule) {
    this.#rule = rule;
    this.#weights = weighted ? new Float32Array(this.#items.length) : undefined;
  }

  /** Whether the block ends before `user`. */
  isFull(user: number, limits: BlockLimits): boolean {
    return user - this.firstRow >= limits.rows || this.#length >= limits.pairs;
  }

  /** Marks the users before `user` as complete. */
  advance(user: number): void {
    const rows = user - this.firstRow;
    if (rows >= this.#offsets.length) {
      const offsets = new Uint32Array(Math.max(rows + 1, 2 * this.#offsets.length));
      offsets.set(this.#offsets);
      this.#offsets = offsets;
    }
    while (this.#rows < rows) this.#offsets[++this.#rows] = this.#length;
    this.#start = this.#length;
    this.user = user;
  }

  add(item: number, weight: number): void {
    const last = this.#length - 1;
    if (last >= this.#start && this.#items[last] === item) {
      if (this.#weights === undefined) return;
      const kept = this.#weights[last]!;
      if (this.#rule === "last") this.#weights[last] = weight;
      else this.#weights[last] = this.#rule === "sum" ? kept + weight : Math.max(kept, weight);
      return;
    }
    if (this.#length === this.#items.length) this.#grow();
    this.#items[this.#length] = item;
    if (this.#weights !== undefined) this.#weights[this.#length] = weight;
    this.#length++;
  }

  /**
   * The block up to `end`, or with the largest allowed number of users; the next block begins after it. A block that is
   * full of interactions ends with the current user.
   */
  take(end: number, most: number): InteractionBlock {
    const rows = Math.min(end - this.firstRow, most);
    this.advance(this.firstRow + rows);
    const block = {
      firstRow: this.firstRow,
      rows,
      offsets: this.#offsets.slice(0, rows + 1),
      items: this.#items.slice(0, this.#length),
      weights: this.#weights?.slice(0, this.#length),
    };
    this.firstRow += rows;
    this.#rows = 0;
    this.#length = 0;
    this.#start = 0;
    return block;
  }

  #grow(): void {
    const items = new Uint32Array(2 * this.#items.length);
    items.set(this.#items);
    this.#items = items;
    if (this.#weights === undefined) return;
    const weights = new Float32Array(items.length);
    weights.set(this.#weights);
    this.#weights = weights;
  }
}
