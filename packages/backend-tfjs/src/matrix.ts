import type { Matrix } from "@wellbegun/core/backend";
import type { Engine } from "./engine.ts";
import type { TfTensor } from "./tensorflow.ts";

// Sums over the rows of a block are sequential float32 on some backends: their error grows with the rows.
const MOST_BLOCK_ROWS = 4096;

/** Rows in a block of a matrix: a power of two, so that the blocks of two matrices nest. */
function blockRowsOf(columns: number, blockValues: number): number {
  const most = Math.min(MOST_BLOCK_ROWS, Math.max(1, Math.floor(blockValues / columns)));
  return 2 ** Math.floor(Math.log2(most));
}

/** Some rows of one block. */
export interface BlockPart {
  readonly block: number;
  /** Place in the block of the first of them. */
  readonly from: number;
  readonly count: number;
}

/** A matrix as a list of tensors, each with a block of its rows. A block that was never written is 0 and takes no memory. */
export class TfjsMatrix implements Matrix {
  readonly rows: number;
  readonly columns: number;
  /** Rows in every block but the last. */
  readonly blockRows: number;
  readonly #engine: Engine;
  readonly #onDispose: () => void;
  readonly #blocks: (TfTensor | undefined)[];

  constructor(engine: Engine, rows: number, columns: number, onDispose: () => void) {
    this.rows = rows;
    this.columns = columns;
    this.#onDispose = onDispose;
    this.blockRows = blockRowsOf(columns, engine.blockValues);
    this.#engine = engine;
    this.#blocks = new Array<undefined>(Math.ceil(rows / this.blockRows)).fill(undefined);
  }

  get blockCount(): number {
    return this.#blocks.length;
  }

  /** Bytes that it may take. */
  get byteLength(): number {
    return 4 * this.rows * this.columns;
  }

  firstRow(block: number): number {
    return block * this.blockRows;
  }

  rowsIn(block: number): number {
    return Math.min(this.blockRows, this.rows - this.firstRow(block));
  }

  /** Whether the block was never written. */
  isZero(block: number): boolean {
    return this.#blocks[block] === undefined;
  }

  /** The rows of a block. Only inside `tidy`; stays the matrix's own. */
  block(block: number): TfTensor {
    return this.#blocks[block] ?? this.#engine.tf.zeros([this.rowsIn(block), this.columns]);
  }

  /** Replaces the block's tensor by one of the same shape, and disposes of the old one. */
  setBlock(block: number, tensor: TfTensor): void {
    if (this.#blocks[block] !== tensor) this.#blocks[block]?.dispose();
    this.#blocks[block] = tensor;
  }

  /** Computes each block anew. */
  updateBlocks(doing: string, compute: (block: number) => TfTensor): void {
    for (let i = 0; i < this.blockCount; i++) {
      const made = this.#engine.tidy(doing, () => compute(i));
      this.setBlock(i, made);
    }
  }

  /** Makes every value 0. */
  clear(): void {
    for (const block of this.#blocks) block?.dispose();
    this.#blocks.fill(undefined);
  }

  /** The parts of a range of rows that lie in one block each: `count` rows from place `from` of the block on. */
  *parts(first: number, rows: number): Generator<BlockPart> {
    for (let row = first; row < first + rows; ) {
      const block = Math.floor(row / this.blockRows);
      const from = row - this.firstRow(block);
      const count = Math.min(this.rowsIn(block) - from, first + rows - row);
      yield { block, from, count };
      row += count;
    }
  }

  /** Rows `first .. first + rows - 1` (at least 1) as one tensor. Only inside `tidy`. */
  rowsAt(first: number, rows: number): TfTensor {
    const tensors: TfTensor[] = [];
    for (const { block, from, count } of this.parts(first, rows)) {
      const own = this.block(block);
      tensors.push(count === this.rowsIn(block) ? own : this.#engine.rowsFrom(own, from, count));
    }
    return tensors.length === 1 ? tensors[0]! : this.#engine.tf.concat(tensors, 0);
  }

  /** Lends all rows (at least 1) as one tensor, which is a copy if there are several blocks. */
  async lendWhole<T>(doing: string, use: (whole: TfTensor) => T | Promise<T>): Promise<T> {
    const only = this.#blocks[0];
    if (this.blockCount === 1 && only !== undefined) return await use(only);
    const whole = this.#engine.tidy(doing, () => this.rowsAt(0, this.rows));
    try {
      return await use(whole);
    } finally {
      whole.dispose();
    }
  }

  dispose(): void {
    this.clear();
    this.#onDispose();
  }
}
