import type { Backend } from "@wellbegun/core";
import type { Matrix } from "@wellbegun/core/backend";

/** A backend that is right but for one thing, and the operation under which that must be found. */
export interface Fault {
  readonly operation: string;
  readonly name: string;
  /** What the faulty backend does otherwise, given a right one. */
  readonly change: (good: Backend) => Partial<Backend>;
}

/** A copy of what a matrix holds. */
export async function valuesOf(backend: Backend, matrix: Matrix): Promise<Float32Array> {
  return await backend.read(matrix, 0, matrix.rows, (view) => view.slice());
}

/** Changes the whole content of a matrix. */
export async function edit(
  backend: Backend,
  matrix: Matrix,
  change: (values: Float32Array) => void,
): Promise<void> {
  const values = await valuesOf(backend, matrix);
  change(values);
  await backend.write(matrix, 0, matrix.rows, (into) => into.set(values));
}

/** NaN anywhere becomes NaN everywhere. */
export const spread = (values: Float32Array): void => {
  if (values.some(Number.isNaN)) values.fill(NaN);
};
