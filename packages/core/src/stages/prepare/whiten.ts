import type { Backend, Matrix } from "../../backend/backend.ts";
import type { BlockLayout } from "../../data/block-layout.ts";
import type { RowMixing } from "../../data/row-mixer.ts";
import { upload } from "../../data/upload.ts";
import { symmetricEigen } from "../../linalg/symmetric-eigen.ts";

/** How far one modality is whitened. */
export interface Whitening {
  /** p, from 0 (not at all) to 1 (fully). */
  readonly power: number;
  /** rho >= 0, in units of the mean variance of the columns. */
  readonly ridge: number;
}

/** Axes with at most this share of the largest variance carry rounding alone: they become zero. */
const negligible = 1e-10;

/** Values of 4 bytes that whitening features of a width holds: square matrices, three of float64 and two of float32. */
export function whiteningDemand(width: number): number {
  return 8 * width * width;
}

/**
 * The map that whitens rows: with m their mean and V diag(s^2) V^T their covariance (population), x becomes
 * (x - m) V diag((s^2 + rho mean(s^2))^(-p/2)) V^T. This is ZCA whitening (Bell and Sejnowski 1997) to a power
 * and with a ridge. It turns the axes back, so that neither the signs of eigenvectors nor the choice among equal
 * eigenvalues changes a row.
 *
 * @param load The rows of a block, zeros where missing.
 * @param present Number of rows that are not missing.
 */
export async function whitenRows(
  backend: Backend,
  load: (block: number) => Promise<Matrix>,
  { blockCount }: BlockLayout,
  columns: number,
  present: number,
  { power, ridge }: Whitening,
): Promise<RowMixing> {
  const mean = new Float64Array(columns);
  const covariance = new Float64Array(columns * columns);
  for (let block = 0; block < blockCount; block++) {
    const rows = await load(block);
    const { sum } = await backend.columnMoments(rows);
    const gram = await backend.gram(rows);
    for (let c = 0; c < columns; c++) mean[c]! += sum[c]! / present;
    for (let i = 0; i < gram.length; i++) covariance[i]! += gram[i]! / present;
  }
  for (let i = 0; i < columns; i++) {
    for (let j = 0; j < columns; j++) covariance[i * columns + j]! -= mean[i]! * mean[j]!;
  }
  const { values, vectors } =
    (await backend.symmetricEigen?.(covariance, columns, columns)) ??
    symmetricEigen(covariance, columns, columns);
  const average = values.reduce((sum, value) => sum + Math.max(0, value), 0) / columns;
  const variance = values.map((value) => Math.max(0, value) + ridge * average);
  const least = negligible * variance[0]!;
  // V diag(g) V^T as the Gram matrix of the rows sqrt(g_j) v_j.
  const rows = new Float32Array(columns * columns);
  for (let j = 0; j < columns; j++) {
    const root = variance[j]! > least ? variance[j]! ** (-power / 4) : 0;
    for (let c = 0; c < columns; c++) rows[j * columns + c] = root * vectors[j * columns + c]!;
  }
  const uploaded = await upload(backend, rows, columns, columns);
  try {
    return { shift: mean, matrix: Float32Array.from(await backend.gram(uploaded)) };
  } finally {
    uploaded.dispose();
  }
}
