/**
 * The candidates of one user: items whose screened score is above `bound`, at most `capacity`. The record of a user is four
 * words: bound, count, and where in the excluded items the next one stands and its list ends. Candidates are two arrays of
 * `capacity` words, scores and items.
 */

/** Bytes of a user's record; src/backend/wasm/ranking/screen.ts writes it. */
export const RECORD_BYTES: usize = 16;
/** The count of a user whose candidates do not fit. No score is above its bound. */
const OPEN: i32 = -1;

/** Room that must be left when the best are kept, so that this does not happen at every item. */
const SPARE: i32 = 8;

const COUNT: usize = 4;
const CURSOR: usize = 8;
const LIST_END: usize = 12;

/** Adds an item, unless it is excluded. When the candidates fill their memory, the best are kept. */
export function admit(
  user: usize,
  candidates: usize,
  capacity: i32,
  k: i32,
  margin: i32,
  score: i32,
  item: i32,
  excluded: usize,
): void {
  // Its bound may have risen, or the user have been left open, since the item was compared.
  if (score <= load<i32>(user)) return;
  if (isExcluded(user, excluded, item)) return;
  const count = load<i32>(user, COUNT);
  const place = candidates + ((<usize>count) << 2);
  store<i32>(place, score);
  store<i32>(place + ((<usize>capacity) << 2), item);
  store<i32>(user, count + 1, COUNT);
  if (count + 1 < capacity) return;
  if (keepBest(user, candidates, capacity, k, margin) <= capacity - SPARE) return;
  store<i32>(user, i32.MAX_VALUE);
  store<i32>(user, OPEN, COUNT);
}

/** Items and the lists of excluded items ascend, so each list is read once. */
function isExcluded(user: usize, excluded: usize, item: i32): bool {
  const end = load<u32>(user, LIST_END);
  let at = load<u32>(user, CURSOR);
  while (at < end && load<u32>(excluded + ((<usize>at) << 2)) < <u32>item) at++;
  store<u32>(user, at, CURSOR);
  return at < end && load<u32>(excluded + ((<usize>at) << 2)) === <u32>item;
}

/** The candidates of a user; below 0: its items must be ranked in another way. */
export function candidateCount(user: usize): i32 {
  return load<i32>(user, COUNT);
}

/**
 * Raises the user's bound to `margin` below a score that at least `k` candidates exceed, and drops the candidates that are
 * not above it. Returns how many are left.
 */
export function keepBest(user: usize, candidates: usize, capacity: i32, k: i32, margin: i32): i32 {
  const count = load<i32>(user, COUNT);
  if (count <= k) return count;
  const exceeded = <i64>exceededBy(k, candidates, count);
  const bound = max<i32>(load<i32>(user), <i32>max<i64>(exceeded - <i64>margin, <i64>i32.MIN_VALUE));
  store<i32>(user, bound);
  const items = candidates + ((<usize>capacity) << 2);
  let kept: usize = 0;
  for (let at: usize = 0; at < (<usize>count) << 2; at += 4) {
    const score = load<i32>(candidates + at);
    store<i32>(candidates + kept, score);
    store<i32>(items + kept, load<i32>(items + at));
    kept += score > bound ? 4 : 0;
  }
  store<i32>(user, <i32>(kept >> 2), COUNT);
  return <i32>(kept >> 2);
}

/** A number that at least `k` of the scores exceed, and not many more: found by halving, as counting takes no branches. */
function exceededBy(k: i32, scores: usize, count: i32): i32 {
  const enough = k + (k >> 2);
  const end = scores + ((<usize>count) << 2);
  let low = load<i32>(scores);
  let high = low;
  for (let at = scores; at < end; at += 4) {
    low = min<i32>(low, load<i32>(at));
    high = max<i32>(high, load<i32>(at));
  }
  low--;
  // At least k scores exceed `low`, and none exceeds `high`.
  while (low + 1 < high) {
    const middle = low + <i32>(<u32>(high - low) >> 1);
    const above = countAbove(middle, scores, end);
    if (above < k) {
      high = middle;
    } else {
      low = middle;
      if (above <= enough) break;
    }
  }
  return low;
}

function countAbove(number: i32, scores: usize, end: usize): i32 {
  const numbers = i32x4.splat(number);
  let counts = i32x4.splat(0);
  for (; scores + 16 <= end; scores += 16) {
    counts = i32x4.sub(counts, i32x4.gt_s(v128.load(scores), numbers));
  }
  let count =
    i32x4.extract_lane(counts, 0) +
    i32x4.extract_lane(counts, 1) +
    i32x4.extract_lane(counts, 2) +
    i32x4.extract_lane(counts, 3);
  for (; scores < end; scores += 4) count += <i32>(load<i32>(scores) > number);
  return count;
}
