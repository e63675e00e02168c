import { createTable, type Id, IdIndex, WellbegunError } from "@wellbegun/core";
import { arrayVectors, bundleOrigin, type VectorBundle, type Vectors } from "./vectors.ts";

/** One row by its raw ID. */
export interface IdVector {
  readonly id: Id;
  readonly vector: Float32Array;
}

/**
 * Rows of one or a few users or items that are not in the bundle, such as users that the bundle's initializer
 * folded in, with the bundle's origin. A vector store accepts them beside the rows of that bundle.
 *
 * @param name The bundle's table whose columns the vectors have. Default: `users`.
 * @throws {WellbegunError} `invalid-option` if there is no such table; `mismatch` if a vector has another width;
 * `invalid-data` if an ID is repeated.
 */
export function rowVectors(
  bundle: Pick<VectorBundle, "manifest" | "manifestSha256" | "tables">,
  rows: Iterable<IdVector>,
  name: string = "users",
): Vectors {
  const { kind, columns, provenance } = bundleOrigin(bundle, name);
  const given = [...rows];
  const data = new Float32Array(given.length * columns);
  for (const [row, { id, vector }] of given.entries()) {
    if (vector.length !== columns) {
      throw new WellbegunError("mismatch", {
        doing: "taking rows for a table of a bundle",
        expected: `${columns} values, the columns of the table ${name}`,
        found: `${vector.length}`,
        at: `${kind}, ID ${JSON.stringify(id)}`,
      });
    }
    data.set(vector, row * columns);
  }
  const ids = new IdIndex(given.map(({ id }) => id));
  return arrayVectors(kind, { ...createTable(data, given.length, columns, ids), provenance });
}
