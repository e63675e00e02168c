import { expect } from "vitest";

/** What is compared of two fits. */
interface Fitted {
  readonly users: Rows;
  readonly items: Rows;
  readonly perModality: Readonly<Record<string, Rows>>;
  readonly clusters: Readonly<Record<string, { readonly labels: Int32Array }>>;
  readonly report: { readonly clusters: Readonly<Record<string, { readonly inertia: number }>> };
}

interface Rows {
  readonly data: Float32Array;
  readonly columns: number;
}

/** Largest difference of any row, relative to the expected row, in L2 norm. */
export function relativeDifference(found: Rows, expected: Rows): number {
  expect(found.data.length).toBe(expected.data.length);
  const { columns } = expected;
  let largest = 0;
  for (let start = 0; start < expected.data.length; start += columns) {
    let squares = 0;
    let distance = 0;
    for (let i = start; i < start + columns; i++) {
      squares += expected.data[i]! ** 2;
      distance += (found.data[i]! - expected.data[i]!) ** 2;
    }
    if (distance === 0) continue;
    const difference = Math.sqrt(distance / squares);
    // Not Math.max, so that NaN is a difference.
    if (!(difference <= largest)) largest = difference;
  }
  return largest;
}

/** Labels identical, inertia within 1e-6, every row of every table within 1e-4 of its own length. */
export function expectAlike(found: Fitted, expected: Fitted): void {
  for (const [modality, { labels }] of Object.entries(expected.clusters)) {
    expect([...found.clusters[modality]!.labels]).toEqual([...labels]);
    const { inertia } = expected.report.clusters[modality]!;
    expect(Math.abs(found.report.clusters[modality]!.inertia / inertia - 1)).toBeLessThan(1e-6);
    const own = found.perModality[modality]!;
    expect(relativeDifference(own, expected.perModality[modality]!)).toBeLessThan(1e-4);
  }
  expect(relativeDifference(found.users, expected.users)).toBeLessThan(1e-4);
  expect(relativeDifference(found.items, expected.items)).toBeLessThan(1e-4);
}
