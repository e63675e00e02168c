import { type EigenSteps, type SymmetricEigen, symmetricEigenBy } from "../../../linalg/symmetric-eigen.ts";
import { type Engine, withTemporaries } from "../runtime/engine.ts";

/**
 * Rows of n values that the steps need besides the matrix and its vectors, and the number of arrays, each of
 * which may leave a gap.
 */
const ROWS = 13;
const ARRAYS = 10;
const LINE = 64;

/** The symmetric eigenproblem with its steps in the kernels. */
export async function symmetricEigen(
  engine: Engine,
  a: Float64Array,
  n: number,
  count: number,
): Promise<SymmetricEigen> {
  const { heap, kernels } = engine;
  return await withTemporaries(heap, "computing eigenvectors", async (temporaries) => {
    // Allocates all memory at once, since growing it would detach the arrays.
    let at = await temporaries.zeros((n * n + count * n + ROWS * n) * 8 + ARRAYS * LINE);
    const array = (length: number): Float64Array => {
      const values = heap.f64(at, length);
      at += Math.ceil((length * 8) / LINE) * LINE;
      return values;
    };
    const found = array(1);
    const room = array(3 * n);
    const steps: EigenSteps = {
      array,
      largest: (values) => {
        kernels.largestMagnitude(values.byteOffset, values.length, found.byteOffset);
        return found[0]!;
      },
      divide: (values, divisor) => kernels.divideBy(values.byteOffset, values.length, divisor),
      tridiagonalize: (matrix, columns, { diagonal, offDiagonal, halves }) =>
        kernels.tridiagonalize(
          matrix.byteOffset,
          columns,
          diagonal.byteOffset,
          offDiagonal.byteOffset,
          halves.byteOffset,
          room.byteOffset,
        ),
      eigenvalues: (diagonal, beside) =>
        kernels.tridiagonalEigenvalues(diagonal.byteOffset, beside.byteOffset, diagonal.length),
      iterate: ({ diagonal, offDiagonal }, { vectors, smallest, factors }, row, value, cluster) =>
        kernels.inverseIteration(
          diagonal.byteOffset,
          offDiagonal.byteOffset,
          diagonal.length,
          value,
          smallest,
          factors.byteOffset,
          vectors.byteOffset,
          row,
          cluster,
        ),
      reflect: ({ halves, reflections }, vectors, some) =>
        kernels.applyReflections(
          reflections.byteOffset,
          halves.byteOffset,
          halves.length,
          vectors.byteOffset,
          some,
        ),
    };
    const { values, vectors } = symmetricEigenBy(steps, a, n, count);
    return { values, vectors: vectors.slice() };
  });
}
