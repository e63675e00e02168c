import {
  type Backend,
  createRandom,
  type Initializer,
  type Interactions,
  itemDegrees,
  type Observer,
  rankingMetrics,
  throwIfAborted,
  zeroShot,
} from "@wellbegun/core";

/** What is ranked with: the fitted user table, and what it must be compared with. */
export type Contestant = "random" | "popularity" | "local" | "global" | "fused" | "permuted";

/** How well one contestant finds the held-out items. */
export interface QualityRow {
  readonly name: Contestant;
  readonly recall: number;
  readonly ndcg: number;
}

/** A small comparison without training (the zero-shot protocol of AlignRec, CIKM 2024). */
export interface Quality {
  /** Which rows are to be found. */
  readonly split: "validation";
  /** How many of them. */
  readonly interactions: number;
  /** Users with such rows, over whom the means run. */
  readonly users: number;
  /** Length of the lists. */
  readonly k: number;
  readonly rows: readonly QualityRow[];
}

/** What is judged, and on what. */
export interface EvaluationInput {
  readonly initializer: Initializer;
  /** The fused user table, U x d, row-major. */
  readonly users: Float32Array;
  /** Masked out of every list. */
  readonly train: Interactions;
  readonly validation: Interactions;
  readonly seed: number;
  readonly backend: Backend;
}

const K = 20;
/** Users who are ranked at a time. */
const BLOCK = 1024;

/**
 * Ranks all items but a user's train items by the product of vectors, and looks for the user's validation items.
 * `random` replaces the user table by noise of the same size, `permuted` by itself with its rows in random order: the
 * same values without their meaning, above which a table must rise to be worth anything.
 */
export async function evaluate(input: EvaluationInput, observer: Observer = {}): Promise<Quality> {
  const { initializer, users, train, validation, seed } = input;
  const tables: Readonly<Record<Exclude<Contestant, "popularity">, () => Float32Array>> = {
    random: () => randomTable(users.length, seed),
    local: () => initializer.withLambda(1).transform(train),
    global: () => initializer.withLambda(0).transform(train),
    fused: () => users,
    permuted: () => permutedRows(users, initializer.dim, seed),
  };
  const names: readonly Contestant[] = ["random", "popularity", "local", "global", "fused", "permuted"];
  const items = initializer.itemTable();
  const rows: QualityRow[] = [];
  let judged = 0;
  for (const [done, name] of names.entries()) {
    observer.onProgress?.({ stage: "evaluate", done, total: names.length, note: name });
    const found =
      name === "popularity"
        ? rankByPopularity(train, validation)
        : await judge({ users: tables[name](), items, columns: initializer.dim }, input, observer);
    rows.push({ name, recall: found.recall, ndcg: found.ndcg });
    judged = found.users;
  }
  return { split: "validation", interactions: validation.items.length, users: judged, k: K, rows };
}

type Metrics = ReturnType<typeof rankingMetrics>;

/** Zero-shot metrics in blocks of users, so that memory stays bounded and Ctrl-C is noticed. */
async function judge(
  tables: Parameters<typeof zeroShot>[0],
  { train, validation, backend }: EvaluationInput,
  observer: Observer,
): Promise<Metrics> {
  let recall = 0;
  let ndcg = 0;
  let users = 0;
  for (let first = 0; first < train.userCount; first += BLOCK) {
    throwIfAborted(observer, "judging the vectors");
    const last = Math.min(first + BLOCK, train.userCount);
    const part = await zeroShot(
      { ...tables, users: tables.users.subarray(first * tables.columns, last * tables.columns) },
      {
        k: K,
        seen: usersBetween(train, first, last),
        heldOut: usersBetween(validation, first, last),
        backend,
      },
    );
    recall += part.recall * part.users;
    ndcg += part.ndcg * part.users;
    users += part.users;
  }
  return { recall: recall / Math.max(users, 1), ndcg: ndcg / Math.max(users, 1), users };
}

function usersBetween(interactions: Interactions, first: number, last: number): Interactions {
  const { itemCount, items } = interactions;
  return {
    userCount: last - first,
    itemCount,
    offsets: interactions.offsets.subarray(first, last + 1),
    items,
  };
}

/** The same items for everybody, by train degree, ties to the lower row; a user's own train items left out. */
function rankByPopularity(train: Interactions, heldOut: Interactions): Metrics {
  const degrees = itemDegrees(train);
  const order = Array.from(degrees.keys()).sort((a, b) => degrees[b]! - degrees[a]! || a - b);
  const ranked = new Int32Array(heldOut.userCount * K).fill(-1);
  for (let u = 0; u < heldOut.userCount; u++) {
    if (heldOut.offsets[u] === heldOut.offsets[u + 1]) continue;
    const seen = new Set(train.items.subarray(train.offsets[u]!, train.offsets[u + 1]!));
    let length = 0;
    for (let rank = 0; rank < order.length && length < K; rank++) {
      if (!seen.has(order[rank]!)) ranked[u * K + length++] = order[rank]!;
    }
  }
  return rankingMetrics(ranked, K, heldOut, K);
}

function randomTable(length: number, seed: number): Float32Array {
  const random = createRandom(seed, "evaluate/random");
  return Float32Array.from({ length }, () => random.normal());
}

/** The table's rows in random order (Fisher-Yates). */
function permutedRows(table: Float32Array, columns: number, seed: number): Float32Array {
  const random = createRandom(seed, "evaluate/permuted");
  const order = Uint32Array.from({ length: table.length / columns }, (_, row) => row);
  for (let i = order.length - 1; i > 0; i--) {
    const j = random.integer(i + 1);
    [order[i], order[j]] = [order[j]!, order[i]!];
  }
  const result = new Float32Array(table.length);
  for (const [row, from] of order.entries()) {
    result.set(table.subarray(from * columns, (from + 1) * columns), row * columns);
  }
  return result;
}
