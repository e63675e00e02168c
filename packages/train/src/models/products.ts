import type { Backend } from "@wellbegun/core";
import type { Matrix, SparseMatrix } from "@wellbegun/core/backend";
import { transposeSparse } from "@wellbegun/core/support";
import type { ItemGraph } from "../graphs/item-neighbors.ts";
import { selectRows } from "../graphs/select-rows.ts";
import type { Device } from "../operations/device.ts";
import { gather } from "../operations/rows.ts";
import { type Scope, withScope } from "../operations/scope.ts";

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

/** The rows of an item graph that lead to some items. */
export interface ItemGraphPart {
  readonly whole: ItemGraph;
  readonly items: Uint32Array;
  /** Rows `items` of the graph. */
  readonly rows: SparseMatrix;
}

export function itemGraphPart(whole: ItemGraph, items: Uint32Array): ItemGraphPart {
  return { whole, items, rows: selectRows(whole.graph, items) };
}

/** The part's rows of S^n z. They belong to `scope`. */
export async function itemGraphRows(
  { backend, operations: op }: Device,
  scope: Scope,
  { whole, items, rows }: ItemGraphPart,
  z: Matrix,
  layers: number,
): Promise<Matrix> {
  if (layers === 0) return await gather(op, scope, z, items);
  const before = await multiplyItemGraph(backend, scope, whole.graph, z, layers - 1);
  const out = await scope.result(rows.rows, z.columns);
  await backend.multiplySparse(rows, before, out);
  return out;
}

/** Adds the gradient of {@link itemGraphRows} by z to `out`, given that by the rows: n layers of the transposed graph. */
export async function addItemGraphBackward(
  { backend, operations: op }: Device,
  { whole, items, rows }: ItemGraphPart,
  gradient: Matrix,
  layers: number,
  out: Matrix,
): Promise<void> {
  if (layers === 0) {
    await op.scatterRows(gradient, items, out);
    return;
  }
  await withScope(backend, async (scope) => {
    let [matrix, current] = [transposeSparse(rows), gradient];
    for (let layer = 1; layer < layers; layer++) {
      const next = await scope.resultLike(out);
      await backend.multiplySparse(matrix, current, next);
      [matrix, current] = [whole.transposed, next];
    }
    await backend.multiplySparse(matrix, current, out, { accumulate: true });
  });
}

/** out = the sums of the columns of x, 1 x columns: the gradient of a bias. */
export async function columnSums(backend: Backend, x: Matrix, out: Matrix): Promise<void> {
  const { sum } = await backend.columnMoments(x);
  await backend.write(out, 0, 1, (into) => into.set(sum));
}
