import type { Backend } from "@wellbegun/core";
import type { Matrix, TrainingOperations } from "@wellbegun/core/backend";
import type { Device } from "../operations/device.ts";
import { clear, gather } from "../operations/rows.ts";
import { type Scope, withScope } from "../operations/scope.ts";
import { type GraphPart, multiplyTransposedPart } from "./graph-part.ts";
import type { UserItemGraph } from "./user-item.ts";

/** A user table and an item table of one width. */
export interface TablePair {
  readonly users: Matrix;
  readonly items: Matrix;
}

/** The result of {@link propagate}. */
export interface Propagation extends TablePair {
  /**
   * Computes the sum of the item layers except the last, divided as the tables are. The vector of a user without an
   * embedding of its own is its row of R^ times this table.
   */
  itemLayers(): Promise<Matrix>;
}

/**
 * LightGCN's propagation (He et al., 2020): E_{l+1} = A^ E_l with A^ = [[0, R^], [R^T, 0]], and the mean of E_0 .. E_L.
 * The results belong to `scope`.
 *
 * @param part The rows that are needed: the last layer and the mean are computed for these alone. Without it, for all.
 */
export async function propagate(
  { backend, operations: op }: Device,
  scope: Scope,
  graph: UserItemGraph,
  embeddings: TablePair,
  layers: number,
  part?: GraphPart,
): Promise<Propagation> {
  // E_0 .. E_{L-1}, and E_L where there are layers.
  const all: TablePair[] = [embeddings];
  for (let l = 1; l < layers; l++) {
    const next = await likeBoth(scope, embeddings);
    await multiplyGraph(backend, graph, all.at(-1)!, next);
    all.push(next);
  }
  let last: TablePair | undefined;
  if (layers > 0) {
    const { toUsers, toItems } = part ?? graph;
    const { columns } = embeddings.users;
    last = {
      users: await scope.result(toUsers.rows, columns),
      items: await scope.result(toItems.rows, columns),
    };
    await multiplyGraph(backend, { toUsers, toItems }, all.at(-1)!, last);
  }
  const mean = async (side: keyof TablePair): Promise<Matrix> => {
    const tables: Matrix[] = [];
    for (const { [side]: table } of all) {
      tables.push(part === undefined ? table : await gather(op, scope, table, part.rows[side]));
    }
    if (last !== undefined) tables.push(last[side]);
    const out = await scope.resultLike(tables[0]!);
    await weigh(op, tables, 1 / (layers + 1), out);
    return out;
  };
  return {
    users: await mean("users"),
    items: await mean("items"),
    itemLayers: async () => {
      if (layers === 0) return await scope.like(embeddings.items);
      const sum = await scope.resultLike(embeddings.items);
      await weigh(
        op,
        all.map(({ items }) => items),
        1 / (layers + 1),
        sum,
      );
      return sum;
    },
  };
}

/**
 * Writes the gradient of {@link propagate} by E_0 into `out`, given that by the rows of `part`. A^ is symmetric, so that
 * the gradient D of the mean over L layers gives (D + A^ (D + A^ ( .. + A^ D))) / (L + 1).
 */
export async function propagateBackward(
  device: Device,
  part: GraphPart,
  gradient: TablePair,
  layers: number,
  out: TablePair,
): Promise<void> {
  const { backend, operations: op } = device;
  await withScope(backend, async (scope) => {
    const own = await likeBoth(scope, gradient);
    await weigh(op, [gradient.users], 1 / (layers + 1), own.users);
    await weigh(op, [gradient.items], 1 / (layers + 1), own.items);
    const addOwn = async ({ users, items }: TablePair): Promise<void> => {
      await op.scatterRows(own.users, part.rows.users, users);
      await op.scatterRows(own.items, part.rows.items, items);
    };
    if (layers === 0) {
      await clear(backend, out.users);
      await clear(backend, out.items);
      await addOwn(out);
      return;
    }
    let current = layers === 1 ? out : await likeBoth(scope, out);
    await multiplyTransposedPart(device, scope, part, "items", own.items, current.users);
    await multiplyTransposedPart(device, scope, part, "users", own.users, current.items);
    await addOwn(current);
    for (let l = 2; l <= layers; l++) {
      const next = l === layers ? out : await likeBoth(scope, out);
      await multiplyGraph(backend, part.graph, current, next);
      await addOwn(next);
      current = next;
    }
  });
}

/** Both products of a layer: A^, or its rows that lead to a part, times the tables. */
async function multiplyGraph(
  backend: Backend,
  { toUsers, toItems }: Pick<UserItemGraph, "toUsers" | "toItems">,
  { users, items }: TablePair,
  out: TablePair,
): Promise<void> {
  await backend.multiplySparse(toUsers, items, out.users);
  await backend.multiplySparse(toItems, users, out.items);
}

/** Tables of the same shapes with undefined content. */
async function likeBoth(scope: Scope, { users, items }: TablePair): Promise<TablePair> {
  return { users: await scope.resultLike(users), items: await scope.resultLike(items) };
}

/** out = the sum of the tables, times `weight`. */
async function weigh(
  op: TrainingOperations,
  tables: readonly Matrix[],
  weight: number,
  out: Matrix,
): Promise<void> {
  await op.weightedSum(
    tables,
    tables.map(() => weight),
    out,
  );
}
