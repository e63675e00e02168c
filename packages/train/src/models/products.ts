import type { Backend } from "@wellbegun/core";
import type { Matrix, SparseMatrix } from "@wellbegun/core/backend";
import type { Scope } from "../operations/scope.ts";

/** S^n z. The result belongs to `scope`; with no layers it is `z` itself. */
export async function multiplyItemGraph(
  backend: Backend,
  scope: Scope,
  graph: SparseMatrix,
  z: Matrix,
  layers: number,
): Promise<Matrix> {
  let current = z;
  for (let layer = 0; layer < layers; layer++) {
    const next = await scope.resultLike(z);
    await backend.multiplySparse(graph, current, next);
    current = next;
  }
  return current;
}

/** out = the sums of the columns of x, 1 x columns: the gradient of a bias. */
export async function columnSums(backend: Backend, x: Matrix, out: Matrix): Promise<void> {
  const { sum } = await backend.columnMoments(x);
  await backend.write(out, 0, 1, (into) => into.set(sum));
}

/** x = 0, also where x holds NaN. */
export async function clear(backend: Backend, x: Matrix): Promise<void> {
  await backend.write(x, 0, x.rows, (into) => {
    into.fill(0);
  });
}
