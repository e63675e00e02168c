/** The errors for what a backend is given that is not its own, or no longer there. */

import { WellbegunError } from "../errors.ts";

/** Rows and columns, of a matrix of any backend. */
interface Shape {
  readonly rows: number;
  readonly columns: number;
}

/** A `mismatch` error: the matrix is another backend's. */
export function foreignMatrix(doing: string, { rows, columns }: Shape): WellbegunError {
  const found = `a ${rows} x ${columns} matrix of another one`;
  return new WellbegunError("mismatch", { doing, expected: "a matrix of this backend", found });
}

/** A `mismatch` error: the assignment is another backend's. */
export function foreignAssignment(doing: string): WellbegunError {
  const expected = "an assignment of this backend";
  return new WellbegunError("mismatch", { doing, expected, found: "one of another backend" });
}

/** A `disposed` error: the matrix is gone. */
export function disposedMatrix(doing: string, { rows, columns }: Shape): WellbegunError {
  const found = `a disposed one of ${rows} x ${columns}`;
  return new WellbegunError("disposed", { doing, expected: "a matrix that was not disposed", found });
}

/** A `disposed` error: the assignment is gone. */
export function disposedAssignment(
  { rows, clusters }: { readonly rows: number; readonly clusters: number },
  doing: string = "using an assignment",
): WellbegunError {
  const found = `a disposed one of ${rows} rows and ${clusters} clusters`;
  return new WellbegunError("disposed", { doing, expected: "one that was not disposed", found });
}

/** A `disposed` error: the whole backend is gone. */
export function disposedBackend(doing: string): WellbegunError {
  const expected = "a backend that was not disposed";
  return new WellbegunError("disposed", { doing, expected, found: "a disposed one" });
}
