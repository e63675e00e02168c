import { WellbegunError } from "../../../errors.ts";
import type { TopK } from "../../backend.ts";
import { BLOCK_ROWS, blocks } from "../runtime/layout.ts";
import { DOING, type Ranking } from "./ranking.ts";
import { rankByScores } from "./scores.ts";
import { openScreen } from "./screen.ts";

/** Most users that are ranked together. */
const USERS = 8192;
/** Bytes of their candidates, lists and vectors. */
const BATCH_BYTES: number = 2 ** 27;

/**
 * The best items of each user. Integers decide which items are candidates, where that suits; the candidates, and all items
 * of the users for whom they are too many, are ranked by the same float32 scores, so both ways give the same lists.
 */
export async function topK(ranking: Ranking): Promise<TopK> {
  const lists = emptyLists(ranking.users.rows, ranking.k);
  const screen = await openScreen(ranking);
  for (const [first, count] of blocks(ranking.users.rows, batchOf(ranking))) {
    const open = screen === undefined ? range(first, count) : await screen(first, count, lists);
    if (open.length > 0) await rankByScores(ranking, open, lists);
  }
  return lists;
}

/** Users that are ranked together: fewer for long lists, but whole blocks of them. */
function batchOf({ users, k }: Ranking): number {
  const bytes = 20 * k + 4 * users.columns + 512;
  return Math.min(USERS, Math.max(1, Math.floor(BATCH_BYTES / (bytes * BLOCK_ROWS))) * BLOCK_ROWS);
}

function range(first: number, count: number): Uint32Array {
  return Uint32Array.from({ length: count }, (_, user) => first + user);
}

function emptyLists(users: number, k: number): TopK {
  const length = users * k;
  try {
    return { items: new Int32Array(length).fill(-1), scores: new Float32Array(length).fill(-Infinity) };
  } catch (cause) {
    const expected = "a result that the runtime can allocate at once";
    throw new WellbegunError("limit", {
      doing: DOING,
      expected,
      found: `${users} users x ${k} items`,
      cause,
    });
  }
}
