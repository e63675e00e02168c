import type { EigenLoops } from "../../linalg/eigen-loops.ts";
import { type SymmetricEigen, symmetricEigenBy } from "../../linalg/symmetric-eigen.ts";
import { type Engine, withTemporaries } from "./engine.ts";

/** The symmetric eigenproblem with its inner loops in the kernels. */
export async function symmetricEigen(
  engine: Engine,
  a: Float64Array,
  n: number,
  count: number,
): Promise<SymmetricEigen> {
  const { heap, kernels } = engine;
  return await withTemporaries(heap, "computing eigenvectors", async (temporaries) => {
    // All memory at once: growing it would detach the arrays. The matrix, its vectors, three more rows, and room between.
    const bytes = (n * n + count * n + 3 * n) * 8 + 5 * 64;
    let at = await temporaries.zeros(bytes);
    const loops: EigenLoops = {
      array: (length) => {
        const array = heap.f64(at, length);
        at += Math.ceil((length * 8) / 64) * 64;
        return array;
      },
      updateAndMultiply: (matrix, columns, m, u, q, v, product) =>
        kernels.updateAndMultiply(
          matrix.byteOffset,
          columns,
          m,
          u.byteOffset,
          q.byteOffset,
          v.byteOffset,
          product.byteOffset,
        ),
      removeComponents: (vector, rows, some) =>
        kernels.removeComponents(vector.byteOffset, vector.length, rows.byteOffset, some),
      reflectRows: (u, h, rows, some, columns) =>
        kernels.reflectRows(u.byteOffset, u.length, h, rows.byteOffset, some, columns),
    };
    const { values, vectors } = symmetricEigenBy(loops, a, n, count);
    return { values, vectors: vectors.slice() };
  });
}
