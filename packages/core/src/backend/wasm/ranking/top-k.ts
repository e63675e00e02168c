import { WellbegunError } from "../../../errors.ts";
import type { TopK } from "../../backend.ts";
import { blocks } from "../runtime/layout.ts";
import { DOING, type Ranking } from "./ranking.ts";
import { rankByScores } from "./scores.ts";
import { openScreen } from "./screen.ts";

/** Users that are ranked together, which bounds the memory of their candidates. */
const USERS = 8192;

/**
 * The best items of each user. Integers decide which items are candidates, where that suits; the candidates, and all items
 * of the users for whom they are too many, are ranked by the same float32 scores, so both ways give the same lists.
 */
export async function topK(ranking: Ranking): Promise<TopK> {
  const lists = emptyLists(ranking.users.rows, ranking.k);
  const screen = await openScreen(ranking);
  for (const [first, count] of blocks(ranking.users.rows, USERS)) {
    const open = screen === undefined ? range(first, count) : await screen(first, count, lists);
    if (open.length > 0) await rankByScores(ranking, open, lists);
  }
  return lists;
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
