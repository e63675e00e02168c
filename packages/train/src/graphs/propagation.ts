import type { Backend } from "@wellbegun/core";
import type { Matrix, TrainingOperations } from "@wellbegun/core/backend";
import { type Scope, withScope } from "../operations/scope.ts";
import type { UserItemGraph } from "./user-item.ts";

/** A backend and its operations of training. */
interface Device {
  readonly backend: Backend;
  readonly operations: TrainingOperations;
}

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
 */
export async function propagate(
  device: Device,
  scope: Scope,
  graph: UserItemGraph,
  embeddings: TablePair,
  layers: number,
): Promise<Propagation> {
  const { operations: op } = device;
  const all = await layersOf(device, scope, graph, embeddings, layers);
  const mean = {
    users: await scope.resultLike(embeddings.users),
    items: await scope.resultLike(embeddings.items),
  };
  await writeMean(op, all, mean);
  return {
    ...mean,
    itemLayers: async () => {
      if (layers === 0) return await scope.like(embeddings.items);
      const sum = await scope.resultLike(embeddings.items);
      await weigh(
        op,
        all.slice(0, -1).map(({ items }) => items),
        1 / (layers + 1),
        sum,
      );
      return sum;
    },
  };
}

/**
 * Writes the gradient of {@link propagate} by E_0 into `out`, given that by the mean. A^ is symmetric, so that it is the
 * same propagation of the gradient.
 */
export async function propagateBackward(
  device: Device,
  graph: UserItemGraph,
  gradient: TablePair,
  layers: number,
  out: TablePair,
): Promise<void> {
  await withScope(device.backend, async (scope) => {
    await writeMean(device.operations, await layersOf(device, scope, graph, gradient, layers), out);
  });
}

/** E_0 .. E_L. */
async function layersOf(
  { backend }: Device,
  scope: Scope,
  { toUsers, toItems }: UserItemGraph,
  first: TablePair,
  layers: number,
): Promise<TablePair[]> {
  const all = [first];
  for (let l = 0; l < layers; l++) {
    const { users, items } = all[l]!;
    const next = { users: await scope.resultLike(users), items: await scope.resultLike(items) };
    await backend.multiplySparse(toUsers, items, next.users);
    await backend.multiplySparse(toItems, users, next.items);
    all.push(next);
  }
  return all;
}

async function writeMean(op: TrainingOperations, all: readonly TablePair[], out: TablePair): Promise<void> {
  await weigh(
    op,
    all.map(({ users }) => users),
    1 / all.length,
    out.users,
  );
  await weigh(
    op,
    all.map(({ items }) => items),
    1 / all.length,
    out.items,
  );
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
