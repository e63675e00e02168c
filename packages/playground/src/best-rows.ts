/** A row of a ranking. */
export interface Ranked {
  readonly row: number;
  readonly score: number;
}

/** The `k` of `count` rows with the largest scores, ties to the lower row. */
export function bestRows(
  count: number,
  k: number,
  score: (row: number) => number,
  without: ReadonlySet<number> = new Set(),
): Ranked[] {
  const list: Ranked[] = [];
  for (let row = 0; row < count; row++) {
    if (without.has(row)) continue;
    const value = score(row);
    if (list.length === k && value <= list[k - 1]!.score) continue;
    let place = list.length;
    while (place > 0 && list[place - 1]!.score < value) place--;
    list.splice(place, 0, { row, score: value });
    if (list.length > k) list.pop();
  }
  return list;
}
