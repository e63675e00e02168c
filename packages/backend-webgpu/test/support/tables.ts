import { expect } from "vitest";

/** The largest distance between two rows of the same place, relative to the expected row's norm. */
export function largestRowError(found: Float32Array, expected: Float32Array, columns: number): number {
  expect(found.length).toBe(expected.length);
  let largest = 0;
  for (let first = 0; first < expected.length; first += columns) {
    let squares = 0;
    let differences = 0;
    for (let p = first; p < first + columns; p++) {
      squares += expected[p]! ** 2;
      differences += (found[p]! - expected[p]!) ** 2;
    }
    const error = squares === 0 ? differences : Math.sqrt(differences / squares);
    // Not Math.max alone: a NaN must show.
    if (!(error <= largest)) largest = error;
  }
  return largest;
}

/** The number of places at which two arrays differ. */
export function differences(a: ArrayLike<number>, b: ArrayLike<number>): number {
  expect(a.length).toBe(b.length);
  let count = 0;
  for (let i = 0; i < a.length; i++) if (!Object.is(a[i], b[i])) count++;
  return count;
}
