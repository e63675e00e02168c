import type { Matrix, SparseMatrix } from "@wellbegun/core/backend";
import { transposeSparse } from "@wellbegun/core/support";
import type { RowPair } from "../batch.ts";
import type { Device } from "../operations/device.ts";
import type { Scope } from "../operations/scope.ts";
import { selectRows } from "./select-rows.ts";
import type { UserItemGraph } from "./user-item.ts";

/** The edges of a graph that lead to some users and items. */
export interface GraphPart {
  readonly graph: UserItemGraph;
  readonly rows: RowPair;
  /** Rows `rows.users` of R^, over all items. */
  readonly toUsers: SparseMatrix;
  /** Rows `rows.items` of the transpose of R^, over all users. */
  readonly toItems: SparseMatrix;
}

export function graphPart(graph: UserItemGraph, rows: RowPair): GraphPart {
  return {
    graph,
    rows,
    toUsers: selectRows(graph.toUsers, rows.users),
    toItems: selectRows(graph.toItems, rows.items),
  };
}

/**
 * out = the transpose of `toUsers`, or of `toItems`, times x: gradients by the users of a part go to all items, and those by
 * its items to all users.
 */
export async function multiplyTransposedPart(
  { backend, operations: op }: Device,
  scope: Scope,
  part: GraphPart,
  from: keyof RowPair,
  x: Matrix,
  out: Matrix,
): Promise<void> {
  const [own, whole] =
    from === "users" ? [part.toUsers, part.graph.toItems] : [part.toItems, part.graph.toUsers];
  if (2 * own.indices.length < whole.indices.length) {
    await backend.multiplySparse(transposeSparse(own), x, out);
    return;
  }
  // To transpose most of a graph takes longer than to multiply it with zeros.
  const all = await scope.create(whole.columns, x.columns);
  await op.scatterRows(x, part.rows[from], all);
  await backend.multiplySparse(whole, all, out);
}
