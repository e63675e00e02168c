import { type FileHandle, open } from "node:fs/promises";
import type { BlockLimits, InteractionBlock } from "@wellbegun/core";
import { closeAll } from "@wellbegun/core/support";
import { duckdbError } from "./failures.ts";

/** What is known of interactions once they have been written. */
export interface PairTotals {
  /** Degree of each item: the number of its users, or the sum of their weights. */
  readonly itemDegrees: Float64Array;
  /** Distinct pairs. */
  readonly interactionCount: number;
  readonly activeUsers: number;
}

/** Counts of users that are read at a time. */
const WINDOW = 1 << 16;
const DOING = "keeping interactions in temporary files";

/**
 * The interactions of a split in temporary files, in row order: a user's number of interactions, the items, and the weights
 * where there are some. 4 bytes a user and 4 an interaction (8 with weights) on the disk; memory holds 8 bytes an item.
 */
export class PairsFile {
  readonly totals: PairTotals;
  readonly #userCount: number;
  readonly #counts: NumberFile;
  readonly #items: NumberFile;
  readonly #weights: NumberFile | undefined;

  private constructor(userCount: number, totals: PairTotals, files: readonly NumberFile[]) {
    this.totals = totals;
    this.#userCount = userCount;
    [this.#counts, this.#items, this.#weights] = files as [NumberFile, NumberFile, NumberFile?];
  }

  /**
   * Writes the blocks of all users.
   *
   * @param path Where the files begin: their names add an ending.
   * @throws {WellbegunError} `limit` if the disk is full; `io`; and what the blocks throw.
   */
  static async write(
    path: string,
    blocks: AsyncIterable<InteractionBlock>,
    { userCount, itemCount, weighted }: { userCount: number; itemCount: number; weighted: boolean },
  ): Promise<PairsFile> {
    const files: NumberFile[] = [];
    try {
      for (const part of ["counts", "items", ...(weighted ? ["weights"] : [])])
        files.push(await NumberFile.create(`${path}.${part}`));
      const [counts, ofItems, ofWeights] = files as [NumberFile, NumberFile, NumberFile?];
      const itemDegrees = new Float64Array(itemCount);
      let interactionCount = 0;
      let activeUsers = 0;
      for await (const { rows, offsets, items, weights } of blocks) {
        for (let e = 0; e < items.length; e++)
          itemDegrees[items[e]!]! += weights === undefined ? 1 : weights[e]!;
        const numbers = new Uint32Array(rows);
        for (let r = 0; r < rows; r++) {
          numbers[r] = offsets[r + 1]! - offsets[r]!;
          if (numbers[r]! > 0) activeUsers++;
        }
        interactionCount += items.length;
        await counts.append(numbers);
        await ofItems.append(items);
        await ofWeights?.append(weights!);
      }
      return new PairsFile(userCount, { itemDegrees, interactionCount, activeUsers }, files);
    } catch (error) {
      await closeAll(files.map((file) => () => file.close())).catch(() => undefined);
      throw error;
    }
  }

  /** All users in blocks of at least one, from the first to the last; the caller owns the arrays of a block. */
  async *blocks(limits: BlockLimits): AsyncGenerator<InteractionBlock> {
    const most = Math.min(Math.max(1, Math.floor(limits.rows)), this.#userCount);
    const ends = new Uint32Array(most + 1);
    let counts = new Uint32Array(0);
    let windowStart = 0;
    let pair = 0;
    for (let firstRow = 0; firstRow < this.#userCount; ) {
      let rows = 0;
      while (rows < most && firstRow + rows < this.#userCount && (rows === 0 || ends[rows]! < limits.pairs)) {
        const user = firstRow + rows;
        if (user >= windowStart + counts.length) {
          windowStart = user;
          counts = new Uint32Array(Math.min(WINDOW, this.#userCount - user));
          await this.#counts.read(windowStart, counts);
        }
        ends[rows + 1] = ends[rows]! + counts[user - windowStart]!;
        rows++;
      }
      const length = ends[rows]!;
      const items = new Uint32Array(length);
      await this.#items.read(pair, items);
      const weights = this.#weights && new Float32Array(length);
      if (weights !== undefined) await this.#weights!.read(pair, weights);
      yield { firstRow, rows, offsets: ends.slice(0, rows + 1), items, weights };
      firstRow += rows;
      pair += length;
    }
  }

  async close(): Promise<void> {
    await closeAll([this.#counts, this.#items, this.#weights].map((file) => async () => file?.close()));
  }
}

/** A file of numbers of 4 bytes. */
class NumberFile {
  readonly #file: FileHandle;
  readonly #path: string;
  #end = 0;

  private constructor(file: FileHandle, path: string) {
    this.#file = file;
    this.#path = path;
  }

  static async create(path: string): Promise<NumberFile> {
    const file = await open(path, "wx+").catch((cause: unknown) => {
      throw duckdbError(cause, DOING, path);
    });
    return new NumberFile(file, path);
  }

  async append(values: Uint32Array | Float32Array): Promise<void> {
    await this.#whole(values, this.#end, (...given) =>
      this.#file.write(...given).then((r) => r.bytesWritten),
    );
    this.#end += values.byteLength;
  }

  /** Fills `into` from the value at `first` on. */
  async read(first: number, into: Uint32Array | Float32Array): Promise<void> {
    await this.#whole(into, 4 * first, (...given) => this.#file.read(...given).then((r) => r.bytesRead));
  }

  async close(): Promise<void> {
    await this.#file.close();
  }

  /** A system call moves some of the bytes only, at most 2 GiB. */
  async #whole(
    values: Uint32Array | Float32Array,
    position: number,
    move: (bytes: Uint8Array, offset: number, length: number, position: number) => Promise<number>,
  ): Promise<void> {
    const bytes = new Uint8Array(values.buffer, values.byteOffset, values.byteLength);
    for (let done = 0; done < bytes.length; ) {
      const moved = await move(bytes, done, Math.min(bytes.length - done, 2 ** 30), position + done).catch(
        (cause: unknown) => {
          throw duckdbError(cause, DOING, this.#path);
        },
      );
      if (moved === 0) throw duckdbError(new Error("the file ended early"), DOING, this.#path);
      done += moved;
    }
  }
}
