import type { Engine } from "../engine.ts";
import type { TfTensor } from "../tensorflow.ts";

/** Weighted rows to be summed, list by list: list r has entries `offsets[r] .. offsets[r + 1] - 1`. */
export interface Lists {
  readonly offsets: Uint32Array;
  /** Row of each entry. */
  readonly indices: Int32Array;
  readonly weights: Float32Array;
}

/**
 * The weighted sum of the listed rows of `x`, one row a list. Rows are gathered for some lists at a time, never for all
 * entries at once. Only inside `tidy`.
 *
 * Lists of about one length, padded to a power of two with weight 0, make one small product each,
 * (1 x length) (length x columns): no atomics as in ScatterNd on a GPU, so that the result is deterministic; no kernel
 * that some backends lack; and a row of NaN reaches only the lists that have it, since padding repeats a list's own row.
 */
export function weightedSums(engine: Engine, x: TfTensor, lists: Lists): TfTensor {
  const { tf } = engine;
  const columns = x.shape[1]!;
  const count = lists.offsets.length - 1;
  // At least 2, or sums of parts would be no shorter than the lists.
  const longest = 2 ** Math.floor(Math.log2(Math.max(2, engine.blockValues / columns)));
  const { parts, groups } = splitLong(lists, longest);
  if (groups !== undefined) return weightedSums(engine, weightedSums(engine, x, parts), groups);

  const rows: TfTensor[] = [];
  const places = new Int32Array(count);
  let made = 0;
  for (const [length, members] of byLength(lists)) {
    const most = Math.max(1, Math.floor(engine.blockValues / (length * columns)));
    for (let from = 0; from < members.length; from += most) {
      const some = members.slice(from, from + most);
      rows.push(engine.tidy("summing rows", () => sumsOfLength(engine, x, lists, some, length)));
      for (const list of some) places[list] = made++;
    }
  }
  if (made < count) {
    rows.push(tf.zeros([1, columns]));
    for (let r = 0; r < count; r++) if (lists.offsets[r] === lists.offsets[r + 1]) places[r] = made;
  }
  return engine.gather(tf.concat(rows, 0), engine.integers(places));
}

/** The sums of lists of at most `length` entries. */
function sumsOfLength(
  engine: Engine,
  x: TfTensor,
  { offsets, indices, weights }: Lists,
  members: readonly number[],
  length: number,
): TfTensor {
  const { tf } = engine;
  const columns = x.shape[1]!;
  const rows = new Int32Array(members.length * length);
  const factors = new Float32Array(members.length * length);
  for (const [i, list] of members.entries()) {
    const from = offsets[list]!;
    const end = offsets[list + 1]!;
    const to = i * length;
    rows.fill(indices[end - 1]!, to, to + length);
    rows.set(indices.subarray(from, end), to);
    factors.set(weights.subarray(from, end), to);
  }
  const gathered = tf.reshape(engine.gather(x, engine.integers(rows)), [members.length, length, columns]);
  const sums = tf.matMul(engine.floats(factors, [members.length, 1, length]), gathered);
  return tf.reshape(sums, [members.length, columns]);
}

/** Lists that are not empty, by the power of two that their length is padded to. */
function byLength({ offsets }: Lists): Map<number, number[]> {
  const groups = new Map<number, number[]>();
  for (let r = 0; r + 1 < offsets.length; r++) {
    const entries = offsets[r + 1]! - offsets[r]!;
    if (entries === 0) continue;
    const length = 2 ** Math.ceil(Math.log2(entries));
    const group = groups.get(length);
    if (group === undefined) groups.set(length, [r]);
    else group.push(r);
  }
  return groups;
}

/** Cuts lists longer than `longest` into parts, and says which parts make up each list; no groups if none is longer. */
function splitLong(lists: Lists, longest: number): { readonly parts: Lists; readonly groups?: Lists } {
  const { offsets } = lists;
  const partOffsets = [offsets[0]!];
  const groupOffsets = new Uint32Array(offsets.length);
  for (let r = 0; r + 1 < offsets.length; r++) {
    const end = offsets[r + 1]!;
    for (let from = offsets[r]!; from < end; from += longest) partOffsets.push(Math.min(end, from + longest));
    groupOffsets[r + 1] = partOffsets.length - 1;
  }
  const partCount = partOffsets.length - 1;
  let filled = 0;
  for (let r = 0; r + 1 < offsets.length; r++) if (offsets[r] !== offsets[r + 1]) filled++;
  if (partCount === filled) return { parts: lists };
  return {
    parts: { ...lists, offsets: Uint32Array.from(partOffsets) },
    groups: {
      offsets: groupOffsets,
      indices: Int32Array.from({ length: partCount }, (_, part) => part),
      weights: new Float32Array(partCount).fill(1),
    },
  };
}
