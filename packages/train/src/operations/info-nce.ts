import type { Backend } from "@wellbegun/core";
import type { Matrix } from "@wellbegun/core/backend";
import { withArrays } from "./arrays.ts";
import type { TrainingOperations } from "./operations.ts";
import { infoNcePanel, throughUnit } from "./portable/info-nce.ts";
import { type Scope, withScope } from "./scope.ts";

/** Rows of a panel: with 2048 columns it takes 2 MB, which stays in a processor's cache. */
const PANEL_ROWS = 256;

/**
 * {@link TrainingOperations.infoNce} in panels of rows, so that no n x n matrix is held: the backend computes
 * products, and the host computes exponentials.
 */
export async function infoNce(
  backend: Backend,
  operations: TrainingOperations,
  a: Matrix,
  v: Matrix,
  da: Matrix,
  dv: Matrix,
  options: { readonly counts: Float64Array; readonly temperature: number; readonly weight: number },
): Promise<number> {
  const { counts, temperature, weight } = options;
  const total = counts.reduce((sum, count) => sum + count, 0);
  return await withScope(backend, async (scope) => {
    const left = await unitRows(backend, scope, a);
    const right = await unitRows(backend, scope, v);
    const slopes = new Float32Array(a.rows * a.columns);
    let value = 0;
    for (let first = 0; first < a.rows; first += PANEL_ROWS) {
      const rows = Math.min(PANEL_ROWS, a.rows - first);
      await withScope(backend, async (panelScope) => {
        const own = await panelScope.create(rows, a.columns);
        const panel = await panelScope.create(rows, v.rows);
        const slope = await panelScope.create(rows, a.columns);
        const indices = Uint32Array.from({ length: rows }, (_, row) => first + row);
        await operations.gatherRows(left.matrix, indices, own);
        await operations.multiplyTransposed(own, right.matrix, panel);
        value += await withArrays(backend, { update: [panel] }, (logits) =>
          infoNcePanel(logits!, v.rows, first, counts, total, temperature),
        );
        await backend.multiply(panel, right.matrix, slope);
        await backend.multiply(panel, own, dv, { transposeA: true, accumulate: first > 0 });
        await backend.read(slope, 0, rows, (view) => slopes.set(view, first * a.columns));
      });
    }
    await withArrays(backend, { read: [left.matrix], write: [da] }, (y, out) => {
      out!.set(slopes);
      throughUnit(out!, y!, left.norms, weight);
    });
    await withArrays(backend, { read: [right.matrix], update: [dv] }, (y, out) =>
      throughUnit(out!, y!, right.norms, weight),
    );
    return value / total;
  });
}

async function unitRows(
  backend: Backend,
  scope: Scope,
  x: Matrix,
): Promise<{ matrix: Matrix; norms: Float32Array }> {
  const norms = await backend.rowNorms(x);
  const matrix = await scope.copy(x);
  await backend.transformRows(matrix, { unit: true });
  return { matrix, norms };
}
