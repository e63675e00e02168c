import type { DuplicateRule } from "@wellbegun/core";
import type { Session } from "./session.ts";

/** The interactions of consecutive users in compressed-row form. */
export interface InteractionBlock {
  /** Row of the first user. */
  readonly firstRow: number;
  /** Number of users; those without interactions count. */
  readonly rows: number;
  /** `rows` + 1 offsets into `items`, from 0 on. */
  readonly offsets: Uint32Array;
  /** Item row of each interaction, ascending within a user, each once. */
  readonly items: Uint32Array;
  /** Weight of each interaction; all 1 when left out. */
  readonly weights?: Float32Array | undefined;
}

/** How blocks are cut, and (the last two fields) how a pair's repeated rows are combined. */
export interface BlockOptions {
  /** Largest number of users in a block. */
  readonly rowsPerBlock: number;
  /** A block ends after the user whose interactions reach this number. */
  readonly pairsPerBlock: number;
  readonly weighted: boolean;
  readonly duplicates: DuplicateRule;
}

/**
 * The rows of a table of sorted pairs as blocks of users, from the first to the last of `userCount`. Memory
 * holds one block; the caller owns the arrays of a block.
 */
export async function* readBlocks(
  session: Session,
  table: string,
  userCount: number,
  options: BlockOptions,
): AsyncGenerator<InteractionBlock> {
  const { weighted, duplicates, rowsPerBlock, pairsPerBlock } = options;
  const summed = duplicates === "sum";
  const block = new BlockBuilder(weighted || summed);
  const columns = weighted ? `"user", item, weight` : `"user", item`;
  // Tables keep their insertion order.
  for await (const chunk of session.chunks(`select ${columns} from ${table}`, "reading interactions")) {
    const users = chunk.getColumnVector(0);
    const items = chunk.getColumnVector(1);
    const weights = weighted ? chunk.getColumnVector(2) : undefined;
    for (let r = 0; r < chunk.rowCount; r++) {
      const user = users.getItem(r) as number;
      if (user !== block.user) {
        while (block.isFull(user, rowsPerBlock, pairsPerBlock)) yield block.take(user, rowsPerBlock);
        block.advance(user);
      }
      block.add(
        items.getItem(r) as number,
        weights === undefined ? 1 : (weights.getItem(r) as number),
        duplicates,
      );
    }
  }
  while (block.firstRow < userCount) yield block.take(userCount, rowsPerBlock);
}

/** Gathers one block at a time. */
class BlockBuilder {
  /** First user of the block. */
  firstRow: number = 0;
  /** The user that interactions are added to. */
  user: number = 0;
  #offsets: number[] = [0];
  #items: Uint32Array = new Uint32Array(1 << 12);
  #weights: Float32Array | undefined;
  #length = 0;

  constructor(weighted: boolean) {
    this.#weights = weighted ? new Float32Array(this.#items.length) : undefined;
  }

  /** Whether the block ends before `user`. */
  isFull(user: number, rowsPerBlock: number, pairsPerBlock: number): boolean {
    return user - this.firstRow >= rowsPerBlock || this.#length >= pairsPerBlock;
  }

  /** Marks the users up to `user` as complete. */
  advance(user: number): void {
    while (this.firstRow + this.#offsets.length - 1 < user) this.#offsets.push(this.#length);
    this.user = user;
  }

  add(item: number, weight: number, rule: DuplicateRule): void {
    const last = this.#length - 1;
    const start = this.#offsets[this.#offsets.length - 1]!;
    if (last >= start && this.#items[last] === item) {
      if (this.#weights === undefined) return;
      const kept = this.#weights[last]!;
      this.#weights[last] =
        rule === "last" ? weight : rule === "sum" ? kept + weight : Math.max(kept, weight);
      return;
    }
    if (this.#length === this.#items.length) this.#grow();
    this.#items[this.#length] = item;
    if (this.#weights !== undefined) this.#weights[this.#length] = weight;
    this.#length++;
  }

  /** The block up to `end`, or with the largest allowed number of users; the next block begins after it. */
  take(end: number, rowsPerBlock: number): InteractionBlock {
    const rows = Math.min(end - this.firstRow, rowsPerBlock);
    this.advance(this.firstRow + rows);
    const block = {
      firstRow: this.firstRow,
      rows,
      offsets: Uint32Array.from(this.#offsets),
      items: this.#items.slice(0, this.#length),
      weights: this.#weights?.slice(0, this.#length),
    };
    this.firstRow += rows;
    this.#offsets = [0];
    this.#length = 0;
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
