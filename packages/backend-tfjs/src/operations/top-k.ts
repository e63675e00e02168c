import type { SparseMatrix, TopK } from "@wellbegun/core/backend";
import type { Engine } from "../engine.ts";
import type { TfjsMatrix } from "../matrix.ts";
import { BestScores } from "./best-scores.ts";

/**
 * The best items of each user. The device computes scores, a block of users at a time; they are ranked here, where
 * ties and NaN have the same meaning for every backend (`tf.topk` leaves them open, and on tfjs-wasm and tfjs-webgpu it
 * mostly runs on the host as well).
 */
export async function topK(
  engine: Engine,
  users: TfjsMatrix,
  items: TfjsMatrix,
  k: number,
  exclude: SparseMatrix | undefined,
): Promise<TopK> {
  const doing = "ranking items";
  const { tf } = engine;
  const best = new BestScores(users.rows, k);
  if (users.rows === 0 || items.rows === 0) return best.ranking();
  const step = Math.min(users.blockRows, Math.max(1, Math.floor(engine.blockValues / items.rows)));
  const transposed = await items.lendWhole(doing, (all) => engine.tidy(doing, () => tf.transpose(all)));
  try {
    for (let first = 0; first < users.rows; first += step) {
      const count = Math.min(step, users.rows - first);
      const product = engine.tidy(doing, () => tf.matMul(users.rowsAt(first, count), transposed));
      const scores = await engine.result(doing, product);
      for (let u = 0; u < count; u++) {
        const own = scores.slice(u * items.rows, (u + 1) * items.rows);
        const user = first + u;
        // Excluded scores become NaN, which fails every comparison.
        for (let e = exclude?.offsets[user] ?? 0; e < (exclude?.offsets[user + 1] ?? 0); e++) {
          own[exclude!.indices[e]!] = NaN;
        }
        best.rank(user, own);
      }
    }
    return best.ranking();
  } finally {
    transposed.dispose();
  }
}
