import type { Backend } from "@wellbegun/core";
import type { Matrix } from "@wellbegun/core/backend";
import type { Scope } from "../operations/scope.ts";
import type { UserItemGraph } from "./user-item.ts";

/** A user table and an item table of one width. */
export interface TablePair {
  readonly users: Matrix;
  readonly items: Matrix;
}

/** The result of {@link propagate}. */
export interface Propagation extends TablePair {
  /**
   * The sum of the item layers except the last, divided as the tables are. The vector of a user without an
   * embedding of its own is its row of R^ times this table.
   */
  readonly itemLayers: Matrix;
}

/**
 * LightGCN's propagation (He et al., 2020): E_{l+1} = A^ E_l with A^ = [[0, R^], [R^T, 0]], and the mean of E_0 .. E_L.
 * The results belong to `scope`.
 */
export async function propagate(
  backend: Backend,
  scope: Scope,
  { toUsers, toItems }: UserItemGraph,
  { users, items }: TablePair,
  layers: number,
): Promise<Propagation> {
  const mean = { users: await scope.copy(users), items: await scope.copy(items) };
  const itemLayers = await scope.like(items);
  let layer: TablePair = { users, items };
  for (let l = 0; l < layers; l++) {
    await backend.addScaled(itemLayers, layer.items, 1);
    const next = { users: await scope.like(users), items: await scope.like(items) };
    await backend.multiplySparse(toUsers, layer.items, next.users);
    await backend.multiplySparse(toItems, layer.users, next.items);
    await backend.addScaled(mean.users, next.users, 1);
    await backend.addScaled(mean.items, next.items, 1);
    layer = next;
  }
  for (const table of [mean.users, mean.items, itemLayers]) await backend.scaleRows(table, 1 / (layers + 1));
  return { ...mean, itemLayers };
}

/**
 * The gradient of {@link propagate} by E_0, given that by the mean: g = dC, then L times g = dC + A^ g, divided by L + 1. A^
 * is symmetric. The results belong to `scope`.
 */
export async function propagateBackward(
  backend: Backend,
  scope: Scope,
  { toUsers, toItems }: UserItemGraph,
  gradient: TablePair,
  layers: number,
): Promise<TablePair> {
  let current: TablePair = gradient;
  for (let l = 0; l < layers; l++) {
    const next = { users: await scope.copy(gradient.users), items: await scope.copy(gradient.items) };
    await backend.multiplySparse(toUsers, current.items, next.users, { accumulate: true });
    await backend.multiplySparse(toItems, current.users, next.items, { accumulate: true });
    current = next;
  }
  const result = { users: await scope.copy(current.users), items: await scope.copy(current.items) };
  await backend.scaleRows(result.users, 1 / (layers + 1));
  await backend.scaleRows(result.items, 1 / (layers + 1));
  return result;
}
