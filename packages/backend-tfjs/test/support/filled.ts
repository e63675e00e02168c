import type { Backend } from "@wellbegun/core";
import type { Matrix } from "@wellbegun/core/backend";

/** A matrix of the given width that holds the values. */
export async function filled(backend: Backend, columns: number, values: ArrayLike<number>): Promise<Matrix> {
  const rows = values.length / columns;
  const matrix = await backend.create(rows, columns);
  await backend.write(matrix, 0, rows, (into) => into.set(values));
  return matrix;
}
