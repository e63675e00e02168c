import type { Interactions } from "@wellbegun/core";
import { itemDegrees, userDegrees } from "@wellbegun/core";
import type { SparseMatrix } from "@wellbegun/core/backend";
import { transposeSparse } from "@wellbegun/core/support";

/** The normalized user-item graph: R^_ui = w_ui / sqrt(d_u d_i), and its transpose. */
export interface UserItemGraph {
  /** R^, users x items. */
  readonly toUsers: SparseMatrix;
  /** The transpose of R^, items x users. */
  readonly toItems: SparseMatrix;
}

/** The graph of the train interactions. Users and items without interactions have empty rows. */
export function userItemGraph(train: Interactions): UserItemGraph {
  const toUsers: SparseMatrix = {
    rows: train.userCount,
    columns: train.itemCount,
    offsets: train.offsets,
    indices: train.items,
    values: train.weights,
    rowScale: inverseRoots(userDegrees(train)),
    columnScale: inverseRoots(itemDegrees(train)),
  };
  return { toUsers, toItems: transposeSparse(toUsers) };
}

/** 1 / sqrt(d), and 0 where d is 0. */
export function inverseRoots(degrees: Float64Array): Float32Array {
  return Float32Array.from(degrees, (degree) => (degree > 0 ? 1 / Math.sqrt(degree) : 0));
}
