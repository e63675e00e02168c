import type { Backend, Matrix } from "../backend/backend.ts";

/** A row-major array as a matrix on the backend. */
export async function upload(
  backend: Backend,
  data: Float32Array,
  rows: number,
  columns: number,
): Promise<Matrix> {
  const matrix = await backend.create(rows, columns);
  try {
    if (rows > 0) await backend.write(matrix, 0, rows, (into) => into.set(data));
    return matrix;
  } catch (error) {
    matrix.dispose();
    throw error;
  }
}
