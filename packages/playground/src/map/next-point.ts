/** Where points are; coordinates grow to the right and up. */
export interface Places {
  readonly x: ArrayLike<number>;
  readonly y: ArrayLike<number>;
}

/** One step along an axis: to the right or left, or up or down. */
export type Direction = readonly [right: -1 | 0 | 1, up: -1 | 0 | 1];

/** The point nearest to a place; undefined if there are no points. */
export function nearestPoint({ x, y }: Places, [right, up]: readonly [number, number]): number | undefined {
  return least(x.length, (index) => (x[index]! - right) ** 2 + (y[index]! - up) ** 2);
}

/**
 * The point nearest to another one among those in a direction, at most 45° off it; undefined if there is none.
 *
 * Points at the same place are passed one after the other: by ascending index to the right and up, by descending index to the left
 * and down.
 */
export function nextPoint({ x, y }: Places, from: number, [right, up]: Direction): number | undefined {
  const sign = right + up;
  const stacked = (index: number): boolean => x[index] === x[from] && y[index] === y[from];
  for (let index = from + sign; index >= 0 && index < x.length; index += sign)
    if (stacked(index)) return index;
  return least(x.length, (index) => {
    const [dx, dy] = [x[index]! - x[from]!, y[index]! - y[from]!];
    const along = dx * right + dy * up;
    const across = Math.abs(dx * up + dy * right);
    return along > 0 && across <= along ? along ** 2 + across ** 2 : Number.POSITIVE_INFINITY;
  });
}

/** The index with the least finite value; undefined if there is none. */
function least(count: number, of: (index: number) => number): number | undefined {
  let [best, value]: [number | undefined, number] = [undefined, Number.POSITIVE_INFINITY];
  for (let index = 0; index < count; index++) {
    const here = of(index);
    if (here < value) [best, value] = [index, here];
  }
  return best;
}
