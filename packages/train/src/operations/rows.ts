import type { Backend } from "@wellbegun/core";
import type { Matrix, TrainingOperations } from "@wellbegun/core/backend";
import type { Scope } from "./scope.ts";

/** Some rows of a table. They belong to `scope`. */
export async function gather(
  operations: TrainingOperations,
  scope: Scope,
  table: Matrix,
  rows: Uint32Array,
): Promise<Matrix> {
  const gathered = await scope.result(rows.length, table.columns);
  await operations.gatherRows(table, rows, gathered);
  return gathered;
}

/** x = 0, also where x holds NaN. */
export async function clear(backend: Backend, x: Matrix): Promise<void> {
  await backend.write(x, 0, x.rows, (into) => {
    into.fill(0);
  });
}
