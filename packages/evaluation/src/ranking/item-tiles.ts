import type { Backend, Interactions, Matrix, TopK } from "@wellbegun/core";

/** An item table on a backend, in as many matrices as its limits ask for. */
export interface ItemTiles {
  /** As the backend's `topK` over all items; `seen` has a row for each of the users'. */
  topK(users: Matrix, k: number, seen: Interactions): Promise<Int32Array>;
  dispose(): void;
}

/** Share of a backend's memory that one tile may take: beside it stand users and what the product needs. */
const TILE_SHARE = 1 / 8;
/** Share that all tiles may take to stay there; otherwise each comes and goes with every block of users. */
const RESIDENT_SHARE = 1 / 2;

/** Brings an item table to the backend, its rows divided by their norms with `unit`. */
export async function openItemTiles(
  backend: Backend,
  items: Float32Array,
  columns: number,
  unit: boolean,
): Promise<ItemTiles> {
  const { maxMatrixBytes = Number.POSITIVE_INFINITY, maxTotalBytes = Number.POSITIVE_INFINITY } =
    backend.capabilities;
  const itemCount = items.length / columns;
  const largest = Math.min(maxMatrixBytes, maxTotalBytes * TILE_SHARE) / (4 * columns);
  const tileRows = Math.max(1, Math.min(itemCount, Math.floor(largest)));
  const firstRows = Array.from({ length: Math.ceil(itemCount / tileRows) }, (_, tile) => tile * tileRows);
  const load = async (first: number): Promise<Matrix> => {
    const part = items.subarray(first * columns, (first + tileRows) * columns);
    const matrix = await upload(backend, part.length / columns, columns, (into) => into.set(part));
    if (unit) await backend.transformRows(matrix, { unit: true });
    return matrix;
  };
  const resident = new Map<number, Matrix>();
  if (items.byteLength <= maxTotalBytes * RESIDENT_SHARE) {
    for (const first of firstRows) resident.set(first, await load(first));
  }
  return {
    topK: async (users, k, seen) => {
      let best: TopK | undefined;
      for (const first of firstRows) {
        const tile = resident.get(first) ?? (await load(first));
        try {
          const exclude = excludedIn(seen, first, tile.rows);
          const found = await backend.topK(users, tile, k, exclude);
          for (let place = 0; first > 0 && place < found.items.length; place++) {
            if (found.items[place]! >= 0) found.items[place]! += first;
          }
          best = best === undefined ? found : merge(best, found, k);
        } finally {
          if (!resident.has(first)) tile.dispose();
        }
      }
      return best?.items ?? new Int32Array(users.rows * k).fill(-1);
    },
    dispose: () => {
      for (const tile of resident.values()) tile.dispose();
    },
  };
}

/** A row-major table as a matrix on the backend. */
export async function upload(
  backend: Backend,
  rows: number,
  columns: number,
  fill: (into: Float32Array) => void,
): Promise<Matrix> {
  const matrix = await backend.create(rows, columns);
  try {
    if (rows > 0) await backend.write(matrix, 0, rows, fill);
    return matrix;
  } catch (error) {
    matrix.dispose();
    throw error;
  }
}

/** What users must not be given among the items of a tile, counted from its first row. */
function excludedIn({ userCount, itemCount, offsets, items }: Interactions, first: number, rows: number) {
  if (rows === itemCount) return { rows: userCount, columns: rows, offsets, indices: items };
  const kept: number[] = [];
  const starts = new Uint32Array(userCount + 1);
  for (let user = 0; user < userCount; user++) {
    for (let e = offsets[user]!; e < offsets[user + 1]!; e++) {
      const item = items[e]! - first;
      if (item >= 0 && item < rows) kept.push(item);
    }
    starts[user + 1] = kept.length;
  }
  return { rows: userCount, columns: rows, offsets: starts, indices: Uint32Array.from(kept) };
}

/** The best of two lists for each user; `low` holds the lower items, which win ties. */
function merge(low: TopK, high: TopK, k: number): TopK {
  const items = new Int32Array(low.items.length);
  const scores = new Float32Array(low.scores.length);
  for (let start = 0; start < items.length; start += k) {
    let [a, b] = [start, start];
    for (let place = start; place < start + k; place++) {
      // An empty place has no item: it loses to any item, whatever its score.
      const lower = high.items[b]! < 0 || (low.items[a]! >= 0 && low.scores[a]! >= high.scores[b]!);
      items[place] = lower ? low.items[a]! : high.items[b]!;
      scores[place] = lower ? low.scores[a++]! : high.scores[b++]!;
    }
  }
  return { items, scores };
}
