import type { Backend, Capabilities, Matrix, SparseMatrix, TopK } from "../backend/backend.ts";
import type { Interactions } from "../data/interactions.ts";
import type { Table } from "../data/table.ts";
import { upload } from "../data/upload.ts";
import { WellbegunError } from "../errors.ts";
import { expectChoice } from "../options/known-keys.ts";
import { mergeLists } from "./merge-lists.ts";
import { seenWithin } from "./seen-items.ts";

/** The measure by which items are ranked: the product of the vectors, or the cosine of their angle. */
export type Similarity = "dot" | "cosine";

/** All measures. */
export const similarities: readonly Similarity[] = ["dot", "cosine"];

/** An item table on a backend, in as many matrices as its limits require. It ranks items for any number of users. */
export interface ItemIndex {
  /** Most users that one call may rank within the backend's limits. */
  readonly mostUsers: number;
  /**
   * The `k` best items of each user, exactly.
   *
   * @param users User vectors, row-major, as wide as the items.
   * @param seen Items to leave out: one row for each of `users`. Default: none.
   * @returns n x k item rows and scores, best first, ties to the lowest row; -1 and -Infinity where a user has
   * fewer than k items.
   */
  topK(users: Float32Array, k: number, seen?: Interactions): Promise<TopK>;
  /** Frees the items. The backend stays open. */
  dispose(): void;
}

/** Share of a backend's memory that one tile may take, besides the users and the memory of the product. */
const TILE_SHARE: number = 1 / 8;
/**
 * Share of a backend's memory up to which all tiles stay there; otherwise each is uploaded again for every
 * block of users.
 */
const RESIDENT_SHARE: number = 1 / 2;

/**
 * Uploads an item table to a backend, where it stays until it is disposed of. Where the backend's limits do not
 * allow one matrix for all items, items are ranked in tiles, with the same result.
 *
 * @param similarity `cosine` divides the items by their norms (the norm of a user does not change its ranking).
 * Default: `dot`.
 * @throws {WellbegunError} `invalid-option` for another similarity; and the backend's error where it cannot hold the items.
 */
export async function openItemIndex(
  backend: Backend,
  items: Table,
  similarity: Similarity = "dot",
): Promise<ItemIndex> {
  expectChoice("opening an item index", "similarity", similarity, similarities);
  const { columns } = items;
  const tileRows = Math.max(1, Math.min(items.rows, blockRows(backend.capabilities, columns)));
  const firstRows = Array.from({ length: Math.ceil(items.rows / tileRows) }, (_, tile) => tile * tileRows);
  const load = async (first: number): Promise<Matrix> => {
    const part = items.data.subarray(first * columns, (first + tileRows) * columns);
    const matrix = await upload(backend, part, part.length / columns, columns);
    try {
      if (similarity === "cosine") await backend.transformRows(matrix, { unit: true });
      return matrix;
    } catch (error) {
      matrix.dispose();
      throw error;
    }
  };
  const resident = new Map<number, Matrix>();
  const dispose = (): void => {
    for (const tile of resident.values()) tile.dispose();
    resident.clear();
  };
  const { maxTotalBytes = Number.POSITIVE_INFINITY } = backend.capabilities;
  if (items.data.byteLength <= maxTotalBytes * RESIDENT_SHARE) {
    try {
      for (const first of firstRows) resident.set(first, await load(first));
    } catch (error) {
      dispose();
      throw error;
    }
  }

  const rank = async (users: Matrix, k: number, seen: Interactions | undefined): Promise<TopK> => {
    let best: TopK | undefined;
    for (const first of firstRows) {
      const tile = resident.get(first) ?? (await load(first));
      try {
        const found = await backend.topK(users, tile, k, excluded(seen, users.rows, first, tile.rows));
        if (best === undefined) best = found;
        else mergeLists(best, found, k, first);
      } finally {
        if (!resident.has(first)) tile.dispose();
      }
    }
    return best ?? noItems(users.rows, k);
  };
  return {
    mostUsers: blockRows(backend.capabilities, columns),
    topK: async (vectors, k, seen) => {
      const rows = vectors.length / columns;
      expectUsers(rows, items.rows, columns, seen);
      const users = await upload(backend, vectors, rows, columns);
      try {
        return await rank(users, k, seen);
      } finally {
        users.dispose();
      }
    },
    dispose,
  };
}

/**
 * Rows of a block: a block of users and one of items are on the device together, with the memory that ranking
 * takes.
 */
function blockRows({ maxMatrixBytes, maxTotalBytes }: Capabilities, columns: number): number {
  const { POSITIVE_INFINITY: unbounded } = Number;
  const bytes = Math.min(maxMatrixBytes ?? unbounded, (maxTotalBytes ?? unbounded) * TILE_SHARE);
  return Math.max(1, Math.floor(bytes / (4 * columns)));
}

function excluded(
  seen: Interactions | undefined,
  users: number,
  firstItem: number,
  items: number,
): SparseMatrix | undefined {
  return seen === undefined ? undefined : seenWithin(seen, { firstUser: 0, users, firstItem, items });
}

function noItems(users: number, k: number): TopK {
  return {
    items: new Int32Array(users * k).fill(-1),
    scores: new Float32Array(users * k).fill(Number.NEGATIVE_INFINITY),
  };
}

function expectUsers(rows: number, items: number, columns: number, seen: Interactions | undefined): void {
  const doing = "ranking items";
  if (!Number.isInteger(rows)) {
    const expected = `user vectors of ${columns} values, as the items have`;
    throw new WellbegunError("mismatch", { doing, expected, found: `${rows * columns} values`, at: "users" });
  }
  if (seen !== undefined && (seen.userCount !== rows || seen.itemCount !== items)) {
    throw new WellbegunError("mismatch", {
      doing,
      expected: `${rows} users and ${items} items`,
      found: `${seen.userCount} and ${seen.itemCount}`,
      at: "seen",
    });
  }
}
