import type { TopK } from "../backend/backend.ts";

/**
 * The `k` best of a user's scores, best first, ties to the lower item, into a list that starts at `start`.
 *
 * @param scores One score for each item; those of `excluded` are overwritten.
 * @param into A list of -1 and -Infinity.
 */
export function selectTop(
  scores: Float32Array,
  excluded: Uint32Array,
  k: number,
  into: TopK,
  start: number,
): void {
  for (const item of excluded) scores[item] = Number.NaN;
  let length = 0;
  for (let item = 0; item < scores.length; item++) {
    const score = scores[item]!;
    const enters = length < k ? !Number.isNaN(score) : score > into.scores[start + k - 1]!;
    if (!enters) continue;
    let place = start + (length < k ? length++ : k - 1);
    for (; place > start && into.scores[place - 1]! < score; place--) {
      into.scores[place] = into.scores[place - 1]!;
      into.items[place] = into.items[place - 1]!;
    }
    into.scores[place] = score;
    into.items[place] = item;
  }
}
