import type { Matrix } from "../backend/backend.ts";
import { upload } from "../data/upload.ts";
import { cholesky, solveLower, solveUpper } from "../linalg/cholesky.ts";
import { checkpoint, type Observer } from "../progress.ts";
import { type SymmetricTiles, transposed } from "./symmetric-tiles.ts";

/**
 * Replaces a symmetric positive definite matrix by its inverse, in place: Gauss-Jordan elimination by blocks, of which only
 * the lower triangle is kept (the sweep operator; Goodnight 1979). A step p, with P = A_pp^-1 in float64 on the caller's side
 * and W_i = A_ip P:
 *
 *     A_ij = A_ij - W_i A_pj      A_ip = -W_i      A_pj = P A_pj      A_pp = P
 *
 * Between the steps A_ij = A_ji^T if both or neither of the blocks i and j have been swept, and -A_ji^T if one
 * has. The method takes n^3 / 2 multiplications in float32, all in products of the backend. Positive definite
 * matrices need no pivoting. Relative errors are of the order of float32's rounding times the condition number.
 *
 * @throws {WellbegunError} `aborted`, and the backend's errors.
 */
export async function invertTiles(matrix: SymmetricTiles, observer: Observer | undefined): Promise<void> {
  for (let p = 0; p < matrix.blockCount; p++) {
    await checkpoint(observer, "inverting a matrix");
    await sweep(matrix, p);
    observer?.onProgress?.({
      stage: "project",
      done: p + 1,
      total: matrix.blockCount,
      note: `block ${p + 1} of ${matrix.blockCount} inverted`,
    });
  }
}

async function sweep(matrix: SymmetricTiles, p: number): Promise<void> {
  const { backend, tiles, blockCount } = matrix;
  const size = matrix.rows(p);
  const held: Matrix[] = [];
  const hold = async (data: Float32Array, rows: number, columns: number): Promise<Matrix> => {
    const uploaded = await upload(backend, data, rows, columns);
    held.push(uploaded);
    return uploaded;
  };
  try {
    const pivot = await hold(invertSmall(await matrix.block(p, p), size), size, size);
    // By block i: W_i, and -A_pi.
    const w: (Matrix | undefined)[] = [];
    const negative: (Matrix | undefined)[] = [];
    for (let i = 0; i < blockCount; i++) {
      if (i === p) {
        w.push(undefined);
        negative.push(undefined);
        continue;
      }
      const rows = matrix.rows(i);
      const own = await matrix.block(p, i); // A_pi: as it stands for i < p, the transpose of A_ip for i > p.
      negative.push(
        await hold(
          own.map((value) => -value),
          size,
          rows,
        ),
      );
      const column = await hold(transposed(own, size, rows, i < p ? -1 : 1), rows, size);
      const product = await backend.create(rows, size);
      held.push(product);
      await backend.multiply(column, pivot, product);
      w.push(product);
    }
    for (let i = 0; i < blockCount; i++) {
      if (w[i] === undefined) continue;
      for (let j = 0; j <= i; j++) {
        if (negative[j] === undefined) continue;
        await backend.multiply(w[i]!, negative[j]!, tiles[i]![j]!, { accumulate: true });
      }
    }
    await replace(matrix, tiles[p]![p]!, pivot);
    for (let i = p + 1; i < blockCount; i++) {
      await backend.scaleRows(w[i]!, -1);
      await replace(matrix, tiles[i]![p]!, w[i]!);
    }
    // P A_pj = -W_j^T for the blocks that were swept before.
    for (let j = 0; j < p; j++) {
      const rows = matrix.rows(j);
      const values = await backend.read(w[j]!, 0, rows, (view) => transposed(view, rows, size, -1));
      await backend.write(tiles[p]![j]!, 0, size, (into) => into.set(values));
    }
  } finally {
    for (const each of held) each.dispose();
  }
}

async function replace({ backend }: SymmetricTiles, target: Matrix, source: Matrix): Promise<void> {
  await backend.scaleRows(target, 0);
  await backend.addScaled(target, source, 1);
}

/** The inverse of a small symmetric positive definite n x n matrix, through its Cholesky factor, in float64. */
function invertSmall(a: Float32Array, n: number): Float32Array {
  const l = cholesky(Float64Array.from(a), n, 0);
  const result = new Float32Array(n * n);
  const column = new Float64Array(n);
  for (let row = 0; row < n; row++) {
    column.fill(0);
    column[row] = 1;
    solveLower(l, n, column);
    solveUpper(l, n, column);
    result.set(column, row * n);
  }
  return result;
}
