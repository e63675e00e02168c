import type { Model } from "@wellbegun/core";
import { expectEqual, expectSame, expectThat } from "./check.ts";

// The tolerance of a row whose terms cancel is relative to at least this share of the table's RMS norm.
const SHORTEST_ROW = 1e-2;
/** How far the sum of squared distances may be from the oracle's, relative to it. */
const INERTIA = 1e-6;

/**
 * Throws unless two fits agree: the same labels, inertia within 1e-6, and each row of every table within `tolerance`.
 */
export function expectSameFit(doing: string, found: Model, expected: Model, tolerance: number): void {
  for (const [modality, { labels, centroids }] of Object.entries(expected.clusters)) {
    const own = found.clusters[modality]!;
    expectSame(`${doing}, labels of ${modality}`, own.labels, labels);
    expectRows(`${doing}, centroids of ${modality}`, own.centroids.data, centroids, tolerance);
    const [inertia, wanted] = [found, expected].map(({ report }) => report.clusters[modality]!.inertia);
    const close = Math.abs(inertia! - wanted!) <= INERTIA * wanted!;
    expectThat(`${doing}, inertia of ${modality}`, close, `${wanted} within ${INERTIA}`, `${inertia}`);
  }
  const names = Object.keys(expected.perModality);
  expectEqual(doing, "modalities", Object.keys(found.perModality).join(), names.join());
  for (const modality of names) {
    const wanted = expected.perModality[modality]!;
    expectRows(`${doing}, users of ${modality}`, found.perModality[modality]!.data, wanted, tolerance);
  }
  expectRows(`${doing}, users`, found.users.data, expected.users, tolerance);
  expectRows(`${doing}, items`, found.items.data, expected.items, tolerance);
}

/**
 * Throws unless each row is within `tolerance` of the expected one: the L2 norm of the difference relative to
 * the row's own norm.
 */
export function expectRows(
  doing: string,
  found: ArrayLike<number>,
  expected: { readonly data: ArrayLike<number>; readonly columns: number },
  tolerance: number,
): void {
  const { data, columns } = expected;
  expectEqual(doing, "number of values", found.length, data.length);
  const rows = data.length / columns;
  const shortest = SHORTEST_ROW * Math.sqrt(squares(data, 0, data.length) / Math.max(1, rows));
  for (let row = 0; row < rows; row++) {
    const first = row * columns;
    const norm = Math.max(Math.sqrt(squares(data, first, columns)), shortest);
    let distance = 0;
    for (let p = first; p < first + columns; p++) distance += (found[p]! - data[p]!) ** 2;
    const error = Math.sqrt(distance);
    const close = error <= tolerance * norm;
    expectThat(doing, close, `row ${row} within ${tolerance} of its norm, ${norm}`, `a distance of ${error}`);
  }
}

function squares(values: ArrayLike<number>, first: number, count: number): number {
  let sum = 0;
  for (let p = first; p < first + count; p++) sum += values[p]! ** 2;
  return sum;
}
